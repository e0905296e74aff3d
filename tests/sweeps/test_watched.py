"""What docs/watched.md says is found when a property is altered, held against sweeps."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest

from shared.services.ports.budgets import BudgetKey, Spending
from shared.services.ports.dead_letters import DeadLetter, Sent
from shared.services.ports.operations import Outcome, Result
from shared.services.ports.webhooks import (
    Progress,
    SealedSecret,
    Webhook,
    WebhookKey,
    WebhookStatus,
)
from shared.storage.encoding.keys import dead_letters, operations, webhooks
from shared.storage.encoding.keys.places import Key
from tests.cast.ids import AGENCY, DIRECT, guid
from tests.cast.messages import PIPELINE
from tests.running.backend import Backend
from tests.running.sweeps import run_sweep, swept
from tests.sweeps.mutations import put
from tests.sweeps.world import populate
from tools.watched_document import PATH, WATCHED, Watched, document

VERSION = "v"
"""Of each row: another one does not decode."""
OPERATED = {
    operations.PIPELINES: "pipeline",
    webhooks.WEBHOOKS: "webhook",
    dead_letters.PARTITION: "dead-letter",
}
"""Partitions of which each row and property is only decoded."""
DECODED = {*OPERATED.values(), "result|…"}
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
    "partner|…": "name",
    "dispute|…": "offerName",
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
    await operate(made)
    await run_sweep(made.services, made.queues)
    made.clock.pass_by(timedelta(minutes=6))
    return made


async def operate(backend: Backend) -> None:
    """One row of each kind that no ledger speaks of."""
    ports, at = backend.ports, backend.clock.now()
    await ports.operations.put_pipeline(PIPELINE, None)
    outcome = Result("k", PIPELINE.id, "m", PIPELINE.source, "t", Outcome.SUCCEEDED, at)
    await ports.operations.put_result(outcome, None)
    await ports.budgets.sell(BudgetKey(DIRECT, Spending.MESSAGES), at, None)
    secrets = (SealedSecret("k.xyz"),)
    active, types = WebhookStatus.ACTIVE, ("subscription-registered",)
    url, key = "https://partner.example/events", WebhookKey(DIRECT, guid(7))
    await ports.webhooks.add(Webhook(key, url, types, active, secrets, 0, at, at, Progress("c")))
    sent = Sent("e-1", PIPELINE.source, "customer-profile")
    letter = DeadLetter(
        id="a1" * 32,
        queue="onboarding",
        reason="malformed",
        error={},
        tenant_id=AGENCY,
        excerpt="é",
        dequeue_count=5,
        dead_at=at,
        sent=sent,
    )
    await ports.dead_letters.add(letter, "é", [AGENCY])


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
    if partition.startswith("result|"):
        return "result|…"
    if partition in OPERATED:
        return OPERATED[partition]
    if partition.endswith(("|feed", "|links")) and not row.startswith("mark|"):
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
        if key is None or (watched.how == "decode" and watched.row in DECODED):
            continue  # of a kind that this world has not, or held below
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


async def test_what_is_only_decoded_is_told_where_it_does_not_decode(known):
    """Each property of each row that no ledger speaks of: altered, and of another type."""
    table = known.tables["operations"]
    saved = deepcopy(table._partitions)
    rows = [
        entity
        for partition, found in saved.items()
        for entity in found.values()
        if kind(partition, entity.key.row) in DECODED
    ]
    wrong = []
    for entity in rows:
        for name, value in entity.properties.items():
            if name == VERSION:
                continue
            for other, least in ((one_more(value), set()), (1.5, {"undecodable-row"})):
                table._partitions = deepcopy(saved)
                put(table, entity.key, {**entity.properties, name: other})
                met = {kind for kind, _, _ in await swept(known)}
                if not least <= met <= {"undecodable-row"}:
                    wrong.append((entity.key, name, other, met))
    assert not wrong, "\n".join(map(str, wrong))
    assert {kind(*entity.key) for entity in rows} == DECODED


def one_more(value: object) -> object:
    """Another value of the same type that decodes as well, or does not."""
    match value:
        case int():
            return value + 1
        case bytes():
            return value + b"1"
        case _:
            return f"{value}1"


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
