"""What must be elsewhere because of a tenant: found, and put right where that is safe."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest

from shared.model.claims import ClaimKey, ClaimKind
from shared.services.ports.claims import Claim, ClaimState, SlotKey
from shared.services.ports.index import IndexKey, IndexKind, IndexRow
from shared.services.ports.values import WriteUnknown
from shared.storage.encoding.fields import compact
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.memory import Request
from tests.cast.commands import register
from tests.cast.ids import AGENCY, BUREAU, DIRECT, STRANGER, link_id, subscription_id
from tests.running.backend import wrote
from tests.running.sweeps import findings, limited, run_sweep, swept
from tests.sweeps.mutations import put

SOLD = IndexKey(DIRECT, IndexKind.SUBSCRIPTION, AGENCY, subscription_id(1))
PLACE = f"index|{DIRECT}|subscription|{subscription_id(1)}"


async def test_an_index_row_that_is_gone_is_made_again(backend):
    row = await backend.ports.index.get(SOLD)
    await backend.ports.index.delete(SOLD, row.etag)
    assert await swept(backend) == {("index-missing", AGENCY, PLACE): True}
    assert (await backend.ports.index.get(SOLD)).value == row.value
    backend.clock.pass_by(timedelta(seconds=1))
    assert await swept(backend) == {}


async def test_what_it_finds_is_logged_as_a_warning_which_the_alert_waits_for(backend, caplog):
    caplog.set_level("INFO")
    row = await backend.ports.index.get(SOLD)
    await backend.ports.index.delete(SOLD, row.etag)
    await swept(backend)
    backend.clock.pass_by(timedelta(seconds=1))
    await swept(backend)
    ends = [each.levelname for each in caplog.records if each.message == "sweep.finished"]
    assert ends == ["WARNING", "INFO"]


@pytest.mark.parametrize("sequence", [1, 10_000])
async def test_a_stale_index_row_is_written_anew_whatever_sequence_it_names(backend, sequence):
    row = await backend.ports.index.get(SOLD)
    old = {**row.value.body, "quantity": 1}
    await backend.ports.index.put(IndexRow(SOLD, sequence, old), row.etag)
    assert await swept(backend) == {("index-stale", AGENCY, PLACE): True}
    (finding,) = await findings(backend.services)
    fields = {
        each["field"]: (each["expected"], each["stored"]) for each in finding.detail["fields"]
    }
    assert fields["quantity"] == (7, 1)
    assert fields["sequence"] == (row.value.sequence, sequence)
    assert (await backend.ports.index.get(SOLD)).value == row.value


@pytest.mark.parametrize(
    ("field", "value"), [("quantity", 7.0), ("disputedAt", False), ("notes", None)]
)
async def test_an_index_row_altered_in_its_json_type_alone(backend, field, value):
    row = await backend.ports.index.get(SOLD)
    odd = {**row.value.body, field: value}
    await backend.ports.index.put(IndexRow(SOLD, row.value.sequence, odd), row.etag)
    assert await swept(backend) == {("index-stale", AGENCY, PLACE): True}
    assert (await backend.ports.index.get(SOLD)).value.body == row.value.body


async def test_an_index_row_that_lacks_a_field_that_is_null(backend):
    row = await backend.ports.index.get(SOLD)
    short = {name: value for name, value in row.value.body.items() if name != "disputedAt"}
    await backend.ports.index.put(IndexRow(SOLD, row.value.sequence, short), row.etag)
    assert await swept(backend) == {("index-stale", AGENCY, PLACE): True}
    (finding,) = await findings(backend.services)
    assert finding.detail["fields"] == [{"field": "disputedAt", "expected": None}]


@pytest.mark.parametrize("field", ["status", "externalReference", "lastKnownName", "updatedAt"])
async def test_a_customer_row_that_shows_something_else(backend, field):
    key = IndexKey(DIRECT, IndexKind.CUSTOMER, AGENCY, AGENCY)
    row = await backend.ports.index.get(key)
    other = {**row.value.body, field: "2026-01-01T00:00:00.000000Z"}
    await backend.ports.index.put(IndexRow(key, row.sequence, other), row.etag)
    place = f"index|{DIRECT}|customer|{AGENCY}"
    assert await swept(backend) == {("index-stale", AGENCY, place): True}
    assert (await backend.ports.index.get(key)).value.body == row.value.body


async def test_an_index_row_with_nothing_behind_it_goes(backend):
    row = await backend.ports.index.get(SOLD)
    doubled = IndexKey(DIRECT, IndexKind.SUBSCRIPTION, AGENCY, subscription_id(77))
    await backend.ports.index.put(IndexRow(doubled, row.sequence, row.value.body), None)
    place = f"index|{DIRECT}|subscription|{subscription_id(77)}"
    assert await swept(backend) == {("index-orphan", AGENCY, place): True}
    (finding,) = await findings(backend.services)
    assert finding.detail["row"] == row.value.body
    assert await backend.ports.index.get(doubled) is None


async def test_a_claim_that_nothing_uses_is_released(backend):
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(88))
    await backend.ports.claims.insert(Claim(key, AGENCY, "died", ClaimState.HELD))
    orphan = ("claim-orphan", AGENCY, f"subscription|{subscription_id(88)}")
    assert await swept(backend) == {orphan: True}
    assert await backend.ports.claims.get(key) is None


async def test_a_claim_of_a_tenant_that_never_was(backend):
    key = ClaimKey(ClaimKind.MPN, "31337")
    await backend.ports.claims.insert(Claim(key, STRANGER, "died", ClaimState.HELD))
    assert await swept(backend) == {("claim-orphan", STRANGER, "mpn|31337"): True}
    assert await backend.ports.claims.get(key) is None


@pytest.mark.parametrize("used", [True, False])
async def test_a_release_that_died_on_its_way_is_ended(backend, used):
    number = 1 if used else 88
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(number))
    claim = Claim(key, AGENCY, "died", ClaimState.RELEASING)
    if stored := await backend.ports.claims.get(key):
        await backend.ports.claims.replace(claim, stored.etag)
    else:
        await backend.ports.claims.insert(claim)
    met = await swept(backend)
    after = await backend.ports.claims.get(key)
    if used:
        assert met == {}
        assert after.value.state is ClaimState.HELD
    else:
        assert met == {("claim-orphan", AGENCY, f"subscription|{key.id}"): True}
        assert after is None


async def test_a_command_on_its_way_is_no_orphan(backend):
    """The claim is there, the row not yet: it comes while the sweep waits."""
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(90))
    await backend.ports.claims.insert(Claim(key, AGENCY, "under way", ClaimState.HELD))

    async def meanwhile(_: float) -> None:
        await backend.do(register(90))

    machine = limited(backend.services, pause=meanwhile)
    await run_sweep(backend.services, backend.queues, with_machine=machine)
    assert await findings(backend.services) == []
    assert await backend.ports.claims.get(key)


async def test_a_claim_that_is_taken_anew_while_the_sweep_waits_is_left_alone(backend):
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(90))
    await backend.ports.claims.insert(Claim(key, AGENCY, "dead", ClaimState.HELD))

    async def meanwhile(_: float) -> None:
        stored = await backend.ports.claims.get(key)
        await backend.ports.claims.delete(key, stored.etag)
        await backend.ports.claims.insert(Claim(key, AGENCY, "under way", ClaimState.HELD))

    machine = limited(backend.services, pause=meanwhile)
    await run_sweep(backend.services, backend.queues, with_machine=machine)
    assert await findings(backend.services) == []
    assert (await backend.ports.claims.get(key)).value.command_id == "under way"


async def test_a_slot_that_nothing_uses_is_released(backend):
    slot = SlotKey(DIRECT, link_id(), STRANGER)
    counter = await backend.ports.slots.reserved(DIRECT, link_id())
    await backend.ports.slots.reserve(slot, counter)
    place = f"link|{DIRECT}|{link_id()}|slot|{STRANGER}"
    assert await swept(backend) == {("link-slot-orphan", STRANGER, place): True}
    assert await backend.ports.slots.held(slot) is None
    assert (await backend.ports.slots.reserved(DIRECT, link_id())).value == counter.value


# what it never repairs


async def test_a_claim_that_is_gone_is_told_and_left(backend):
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(1))
    stored = await backend.ports.claims.get(key)
    await backend.ports.claims.delete(key, stored.etag)
    missing = ("claim-missing", AGENCY, f"subscription|{subscription_id(1)}")
    assert await swept(backend) == {missing: False}
    assert await backend.ports.claims.get(key) is None


async def test_a_claim_that_someone_else_holds(backend):
    key = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(1))
    stored = await backend.ports.claims.get(key)
    await backend.ports.claims.replace(Claim(key, BUREAU, "c", ClaimState.HELD), stored.etag)
    assert await swept(backend) == {
        ("claim-missing", AGENCY, f"subscription|{key.id}"): False,
        ("claim-orphan", BUREAU, f"subscription|{key.id}"): True,
    }


async def test_a_claim_is_evidence_when_the_row_was_taken_away(backend):
    rows = backend.tables["tenants"]._partitions[AGENCY]
    del rows[f"subscription|{subscription_id(1)}"]
    diverged = ("state-diverged", AGENCY, f"subscription|{subscription_id(1)}")
    assert await swept(backend) == {diverged: False}
    assert await backend.ports.claims.get(ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(1)))
    assert await backend.ports.index.get(SOLD)


async def test_a_claim_is_evidence_when_the_ledger_was_cut_back(backend):
    """Head, rows and entries as they were before the last command: only the checkpoint knows."""
    before = dict(backend.tables["tenants"]._partitions[AGENCY])
    await backend.do(register(50))
    await backend.deliver()
    await run_sweep(backend.services, backend.queues)
    backend.tables["tenants"]._partitions[AGENCY] = before
    backend.clock.pass_by(timedelta(seconds=1))
    last = (await backend.ports.tenants.head(AGENCY)).value.sequence + 1
    assert await swept(backend) == {("rolled-back", AGENCY, f"entry|{last:012d}"): False}
    assert await backend.ports.claims.get(ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(50)))


async def test_a_tenant_that_is_gone_is_known_from_the_checkpoint(backend):
    await run_sweep(backend.services, backend.queues)
    last = (await backend.ports.tenants.head(BUREAU)).value.sequence
    del backend.tables["tenants"]._partitions[BUREAU]
    backend.clock.pass_by(timedelta(seconds=1))
    gone = ("rolled-back", BUREAU, f"entry|{last:012d}")
    assert await swept(backend) == {gone: False}
    backend.clock.pass_by(timedelta(seconds=1))
    assert await swept(backend) == {gone: False}, "the leaf stays expected"


# evidence


@pytest.mark.parametrize("write", range(4))
async def test_what_a_repair_deletes_is_written_down_before(backend, write):
    """The process dies at any write of the finding: either it is recorded, or the row is there."""
    rows = backend.tables["index"]._partitions
    partition, row = next(
        (partition, row)
        for partition in sorted(rows)
        for row in sorted(rows[partition])
        if row.startswith("subscription|")
    )
    orphan = f"{row[:-3]}f77"
    body = json.loads(rows[partition][row].properties["body"]) | {"id": orphan.rpartition("|")[2]}
    properties = dict(rows[partition][row].properties) | {"body": compact(body)}
    put(backend.tables["index"], Key(partition, orphan), properties)
    left = write

    async def die(request: Request) -> None:
        nonlocal left
        if wrote(request, "id|") and request.keys[0].partition == "finding":
            left -= 1
            if left < 0:
                raise WriteUnknown("the process dies")

    backend.before = die
    with suppress(WriteUnknown):
        await swept(backend)
    backend.calm()
    told = [each for each in await findings(backend.services) if each.kind == "index-orphan"]
    assert told or orphan in rows[partition]
    if told:
        assert told[0].detail["row"] == body
