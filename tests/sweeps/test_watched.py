"""What docs/watched.md says is found when a property is altered, held against sweeps."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest

from shared.storage.encoding.keys.places import Key
from tests.running.backend import Backend
from tests.running.sweeps import run_sweep, swept
from tests.sweeps.mutations import put
from tests.sweeps.world import populate
from tools.watched_document import PATH, WATCHED, Watched, document

VERSION = "v"
"""Of each row: another one does not decode."""
FIELDS = {
    "partner": "name",
    "customer": "name",
    "agreement": "acceptedAt",
    "r_…": "removals",
    "invitation|…": "partnerName",
    "link|…": "expiresAt",
    "reseller|…": "since",
    "subscription|…": "offerName",
    "customer|…": "name",
    "checkpoint": "root",
    "details|…": "signer",
    "sweep": "finishedAt",
    "…\\|links": "since",
    "…\\|feed": "time",
}
"""What of a document is altered: one that the row holds, and nothing beside it."""


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document(), "run: make docs"


@pytest.fixture
async def known() -> Backend:
    """Swept once, a while ago."""
    made = Backend()
    await populate(made)
    await run_sweep(made.services, made.queues)
    made.clock.pass_by(timedelta(minutes=6))
    return made


def row_of(backend: Backend, watched: Watched) -> Key | None:
    """The last row of the kind that has the property."""
    found = [
        entity.key
        for partition, rows in backend.tables[watched.table]._partitions.items()
        for entity in rows.values()
        if kind(partition, entity.key.row) == watched.row
        and any(named(watched, name) for name in entity.properties)
    ]
    return max(found, key=lambda key: key.row, default=None)


def kind(partition: str, row: str) -> str:
    if partition in {"checkpoint", "sweep", "finding"}:
        return "running" if row == "running" else partition
    if partition.endswith(("|feed", "|links")):
        return f"…\\|{partition.rpartition('|')[2]}"
    first, bar, _ = row.partition("|")
    return f"{first}|…" if bar or first == "customer" else row


def named(watched: Watched, name: str) -> bool:
    if watched.name == "all":
        return name != VERSION
    stem = watched.name.removesuffix(" …")
    return name.startswith("r_") if stem == "r_…" else name == stem


def altered(watched: Watched, value: object) -> object:
    """Another value of the same type."""
    match value:
        case int():
            return value + 10_000
        case dict():
            return {name: altered(watched, inner) for name, inner in value.items()}
        case bytes():
            return value.replace(b"1", b"2")
        case str() if value.startswith("{"):
            document = json.loads(value)
            field = FIELDS.get(watched.name) or FIELDS[watched.row]
            assert field in document, (watched, document)
            document[field] = altered(watched, document[field])
            return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        case str() if value[:2] == "20" and "T" in value:
            return value.replace("20", "21", 1)
        case _:
            other = {"held": "releasing", "partner": "customer", "customer": "partner"}
            digits = "".join({"2": "1", "-": "-"}.get(one, "2") for one in str(value))
            return other.get(str(value), digits)


async def test_each_property_is_found_as_the_table_says(known):
    saved = {name: deepcopy(table._partitions) for name, table in known.tables.items()}
    wrong, tried = [], 0
    for watched in WATCHED:
        for name, table in known.tables.items():
            table._partitions = deepcopy(saved[name])
        key = row_of(known, watched)
        if key is None:
            continue  # of a kind that this world has not: it is held by reading
        tried += 1
        table = known.tables[watched.table]
        properties = dict(table._partitions[key.partition][key.row].properties)
        name = next(each for each in sorted(properties) if named(watched, each))
        put(table, key, properties | {name: altered(watched, properties[name])})
        met = {kind for kind, _, _ in await swept(known)}
        if (watched.found in met) if watched.found else not met - {"undecodable-row"}:
            continue
        wrong.append((watched, key, sorted(met)))
    assert not wrong, "\n".join(map(str, wrong))
    assert tried >= 40


async def test_every_property_of_every_row_has_its_line(known):
    missing = {
        (table.name, kind(partition, row), name)
        for table in known.tables.values()
        for partition, rows in table._partitions.items()
        for row, entity in rows.items()
        for name in entity.properties
        if name != VERSION
        and kind(partition, row) not in {"shard|…", "sums|…", "subtree|…", "finding|…"}
        and not any(
            (watched.table, watched.row) == (table.name, kind(partition, row))
            and named(watched, name)
            for watched in WATCHED
        )
    }
    assert not missing
