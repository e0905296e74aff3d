"""Sweeps, findings and checkpoints as operators see them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from shared.services.ports.sweeps import Sweep, SweepStatus, Tally
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol, invite
from tests.cast.ids import AGENCY, AT, DIRECT, RESELLER
from tests.running.app import OPERATOR_CLAIMS, LocalApp
from tests.sweeps.world import populate

ID = "01a1968f-0dc0-79a2-9e58-7f645d39d0a8"


@pytest.fixture
async def local() -> LocalApp:
    made = LocalApp()
    made.do = _doer(made)
    made.deliver = made.follow
    await populate(made)
    return made


def _doer(local: LocalApp):
    async def do(*commands):
        for command in commands:
            await local.services.executor.execute(command)

    return do


async def ask(local: LocalApp, call: str, body=None, headers=None):
    method, _, url = call.partition(" ")
    return await local.call(method, url, OPERATOR_CLAIMS, body, headers)


@pytest.mark.parametrize("call", ["sweeps", "checkpoints"])
async def test_what_is_not_there(local, call):
    for url in (
        f"/api/{call}/{ID}",
        f"/api/{call}/{ID}/{'findings' if call == 'sweeps' else 'leaves'}",
    ):
        assert (await ask(local, f"GET {url}")).status == 404
    assert (await ask(local, f"GET /api/{call}/x")).status == 400


async def test_a_sweep_from_start_to_checkpoint(local):
    started = await ask(local, "POST /api/sweeps", {})
    assert (started.status, started.body["status"]) == (201, "running")
    assert started.body["shards"] == {"done": 0, "total": 5}
    again = await ask(local, "POST /api/sweeps")
    assert (again.status, again.body) == (200, started.body)
    other = await ask(local, "POST /api/sweeps", {"customerId": AGENCY})
    assert other.code == (409, "SweepRunning")
    assert other.body["error"]["target"] == started.body["id"]
    await local.sweep()
    url = f"GET /api/sweeps/{started.body['id']}"
    ended = (await ask(local, url)).body
    assert (ended["status"], ended["findings"]) == ("succeeded", {"byKind": {}})
    assert ended["shards"] == {"done": 6, "total": 6}
    assert (await ask(local, "GET /api/sweeps")).body["value"] == [ended]
    checkpoint = (await ask(local, f"GET /api/checkpoints/{ended['checkpointId']}")).body
    assert (await ask(local, "GET /api/checkpoints")).body["value"] == [checkpoint]
    url = f"GET /api/checkpoints/{ended['checkpointId']}/leaves"
    assert len((await ask(local, url)).body["value"]) == checkpoint["size"] == ended["tenants"]
    lines = await ask(local, url, headers={"accept": "application/jsonl"})
    assert lines.body.count("\n") == checkpoint["size"]


async def test_a_checkpoint_outlives_its_leaves(local):
    at: list[str] = []
    for _ in range(2):
        started = await ask(local, "POST /api/sweeps", {})
        await local.sweep()
        at.append(f"/api/checkpoints/{started.body['id']}")
        local.clock.pass_by(days=31)
    assert [(await ask(local, f"GET {each}")).status for each in at] == [200, 200]
    old, newest = [await ask(local, f"GET {each}/leaves") for each in at]
    assert (old.status, old.body) == (200, {"value": []})
    assert newest.body["value"]


async def test_the_last_30_of_300_sweeps_with_what_a_plot_needs_are_one_request(local):
    store, asked = local.memory.ports.sweeps, list[str]()
    for n in range(300):
        at, tally = AT + timedelta(days=n), Tally(n, 2 * n, 1, 2, {"index-stale": n})
        begun = Sweep(str(UUID(int=n + 1)), None, SweepStatus.RUNNING, at, 5)
        await store.start(begun, await store.running(), ())
        ended = replace(begun, status=SweepStatus.SUCCEEDED, finished_at=at, tally=tally)
        stored = await store.get(begun.id)
        await store.finish(ended, stored.etag, await store.running())

    async def note(request: Request) -> None:
        asked.append(request.verb)

    local.memory.tables["operations"].before = note
    found = (await ask(local, "GET /api/sweeps?maxpagesize=30")).body["value"]
    assert asked == ["range"]
    assert [each["tenants"] for each in found] == list(range(299, 269, -1))
    for each in found:
        assert each["startedAt"] == each["finishedAt"] is not None
        assert (each["rows"], each["repaired"]) == (2 * each["tenants"], 2)
        assert each["findings"] == {"byKind": {"index-stale": each["tenants"]}}


async def test_findings_are_narrowed_and_paged(local):
    for number in range(3):
        await local.do(
            invite(DIRECT, 90 + number, RESELLER.replace("e1", f"9{number}"), expiresInDays=1)
        )
    await local.do(enrol(DIRECT))
    await local.follow()
    local.clock.pass_by(days=2)
    started = await ask(local, "POST /api/sweeps", {})
    await local.sweep()
    own = f"/api/sweeps/{started.body['id']}/findings"
    for url in (own, "/api/findings"):
        every = (await ask(local, f"GET {url}")).body["value"]
        assert [each["kind"] for each in every] == ["invitation-overdue"] * 3
        assert all(each["repaired"] for each in every)
        paged, link = [], f"{url}?maxpagesize=2"
        while link:
            page = (await ask(local, f"GET {link}")).body
            paged += page["value"]
            link = page.get("nextLink")
        assert paged == every
    tenant = every[1]["tenantId"]
    for query, count in (
        ("kind=invitation-overdue", 3),
        ("kind=chain-broken", 0),
        ("status=open", 3),
        ("status=closed", 0),
        (f"tenantId={tenant.upper()}", 1),
    ):
        assert len((await ask(local, f"GET /api/findings?{query}")).body["value"]) == count, query
    assert (await ask(local, "GET /api/findings?kind=boredom")).status == 400
    one = f"/api/findings/{every[0]['id']}"
    assert (await ask(local, f"GET {one}")).body == every[0]
    assert (await ask(local, f"GET /api/findings/{'0' * 64}")).status == 404
    assert (await ask(local, "GET /api/findings/x")).status == 400
