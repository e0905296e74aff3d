"""Ways to edit storage behind the app's back, and exactly what a sweep must say of each.

A way takes a scene, edits its tables, and answers (kind, tenant, key) of every finding that this
must lead to. No tenant is spoiled twice, so that no finding explains another.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from shared.canonical import JsonObject, digest
from shared.model.ledger import Entry
from shared.proving.history import Leaf
from shared.proving.problems import entry_place
from tests.sweeps.raw import Properties, Table, Tables, ledger

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
