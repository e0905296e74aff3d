"""What an `OperationsStore` promises, on both adapters."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.services.ports.operations import Outcome, Pipeline, Result
from shared.services.ports.values import GuardFailed, Undecodable
from shared.storage.encoding.keys import operations as keys
from shared.storage.engine.table import Insert
from tests.cast.ids import PRECISE_AT, guid

PIPELINE = Pipeline(
    id="pipeline-1",
    source="/crm/it's",
    partner_ids=(guid(1), guid(2)),
    types=("invitation-request",),
)
RESULT = Result(
    key="k",
    feed_id="pipeline-1",
    message_id="m|1/?#",
    source="/crm/it's",
    type="invitation-request",
    outcome=Outcome.REFUSED,
    at=PRECISE_AT,
    resource=None,
    error={"code": "PolicyRefused", "message": "한국어"},
)
LATER = PRECISE_AT + timedelta(days=1)


@pytest.fixture
def operations(backend):
    return backend.ports.operations


async def test_a_pipeline_is_found_by_id_and_by_source(operations):
    assert await operations.pipeline(PIPELINE.id) is None
    assert await operations.owner_of(PIPELINE.source) is None
    await operations.put_pipeline(PIPELINE, None)
    assert (await operations.pipeline(PIPELINE.id)).value == PIPELINE
    assert await operations.owner_of(PIPELINE.source) == PIPELINE.id


async def test_a_source_belongs_to_one_pipeline(operations):
    await operations.put_pipeline(PIPELINE, None)
    rival = replace(PIPELINE, id="rival")
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(rival, None)
    assert await operations.pipeline("rival") is None
    await operations.put_pipeline(replace(rival, source="/other"), None)
    stored = await operations.pipeline("rival")
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(rival, stored)
    assert await operations.owner_of("/other") == "rival"
    assert await operations.owner_of(PIPELINE.source) == PIPELINE.id


async def test_a_pipeline_changes_under_its_etag(operations):
    await operations.put_pipeline(PIPELINE, None)
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(PIPELINE, None)
    stored = await operations.pipeline(PIPELINE.id)
    wider = replace(PIPELINE, types=("invitation-request", "subscription-status"))
    await operations.put_pipeline(wider, stored)
    assert (await operations.pipeline(PIPELINE.id)).value == wider
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(PIPELINE, stored)


async def test_a_pipeline_that_changes_its_source_keeps_the_old_one(operations):
    await operations.put_pipeline(PIPELINE, None)
    stored = await operations.pipeline(PIPELINE.id)
    moved = replace(PIPELINE, source="/new")
    await operations.put_pipeline(moved, stored)
    assert (await operations.pipeline(PIPELINE.id)).value == moved
    for source in ("/new", PIPELINE.source):
        assert await operations.owner_of(source) == PIPELINE.id
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(replace(PIPELINE, source="/newer"), stored)
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(replace(PIPELINE, id="heir"), None)
    await operations.put_pipeline(PIPELINE, await operations.pipeline(PIPELINE.id))
    assert (await operations.pipeline(PIPELINE.id)).value == PIPELINE
    for source in ("/new", PIPELINE.source):
        assert await operations.owner_of(source) == PIPELINE.id


async def test_a_deleted_pipeline_keeps_its_source(operations):
    await operations.put_pipeline(PIPELINE, None)
    gone = replace(PIPELINE, deleted=True)
    await operations.put_pipeline(gone, await operations.pipeline(PIPELINE.id))
    assert await operations.owner_of(PIPELINE.source) == gone.id
    with pytest.raises(GuardFailed):
        await operations.put_pipeline(replace(PIPELINE, id="rival"), None)


async def test_pipelines_in_pages(operations):
    ids = [f"p{n}" for n in range(5)]
    for each in ids:
        await operations.put_pipeline(replace(PIPELINE, id=each, source=f"/{each}"), None)
    first = await operations.pipelines(None, 3)
    second = await operations.pipelines(first.after, 3)
    assert [stored.value.id for stored in (*first.items, *second.items)] == ids
    assert second.after is None


async def test_a_result_comes_back(operations):
    await operations.put_result(RESULT, None)
    plain = replace(RESULT, key="l", resource="/api/x", error=None, outcome=Outcome.SUCCEEDED)
    await operations.put_result(plain, None)
    page = await operations.results(RESULT.feed_id, None, 10, until=LATER)
    assert sorted(page.items, key=lambda result: result.key) == [RESULT, plain]


async def test_a_result_is_written_once(operations):
    again = replace(RESULT, at=PRECISE_AT + timedelta(seconds=5))
    tries = (operations.put_result(each, None) for each in (RESULT, again, RESULT, again))
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(each) for each in told].count(GuardFailed) == 3
    with pytest.raises(GuardFailed):
        await operations.put_result(again, None)
    page = await operations.results(RESULT.feed_id, None, 10, until=LATER)
    assert len(page.items) == 1


async def test_a_result_is_told_again_under_its_mark(operations):
    assert await operations.result_mark(RESULT.feed_id, RESULT.key) is None
    await operations.put_result(RESULT, None)
    mark = await operations.result_mark(RESULT.feed_id, RESULT.key)
    assert mark.value == PRECISE_AT
    again = replace(RESULT, at=PRECISE_AT + timedelta(seconds=5))
    await operations.put_result(again, mark.etag)
    moved = await operations.result_mark(RESULT.feed_id, RESULT.key)
    assert moved.value == again.at
    with pytest.raises(GuardFailed):
        await operations.put_result(replace(RESULT, at=LATER), mark.etag)
    page = await operations.results(RESULT.feed_id, None, 10, until=LATER)
    assert list(page.items) == [RESULT, again]


async def test_the_storage_says_when_a_result_took_effect(operations, backend):
    told = await operations.put_result(RESULT, None)
    mark = await operations.result_mark(RESULT.feed_id, RESULT.key)
    if backend.clients:
        assert timedelta() <= told - mark.landed <= timedelta(seconds=3)
    else:
        assert (told, mark.landed) == (None, None)


async def test_results_follow_a_cursor(operations):
    feed = "feed"
    empty = await operations.results(feed, None, 10, until=LATER)
    assert empty.items == ()
    assert empty.after is not None
    results = [
        replace(RESULT, feed_id=feed, key=str(n), at=PRECISE_AT + timedelta(microseconds=n))
        for n in range(7)
    ]
    for result in results[:4]:
        await operations.put_result(result, None)
    first = await operations.results(feed, empty.after, 3, until=LATER)
    second = await operations.results(feed, first.after, 3, until=LATER)
    nothing = await operations.results(feed, second.after, 3, until=LATER)
    assert (nothing.items, nothing.after) == ((), second.after)
    for result in results[4:]:
        await operations.put_result(result, None)
    third = await operations.results(feed, nothing.after, 10, until=LATER)
    assert [*first.items, *second.items, *third.items] == results


@pytest.mark.parametrize(
    "at",
    [PRECISE_AT, datetime(2026, 3, 29, 1, 59, 59, 999999, UTC), datetime(2100, 1, 1, tzinfo=UTC)],
)
async def test_results_before_a_moment(operations, at):
    await operations.put_result(replace(RESULT, at=at), None)
    exactly = await operations.results(RESULT.feed_id, None, 10, until=at)
    assert exactly.items == ()
    after = at + timedelta(microseconds=1)
    assert len((await operations.results(RESULT.feed_id, None, 10, until=after)).items) == 1


async def test_feeds_are_apart(operations):
    await operations.put_result(RESULT, None)
    await operations.put_result(replace(RESULT, feed_id="other"), None)
    for feed in (RESULT.feed_id, "other"):
        page = await operations.results(feed, None, 10, until=LATER)
        assert [result.feed_id for result in page.items] == [feed]


@pytest.mark.parametrize(
    "body", ["[]", "{", "{}", '{"id":1,"source":"s","partnerIds":1,"types":[]}']
)
async def test_undecodable_pipelines_and_results(operations, backend, body: str):
    table = backend.table("operations")
    properties = {"v": 1, "body": body}
    await table.transact([Insert(keys.pipeline("p"), properties)])
    await table.transact([Insert(keys.result("f", PRECISE_AT, "k"), properties)])
    with pytest.raises(Undecodable, match="p"):
        await operations.pipeline("p")
    with pytest.raises(Undecodable):
        await operations.results("f", None, 10, until=LATER)
