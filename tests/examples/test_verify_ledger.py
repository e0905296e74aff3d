"""The offline verifier, run as anybody would run it: on whole ledgers, and on spoiled ones."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.canonical import canonical, digest
from shared.model.ledger import Entry
from shared.proving.checkpoints import (
    NO_CHECKPOINT,
    Checkpoint,
    audit_path,
    leaf_bytes,
    leaf_hash,
    proof_document,
    root_of,
)
from shared.proving.history import Leaf
from tests.cast.ids import AGENCY, AT, BUREAU, DIRECT
from tests.cast.resources import event, invitation, subscription
from tests.unit.proving.examined import stored

SCRIPT = Path(__file__).parents[2] / "examples" / "verify_ledger.py"

OTHERS = [Leaf(f"{n:08x}-0000-4000-8000-000000000000", n + 1, f"{n:064x}") for n in range(6)]


@dataclass(frozen=True)
class Export:
    """What a customer downloaded, in a folder."""

    folder: Path
    entries: list[Entry]
    proof: dict
    kept: str

    def run(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={"PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def verify(self, proof: dict | None = None, kept: str = "") -> tuple[int, str]:
        if proof is None:
            return self.run("ledger.jsonl")
        (self.folder / "proof.json").write_text(json.dumps(proof))
        known = ["--checkpoint", kept] if kept else []
        return self.run("ledger.jsonl", "--proof", "proof.json", *known)

    def write(self, documents: list) -> None:
        lines = b"".join(canonical(one) + b"\n" for one in documents)
        (self.folder / "ledger.jsonl").write_bytes(lines)


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Three entries, with text that is not ASCII; a checkpoint holds the second."""
    strange = 'Name "한국어" \\ \u00e9 \U0001f600 \u2028 \u007f /'
    made = stored(
        ("invite", [event(invitation(partner_name=strange))]),
        ("register-subscriptions", [event(subscription(offer_name=strange))]),
        ("update-subscription", [event(subscription(quantity=30))]),
    )
    entries = [entry for _, entry in sorted(made.entries.items())]
    mine = Leaf(AGENCY, 2, entries[1].hash)
    leaves = sorted([*OTHERS, mine], key=lambda leaf: leaf.tenant_id)
    hashed = [leaf_hash(leaf_bytes(leaf)) for leaf in leaves]
    checkpoint = Checkpoint("1", "public", AT, len(leaves), root_of(hashed).hex(), NO_CHECKPOINT)
    index = leaves.index(mine)
    proof = proof_document(checkpoint, mine, index, audit_path(index, hashed))
    found = Export(tmp_path, entries, proof, checkpoint.hash)
    found.write([entry.document for entry in entries])
    return found


def rehashed(document: dict, **changes: object) -> dict:
    content = {key: value for key, value in document.items() if key != "hash"} | changes
    return content | {"hash": digest(content)}


def test_what_is_whole_holds(export: Export):
    assert export.verify() == (0, "ok     3 entries, each follows the one before\n")
    code, told = export.verify(export.proof)
    assert (code, "counts if its hash is one that you keep" in told) == (0, True)
    code, told = export.verify(export.proof, export.kept)
    assert (code, "entry 2 is in a checkpoint of 2026-11-01" in told) == (0, True)


def test_json_may_be_written_in_another_way(export: Export):
    text = "\n".join(json.dumps(entry.document, indent=None) for entry in export.entries)
    (export.folder / "ledger.jsonl").write_text(text)
    assert export.verify()[0] == 0


def spoiled(export: Export, way: str) -> list[dict]:
    """The ledger, spoiled."""
    first, second, third = (entry.document for entry in export.entries)
    return {
        "edited": [first, second | {"command": "other"}, third],
        "rewritten": [first, rehashed(second, command="other"), third],
        "first deleted": [second, third],
        "deleted": [first, third],
        "twice": [first, first, second, third],
        "swapped": [second, first, third],
        "foreign": [first, second, rehashed(third, tenantId=BUREAU)],
    }[way]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("edited", "entry 2 is not what its hash says"),
        ("rewritten", "entry 3 follows another one"),
        ("first deleted", "entry 1 is missing or out of place"),
        ("deleted", "entry 2 is missing or out of place"),
        ("twice", "entry 2 is missing or out of place"),
        ("swapped", "entry 1 is missing or out of place"),
        ("foreign", "entry 3 belongs to another tenant"),
    ],
)
def test_what_was_spoiled_is_named(export: Export, way: str, told: str):
    export.write(spoiled(export, way))
    assert export.verify() == (1, f"WRONG  {told}\n")


def test_a_number_with_a_fraction_is_never_ours(export: Export):
    lines = (export.folder / "ledger.jsonl").read_text(encoding="utf-8")
    broken = lines.replace('"quantity":30', '"quantity":30.0')
    (export.folder / "ledger.jsonl").write_text(broken, encoding="utf-8")
    assert export.verify() == (1, "WRONG  entry 3 is not what its hash says\n")


