"""Verifies, without any service, an exported ledger and the proof that a checkpoint holds it.

    python verify_ledger.py ledger.jsonl
    python verify_ledger.py ledger.jsonl --proof proof.json --checkpoint HASH

ledger.jsonl   GET /api/customers/{id}/ledger with `Accept: application/jsonl`
proof.json     GET /api/customers/{id}/ledger/proof
HASH           the checkpoint's hash that you noted earlier, elsewhere: on paper, in your mail

Exit code 0: everything holds; 1: something does not, and is named; 2: it cannot be checked.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

HASH = re.compile("[0-9a-f]{64}")


class Wrong(Exception):
    """What does not hold."""


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Raises Wrong unless it holds."""
    if not holds:
        raise Wrong(otherwise)


def parsed(text: str) -> dict:
    """JSON. A number that is no integer becomes text, so that its hash cannot be right."""
    return json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=once)


def once(pairs: list[tuple[str, object]]) -> dict:
    """An object, each of whose names is there once: of two, others may have read the other one."""
    document = dict(pairs)
    require(len(document) == len(pairs), "a name stands twice in one object")
    return document


def kept_hash(text: str) -> str:
    """The hash that somebody kept. Raises ValueError for what is none, an empty text above all."""
    if not HASH.fullmatch(text):
        raise ValueError(text)
    return text


def canonical(document: dict) -> bytes:
    """RFC 8785, of what this system writes: ASCII names, strings, integers below 2^53, booleans.

    ASCII sorts the same by code point and by UTF-16, integers have one spelling, and json escapes
    strings by the same rules: so sorting and leaving out spaces is all of it.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(document: dict) -> str:
    """The hash of a document without its own `hash`."""
    content = {name: value for name, value in document.items() if name != "hash"}
    return hashlib.sha256(canonical(content)).hexdigest()


def chain(lines: Iterable[str]) -> list[dict]:
    """The entries, each checked against its hash and against the one before."""
    entries: list[dict] = []
    for number, line in enumerate(lines, 1):
        entry, where = parsed(line), f"entry {number}"
        last = entries[-1] if entries else {"hash": "0" * 64, "tenantId": entry["tenantId"]}
        require(entry["sequence"] == number, f"{where} is missing or out of place")
        require(entry["hash"] == digest(entry), f"{where} is not what its hash says")
        require(entry["previousHash"] == last["hash"], f"{where} follows another one")
        require(entry["tenantId"] == last["tenantId"], f"{where} belongs to another tenant")
        entries.append(entry)
    return entries


def root_of(leaf: dict, index: int, size: int, path: list[str]) -> str:
    """The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2), or nothing."""
    node = hashlib.sha256(b"\x00" + canonical(leaf)).digest()
    last = size - 1
    for beside in map(bytes.fromhex, path):
        if index % 2 or index == last:
            node = hashlib.sha256(b"\x01" + beside + node).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            node = hashlib.sha256(b"\x01" + node + beside).digest()
        index, last = index // 2, last // 2
    return "" if last else node.hex()


def check_proof(entries: list[dict], proof: dict, kept: str | None) -> str:
    """What the proof proves; raises Wrong for what it does not."""
    require(bool(entries), "the ledger is empty")
    checkpoint, leaf = proof["checkpoint"], proof["leaf"]
    sequence, index, size = leaf["sequence"], proof["index"], checkpoint["size"]
    require(leaf["tenantId"] == entries[0]["tenantId"], "the proof is of another tenant")
    require(1 <= sequence <= len(entries), f"entry {sequence} of the checkpoint is gone")
    require(entries[sequence - 1]["hash"] == leaf["hash"], f"entry {sequence} was another one")
    reached = 0 <= index < size and root_of(leaf, index, size, proof["path"])
    require(reached == checkpoint["root"], "the path does not lead to the checkpoint's root")
    require(digest(checkpoint) == checkpoint["hash"], "the checkpoint is not what its hash says")
    require(kept in {None, checkpoint["hash"]}, "this is not the checkpoint that you kept")
    known = "is the one that you kept" if kept else "counts if its hash is one that you keep"
    return f"entry {sequence} is in a checkpoint of {checkpoint['at']}, which {known}"


def main() -> None:
    """Ends with 1 or 2 unless everything holds."""
    parser = argparse.ArgumentParser(description="Verify an exported ledger, offline.")
    for name in ("ledger", "--proof"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--checkpoint", type=kept_hash, help="the hash that you kept elsewhere")
    options = parser.parse_args()
    if options.checkpoint and not options.proof:
        parser.error("--checkpoint needs --proof")
    try:
        entries = chain(options.ledger.open(encoding="utf-8"))
        print(f"ok     {len(entries)} entries, each follows the one before")
        if options.proof:
            proof = parsed(options.proof.read_text(encoding="utf-8"))
            print(f"ok     {check_proof(entries, proof, options.checkpoint)}")
    except Wrong as error:
        sys.exit(f"WRONG  {error}")
    except (OSError, ValueError, TypeError, LookupError) as error:
        parser.error(f"this cannot be checked: {type(error).__name__} {error}")


if __name__ == "__main__":
    main()
