"""The operator starts a sweep, follows it without a script, and looks back at those before."""

import re

import pytest

from shared.services.ports.sweeps import Sweep, SweepStatus, Tally
from shared.services.ports.values import Stored
from shared.web.plots import HEIGHT, bars
from shared.web.session import COOKIE
from tests.cast.ids import AGENCY, AT, BUREAU
from tests.pages.acting import writes
from tests.running.app import OPERATOR_CLAIMS, LocalApp
from tests.running.visitors import Seen, Visitor

LIST = "/operations/sweeps"


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    return Visitor(local, OPERATOR_CLAIMS)


async def start(visitor: Visitor, **typed: str) -> Seen:
    opened = await visitor.get(LIST)
    assert opened.steps == ["confirm"]
    return await visitor.post(LIST, {**opened.fields, **typed, "step": "confirm"})


async def past(local: LocalApp, number: int, findings: int) -> None:
    """A sweep that ran `number` days after the first, for as many seconds."""
    sweeps = local.memory.ports.sweeps
    at = AT.replace(second=number % 60, minute=number // 60)
    sweep_id = f"019a9b3e-{number:04x}-7a1d-8e52-6f0b3d9c2a71"
    sweep = Sweep(sweep_id, None, SweepStatus.RUNNING, at, shards=5)
    running = await sweeps.running()
    await sweeps.start(sweep, Stored("", running.etag), ())
    stored_sweep, running = await sweeps.get(sweep_id), await sweeps.running()
    assert stored_sweep
    tally = Tally(tenants=4, rows=1234, problems={"index-stale": findings} if findings else {})
    ended = Sweep(sweep_id, None, SweepStatus.SUCCEEDED, at, 5, finished_at=at, tally=tally)
    await sweeps.finish(ended, stored_sweep.etag, running)


async def test_one_is_started_and_followed_to_its_end(local: LocalApp, visitor: Visitor):
    assert "No sweep has run yet." in (await visitor.get(LIST)).words
    done = await start(visitor)
    assert (done.status, done.headers["Location"]) == (303, LIST)
    running = await visitor.get(LIST)
    assert running.headers["Refresh"] == "10"
    assert "This page refreshes itself every 10 seconds. Stop that" in running.words
    assert "Parts gone through: 0 of 5" in running.words
    assert running.steps == []
    (one,) = set(re.findall(rf'href="({LIST}/[^"]+)"', running.html))
    page = await visitor.get(one)
    assert page.headers["Refresh"] == "10"
    assert "Nothing so far." in page.words
    await local.follow()
    await local.sweep()
    ended, page = await visitor.get(LIST), await visitor.get(one)
    for each in (ended, page):
        assert "Refresh" not in each.headers
        assert "refreshes itself" not in each.words
        assert "Finished" in each.words
    assert ended.steps == ["confirm"]
    assert "what is stored is as the ledgers say" in page.words


async def test_who_does_not_want_it_has_it_not_refresh_itself(visitor: Visitor):
    await start(visitor)
    still = await visitor.get(f"{LIST}?refresh=off")
    assert "Refresh" not in still.headers
    assert "This page does not refresh itself. Let it refresh itself" in still.words
    korean = re.search(r'href="(\?[^"]*language=ko)"', still.html)
    assert korean
    assert "refresh=off" in korean[1]


async def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(visitor: Visitor):
    """Else a browser that is left open stayed signed in for eight hours, not for 30 minutes."""
    assert COOKIE in [each.name for each in (await visitor.get(LIST)).outgoing.cookies]
    await start(visitor)
    running = await visitor.get(LIST)
    assert "Refresh" in running.headers
    assert running.outgoing.cookies == ()
    assert (await visitor.get(f"{LIST}?refresh=off")).outgoing.cookies


async def test_of_one_organization_only(local: LocalApp, visitor: Visitor):
    assert (await start(visitor, customerId=AGENCY)).status == 303
    page = await visitor.get(LIST)
    assert f"of the organization {AGENCY}" in page.words
    sweeps = (await local.call("GET", "/api/sweeps", OPERATOR_CLAIMS)).body["value"]
    assert [each["customerId"] for each in sweeps] == [AGENCY]


async def test_what_is_no_id_is_said_at_its_field(local: LocalApp, visitor: Visitor):
    before = writes(local)
    wrong = await start(visitor, customerId="x")
    assert wrong.status == 400
    assert '<a href="#customerId">' in wrong.html
    assert writes(local) == before


async def test_one_runs_at_a_time(local: LocalApp, visitor: Visitor):
    """Two who start one at once: the same again is the running one, another is refused."""
    opened = (await visitor.get(LIST)).fields
    await start(visitor)
    assert (await visitor.post(LIST, {**opened, "step": "confirm"})).status == 303
    other = await visitor.post(LIST, {**opened, "customerId": BUREAU, "step": "confirm"})
    assert other.status == 409
    assert "There is a problem" in other.words
    assert "A sweep is running" in other.words
    assert len((await local.call("GET", "/api/sweeps", OPERATOR_CLAIMS)).body["value"]) == 1


@pytest.mark.parametrize(("minutes", "states"), [(3, ["running"]), (31, ["running", "failed"])])
async def test_one_that_stands_still_is_called_again_here(
    local: LocalApp, visitor: Visitor, minutes: int, states: list[str]
):
    """Without writing a request; not while the page refreshes itself under what is typed."""
    await start(visitor, customerId=AGENCY)
    local.memory.queues.messages["sweep-shards"].clear()
    local.clock.pass_by(minutes=minutes)
    still = f"{LIST}?refresh=off"
    assert (
        "stop the refreshing: then it can be called again here" in (await visitor.get(LIST)).words
    )
    opened = await visitor.get(still)
    assert "Call it again" in opened.words
    assert opened.fields["customerId"] == AGENCY
    assert (await visitor.post(still, {**opened.fields, "step": "confirm"})).status == 303
    assert local.memory.queues.messages["sweep-shards"]
    sweeps = (await local.call("GET", "/api/sweeps", OPERATOR_CLAIMS)).body["value"]
    assert [each["status"] for each in sweeps] == states


async def test_the_last_thirty_are_drawn_beside_their_table(local: LocalApp, visitor: Visitor):
    for number in range(33):
        await past(local, number, findings=number)
    page = await visitor.get(LIST)
    heights = [float(each) for each in re.findall(r'<rect [^>]*height="([\d.]+)"', page.html)]
    places = [float(each) for each in re.findall(r'<rect x="([\d.]+)"', page.html)]
    assert len(heights) == page.html.count("<tr>") - 1 == 30
    # The newest is first in the table and last in the picture; 32 findings are the most.
    assert heights == pytest.approx([HEIGHT * n / 32 for n in range(32, 2, -1)], abs=0.1)
    assert places == sorted(places, reverse=True)
    assert "the highest bar stands for 32" in page.words
    assert 'rel="next"' in page.html


def test_nothing_is_a_bar_too():
    assert [each.height for each in bars((0, 0), 30)] == [2, 2]
    assert [each.height for each in bars((0, 1, 4), 30)] == [2, 25, 100]
    assert bars((), 30) == ()


async def test_what_was_never_started_is_not_there(visitor: Visitor):
    assert (await visitor.get(f"{LIST}/{BUREAU}")).status == 404
    assert (await visitor.get(f"{LIST}?skiptoken=x")).status == 400


async def test_in_korean(local: LocalApp, visitor: Visitor):
    await start(visitor)
    korean = Visitor(local, OPERATOR_CLAIMS, {"accept-language": "ko"})
    page = await korean.get(LIST)
    assert "10초마다" in page.words
    for english in ("Sweep", "Running", "Findings", "refresh"):
        assert english not in page.words, english
