"""Ways to edit storage behind the app's back, and exactly what a sweep must say of each.

A way takes a scene, edits its tables, and answers (kind, tenant, key) of every finding that this
must lead to. No tenant is spoiled twice, so that no finding explains another.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from shared.domain.events import JsonObject
from shared.domain.history import Leaf
from shared.domain.problems import entry_place
from shared.ledger import Entry, digest
from shared.storage import codec, keys
from tests.building import BUREAU, OTHER_DIRECT
from tests.sweeps.raw import Properties, Table, Tables, ledger, restored

type Found = tuple[str, str, str]
"""Kind, tenant and key of a finding."""
type Key = tuple[str, str]
"""Partition and row."""


class NothingFits(Exception):
    """There is nothing in the scene that could be spoiled in this way."""


@dataclass
class Scene:
    """Storage to be spoiled; `leaves` are those of the last checkpoint."""

    tables: Tables
    leaves: Mapping[str, Leaf] = field(default_factory=dict)
    chance: Random = field(default_factory=lambda: Random(1))
    spoiled: set[str] = field(default_factory=set)

    def pick(self, table: Table, prefix: str, fits: Callable[[Key], bool] = lambda _: True) -> Key:
        """Any row whose key begins so, of a tenant that is not spoiled yet; it is from now on."""
        found = sorted(
            key
            for key in table
            if key[1].startswith(prefix) and key[0] not in self.spoiled and fits(key)
        )
        if not found:
            raise NothingFits
        chosen = self.chance.choice(found)
        self.spoiled.add(chosen[0])
        return chosen

    def row(self, prefix: str, fits: Callable[[JsonObject], bool] = lambda _: True) -> Key:
        """Any row of a tenant whose body fits."""
        tenants = self.tables.tenants
        return self.pick(tenants, prefix, lambda key: fits(body(tenants[key])))

    def entries(self, least: int) -> tuple[str, list[Entry]]:
        """A tenant with at least so many entries."""
        tenant_id, _ = self.pick(
            self.tables.tenants, "head", lambda key: len(ledger(self.tables, key[0])) >= least
        )
        return tenant_id, ledger(self.tables, tenant_id)

    def checkpointed(self, tenant_id: str, sequence: int) -> set[Found]:
        """What the checkpoint says, once that entry is not what it was."""
        leaf = self.leaves.get(tenant_id)
        rolled_back = leaf is not None and leaf.sequence == sequence
        return {("rolled-back", tenant_id, entry_place(sequence))} if rolled_back else set()


def body(properties: Properties) -> JsonObject:
    """The JSON in a row."""
    return json.loads(properties["body"])


def edited(properties: Properties, **changes: object) -> Properties:
    """The row with changed fields of its JSON."""
    text = json.dumps(body(properties) | changes, separators=(",", ":"), ensure_ascii=False)
    return {**properties, "body": text}


def rehashed(document: JsonObject) -> Entry:
    """The entry with the hash of what it says now."""
    content = {key: value for key, value in document.items() if key != "hash"}
    return Entry(content | {"hash": digest(content)})


# --- rows ------------------------------------------------------------------------------------


def _a_field(scene: Scene, **changes: object) -> set[Found]:
    key = scene.row(
        "subscription|", lambda was: any(was[name] != new for name, new in changes.items())
    )
    scene.tables.tenants[key] = edited(scene.tables.tenants[key], **changes)
    return {("state-diverged", *key)}


def partner_of_record(scene: Scene) -> set[Found]:
    """NIF-4."""
    return _a_field(scene, partnerOfRecord="424242")


def quantity(scene: Scene) -> set[Found]:
    """NIF-3."""
    return _a_field(scene, quantity=9_999_999)


def status(scene: Scene) -> set[Found]:
    """NIF-1."""
    return _a_field(scene, status="suspended")


def term(scene: Scene) -> set[Found]:
    """NIF-3: the customer owes until much later."""
    key = scene.row("subscription|")
    was = scene.tables.tenants[key]
    longer = {**body(was)["term"], "endsAt": "2099-01-01T00:00:00.000000Z"}
    scene.tables.tenants[key] = edited(was, term=longer)
    return {("state-diverged", *key)}


def owner(scene: Scene) -> set[Found]:
    """NIF-2: another partner transacts it from now on."""
    return _a_field(scene, partnerId=OTHER_DIRECT)


def moved(scene: Scene) -> set[Found]:
    """NIF-2: a subscription lies with another customer."""
    key = scene.row("subscription|")
    there, _ = scene.pick(scene.tables.tenants, "head")
    was = scene.tables.tenants.pop(key)
    scene.tables.tenants[there, key[1]] = edited(was, customerId=there)
    return {("state-diverged", *key), ("state-diverged", there, key[1])}


def lost(scene: Scene) -> set[Found]:
    """A row is gone, whatever it was."""
    key = scene.pick(scene.tables.tenants, scene.chance.choice(("invitation|", "subscription|")))
    del scene.tables.tenants[key]
    return {("state-diverged", *key)}


def invented(scene: Scene) -> set[Found]:
    """A row that the ledger knows nothing of."""
    key = scene.pick(scene.tables.tenants, "invitation|")
    new = f"invitation|{BUREAU}"
    scene.tables.tenants[key[0], new] = edited(scene.tables.tenants[key], id=BUREAU)
    return {("state-diverged", key[0], new)}


def older(scene: Scene) -> set[Found]:
    """A row says that an earlier entry wrote it."""
    key = scene.pick(
        scene.tables.tenants,
        "invitation|",
        lambda key: scene.tables.tenants[key]["sequence"] > 1,
    )
    was = scene.tables.tenants[key]
    scene.tables.tenants[key] = {**was, "sequence": was["sequence"] - 1}
    return {("state-diverged", *key)}


def corrupt_json(scene: Scene) -> set[Found]:
    """Half of a row."""
    key = scene.pick(scene.tables.tenants, scene.chance.choice(("invitation|", "subscription|")))
    was = scene.tables.tenants[key]
    scene.tables.tenants[key] = {**was, "body": was["body"][: len(was["body"]) // 2]}
    return {("undecodable-row", *key)}


def wrong_type(scene: Scene) -> set[Found]:
    """A number where text belongs, text where a number belongs."""
    name, value = scene.chance.choice((("sequence", "3"), ("body", 3), ("v", 2), ("v", "1")))
    key = scene.pick(scene.tables.tenants, "invitation|")
    scene.tables.tenants[key] = {**scene.tables.tenants[key], name: value}
    return {("undecodable-row", *key)}


# --- the head --------------------------------------------------------------------------------


def _of_a_partner(scene: Scene, fits: Callable[[JsonObject], bool]) -> tuple[Key, str, JsonObject]:
    """A head, the property of one of its partners that fits, and what that says."""

    def fitting(key: Key) -> list[str]:
        head = scene.tables.tenants[key]
        related = [name for name in head if name.startswith(keys.RELATED_PREFIX)]
        return sorted(name for name in related if fits(json.loads(head[name])))

    key = scene.pick(scene.tables.tenants, "head", lambda key: bool(fitting(key)))
    name = scene.chance.choice(fitting(key))
    return key, name, json.loads(scene.tables.tenants[key][name])


def counter(scene: Scene) -> set[Found]:
    """REM-1 would count wrongly, or a feed skip a number."""
    key, name, known = _of_a_partner(scene, lambda _: True)
    known[scene.chance.choice(("blocking", "feed", "removals"))] += 1
    scene.tables.tenants[key] |= {name: json.dumps(known)}
    return {("counter-wrong", *key)}


def privileges(scene: Scene) -> set[Found]:
    """A partner holds delegated admin privileges that nobody gave it."""
    key, name, known = _of_a_partner(scene, lambda known: bool(known["relationship"]))
    held = known["relationship"]["delegatedAdmin"] == "granted"
    known["relationship"]["delegatedAdmin"] = "none" if held else "granted"
    scene.tables.tenants[key] |= {name: json.dumps(known)}
    return {("state-diverged", *key)}


def agreement(scene: Scene) -> set[Found]:
    """AGR-3: what was accepted is gone."""
    key = scene.pick(
        scene.tables.tenants, "head", lambda key: "agreement" in scene.tables.tenants[key]
    )
    del scene.tables.tenants[key]["agreement"]
    return {("state-diverged", *key)}


def headless(scene: Scene) -> set[Found]:
    """A ledger without the head that leads to it."""
    key = scene.pick(scene.tables.tenants, "head")
    del scene.tables.tenants[key]
    return {("chain-broken", *key)}


def corrupt_head(scene: Scene) -> set[Found]:
    """A head that says no kind."""
    key = scene.pick(scene.tables.tenants, "head")
    scene.tables.tenants[key] |= {"kind": "nobody"}
    return {("undecodable-row", *key)}


# --- the ledger ------------------------------------------------------------------------------


def entry_deleted(scene: Scene) -> set[Found]:
    """Any entry but the last."""
    tenant_id, entries = scene.entries(2)
    sequence = scene.chance.randrange(1, len(entries))
    del scene.tables.tenants[keys.entry(tenant_id, sequence)]
    broken = ("chain-broken", tenant_id, entry_place(sequence))
    return {broken} | scene.checkpointed(tenant_id, sequence)


def last_entry_deleted(scene: Scene) -> set[Found]:
    """The head leads to nothing."""
    tenant_id, entries = scene.entries(1)
    del scene.tables.tenants[keys.entry(tenant_id, len(entries))]
    return {("chain-broken", tenant_id, "head")} | scene.checkpointed(tenant_id, len(entries))


def entry_edited(scene: Scene) -> set[Found]:
    """What an entry says is not what it hashes to."""
    tenant_id, entries = scene.entries(1)
    entry = scene.chance.choice(entries)
    changed = Entry(entry.document | {"commandId": "f" * 32})
    scene.tables.tenants[keys.entry(tenant_id, entry.sequence)] = codec.encode_entry(changed)
    return {("chain-broken", tenant_id, entry_place(entry.sequence))}


def entry_rewritten(scene: Scene) -> set[Found]:
    """An entry with other content and the right hash of it: its follower does not fit any more."""
    tenant_id, entries = scene.entries(1)
    entry = scene.chance.choice(entries)
    changed = rehashed(entry.document | {"commandId": "f" * 32})
    scene.tables.tenants[keys.entry(tenant_id, entry.sequence)] = codec.encode_entry(changed)
    last = entry.sequence == len(entries)
    place = "head" if last else entry_place(entry.sequence + 1)
    broken = ("chain-broken", tenant_id, place)
    return {broken} | scene.checkpointed(tenant_id, entry.sequence)


def corrupt_entry(scene: Scene) -> set[Found]:
    """An entry of which half is left."""
    key = scene.pick(scene.tables.tenants, "entry|")
    data = scene.tables.tenants[key]["body0"]
    scene.tables.tenants[key] = {"v": 1, "body0": data[: len(data) // 2]}
    return {("undecodable-row", *key)}


def cut_back(scene: Scene) -> set[Found]:
    """The last entries are gone, head and rows as they were before: only a checkpoint knows."""
    tenant_id, entries = scene.entries(2)
    leaf = scene.leaves.get(tenant_id)
    if leaf is None or leaf.sequence < 2:
        raise NothingFits
    restored(scene.tables, tenant_id, entries[: scene.chance.randrange(1, leaf.sequence)])
    return scene.checkpointed(tenant_id, leaf.sequence)


def rewritten_to_the_end(scene: Scene) -> set[Found]:
    """An entry and all behind it, consistently: only a checkpoint knows."""
    tenant_id, entries = scene.entries(1)
    leaf = scene.leaves.get(tenant_id)
    if leaf is None:
        raise NothingFits
    first = scene.chance.randrange(leaf.sequence)
    kept, previous = entries[:first], entries[first].previous_hash
    for entry in entries[first:]:
        other = {"commandId": "f" * 32, "previousHash": previous}
        kept.append(rehashed(entry.document | other))
        previous = kept[-1].hash
    restored(scene.tables, tenant_id, kept)
    return scene.checkpointed(tenant_id, leaf.sequence)


def taken_over(scene: Scene) -> set[Found]:
    """A whole and consistent ledger in which another partner changed what it does not own."""
    key = scene.row("subscription|", lambda was: was["partnerId"] != OTHER_DIRECT)
    tenant_id, entries = key[0], ledger(scene.tables, key[0])
    sold = body(scene.tables.tenants[key]) | {"partnerId": OTHER_DIRECT}
    theft = {
        "sequence": len(entries) + 1,
        "previousHash": entries[-1].hash,
        "command": "update-subscription",
        "actor": {"tenantId": OTHER_DIRECT, "objectId": "person", "role": "G"},
        "events": [{"type": "subscription-updated", "data": sold}],
    }
    restored(scene.tables, tenant_id, [*entries, rehashed(entries[-1].document | theft)])
    place = keys.projection(tenant_id)
    scene.tables.tenants[place] = codec.encode_count(len(entries) + 1)
    return {("interference", tenant_id, entry_place(len(entries) + 1))}


# --- followers -------------------------------------------------------------------------------


def behind(scene: Scene) -> set[Found]:
    """Followers were served nothing for a long time."""
    tenant_id, _ = scene.entries(1)
    scene.tables.tenants[keys.projection(tenant_id)] = codec.encode_count(0)
    return {("projection-behind", tenant_id, "projection")}


def ahead(scene: Scene) -> set[Found]:
    """Followers were served what there is not, so what comes next would be left out."""
    tenant_id, entries = scene.entries(1)
    scene.tables.tenants[keys.projection(tenant_id)] = codec.encode_count(len(entries) + 1)
    return {("counter-wrong", tenant_id, "projection")}


OF_TENANTS: Final = (
    partner_of_record,
    quantity,
    status,
    term,
    owner,
    moved,
    lost,
    invented,
    older,
    corrupt_json,
    wrong_type,
    counter,
    privileges,
    agreement,
    headless,
    corrupt_head,
    entry_deleted,
    last_entry_deleted,
    entry_edited,
    entry_rewritten,
    corrupt_entry,
    cut_back,
    rewritten_to_the_end,
    taken_over,
    behind,
    ahead,
)
"""What can be told from one tenant's partition and the last checkpoint alone."""