def consistent(export: Export, first: int) -> list[dict]:
    """The ledger from an entry on written anew: every hash is right."""
    documents = [entry.document for entry in export.entries]
    for n in range(first, len(documents)):
        previous = documents[n - 1]["hash"] if n else "0" * 64
        documents[n] = rehashed(documents[n], command="other", previousHash=previous)
    return documents


def test_what_is_consistent_is_only_wrong_against_the_checkpoint(export: Export):
    export.write(consistent(export, 0))
    assert export.verify()[0] == 0
    told = "WRONG  entry 2 was another one\n"
    assert export.verify(export.proof, export.kept)[1].endswith(told)
    export.write([export.entries[0].document])
    assert export.verify()[0] == 0
    told = "WRONG  entry 2 of the checkpoint is gone\n"
    assert export.verify(export.proof)[1].endswith(told)
    export.write([])
    assert export.verify(export.proof)[1].endswith("WRONG  the ledger is empty\n")


def test_what_came_after_the_checkpoint_is_not_proven(export: Export):
    export.write(consistent(export, 2))
    assert export.verify(export.proof, export.kept)[0] == 0


def forged(proof: dict, way: str) -> dict:
    """A proof that does not hold."""
    checkpoint, leaf = proof["checkpoint"], proof["leaf"]
    return {
        "index": proof | {"index": proof["index"] - 1},
        "negative": proof | {"index": -1},
        "outside": proof | {"index": checkpoint["size"]},
        "path": proof | {"path": [*proof["path"][:-1], "0" * 64]},
        "short": proof | {"path": proof["path"][:-1]},
        "long": proof | {"path": [*proof["path"], "0" * 64]},
        "root": proof | {"checkpoint": rehashed(checkpoint, root="0" * 64)},
        "record": proof | {"checkpoint": checkpoint | {"at": "2020-01-01T00:00:00.000000Z"}},
        "tenant": proof | {"leaf": leaf | {"tenantId": DIRECT}},
    }[way]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        *((way, "the path does not lead") for way in ("index", "negative", "outside", "path")),
        *((way, "the path does not lead") for way in ("short", "long", "root")),
        ("record", "the checkpoint is not what its hash says"),
        ("tenant", "the proof is of another tenant"),
    ],
)
def test_a_forged_proof_does_not_hold(export: Export, way: str, told: str):
    code, said = export.verify(forged(export.proof, way))
    assert (code, told in said) == (1, True), said


def test_a_proof_for_another_checkpoint_than_the_kept_one_does_not_hold(export: Export):
    later = export.proof["checkpoint"]
    proof = export.proof | {"checkpoint": rehashed(later, previous="f" * 64)}
    code, told = export.verify(proof, export.kept)
    assert (code, "this is not the checkpoint that you kept" in told) == (1, True)


def test_what_cannot_be_read_is_not_called_wrong(export: Export):
    for content in ("[]\n", "{}\n", "nothing\n", '{"sequence": "1"'):
        (export.folder / "ledger.jsonl").write_text(content)
        code, told = export.verify()
        assert (code, "this cannot be checked" in told) == (2, True), told
    export.write([entry.document for entry in export.entries])
    code, told = export.verify({"checkpoint": {}})
    assert (code, "this cannot be checked" in told) == (2, True)
    assert export.run("nowhere.jsonl")[0] == 2
    assert export.run("ledger.jsonl", "--checkpoint", export.kept)[0] == 2


@pytest.mark.parametrize("kept", ["", " ", "0" * 63, "0" * 65, "A" * 64, "none"])
def test_a_hash_that_is_none_compares_nothing_so_it_cannot_be_checked(export: Export, kept: str):
    (export.folder / "proof.json").write_text(json.dumps(export.proof))
    code, said = export.run("ledger.jsonl", "--proof", "proof.json", "--checkpoint", kept)
    assert (code, "--checkpoint" in said) == (2, True), said


def test_a_name_that_stands_twice_is_wrong_whatever_the_last_one_says(export: Export):
    """Another parser shows the first: `annul-subscription`."""
    text = (export.folder / "ledger.jsonl").read_text(encoding="utf-8")
    assert text.count('"command":"invite"') == 1
    doubled = text.replace(
        '"command":"invite"', '"command":"annul-subscription","command":"invite"'
    )
    (export.folder / "ledger.jsonl").write_text(doubled, encoding="utf-8")
    code, said = export.run("ledger.jsonl")
    assert (code, "twice" in said) == (1, True), said


def test_a_proof_with_a_double_name_is_wrong(export: Export):
    proof = json.dumps(export.proof)
    (export.folder / "proof.json").write_text(f'{{"index":9,{proof[1:]}')
    code, said = export.run("ledger.jsonl", "--proof", "proof.json", "--checkpoint", export.kept)
    assert (code, "twice" in said) == (1, True), said
