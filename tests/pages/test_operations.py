"""The operator's first page: whether the service is well, and what waits for somebody."""

from dataclasses import replace

import pytest

from shared.services.ports.values import StorageDown
from shared.storage.engine.table import Key
from tests.cast.ids import AGENCY
from tests.pages.troubles import bury
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin
from tests.running.visitors import Visitor, pages

PAGE = "/operations"


@pytest.fixture
def visitor(operated: LocalApp) -> Visitor:
    return Visitor(operated, OPERATOR_CLAIMS)


async def test_it_counts_what_is_open(operated: LocalApp, visitor: Visitor):
    assert (await visitor.get("/")).headers["Location"] == PAGE
    page = await visitor.get(PAGE)
    assert "✓ The service reaches all that it needs" in page.words
    assert "Open findings2 Open dead letters1 Open disputes1" in page.words
    assert "Python3.13" in page.words
    assert "Failed, over everything" in page.words
    for number in range(100):
        await bury(operated, f"{number:064x}")
    assert "Open dead lettersmore than 100" in (await visitor.get(PAGE)).words


async def test_what_does_not_answer_is_named_and_hides_nothing(
    operated: LocalApp, visitor: Visitor
):
    async def rests() -> None:
        raise ConnectionError

    operated.probes["the queues"] = rests
    operated.clock.pass_by(minutes=1)
    page = await visitor.get(PAGE)
    assert page.status == 200
    assert "✗ The service does not reach all that it needs" in page.words
    assert "the queues" in page.words
    assert "Open findings2" in page.words


async def test_it_says_so_when_the_storage_itself_does_not_answer(
    operated: LocalApp, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    """The hour in which somebody opens it: what is known is shown, and nothing taken for 0."""

    async def silent(*_: object, **__: object) -> None:
        raise StorageDown

    for name in ("get", "range", "query"):
        monkeypatch.setattr(operated.memory.tables["operations"], name, silent, raising=False)
    operated.clock.pass_by(minutes=1)
    page = await visitor.get(PAGE)
    assert page.status == 200
    assert (
        "✗ The service does not reach all that it needs Not reachable: table operations."
        in page.words
    )
    assert "Open findingsNot to be told now" in page.words
    assert "The last sweep Not to be told now" in page.words
    assert "Python3.13" in page.words


async def test_a_last_sweep_that_cannot_be_read_is_not_taken_for_none(
    operated: LocalApp, visitor: Visitor
):
    rows = operated.memory.tables["operations"]._partitions["sweep"]
    first = min(each for each in rows if each.startswith("id|"))
    newer = Key("sweep", "id|00000000-0000-7000-8000-000000000000")
    rows[newer.row] = replace(rows[first], key=newer, properties={"v": 1})
    page = await visitor.get(PAGE)
    assert "Its record cannot be read." in page.words
    assert "No sweep has run yet." not in page.words


async def test_every_page_of_the_operator_leads_to_the_others(operated: LocalApp, visitor: Visitor):
    page = await visitor.get(PAGE)
    areas = page.html.partition('aria-label="Areas"')[2].partition("</nav>")[0]
    known = {f"/{each.route}" for each in pages().values()}
    led = {part.partition('"')[0] for part in areas.split('href="')[1:]}
    assert len(led) == 7
    assert led <= known
    for address in led:
        seen = await visitor.get(address)
        assert f'<a href="{address}" aria-current="page">' in seen.html


async def test_others_read_whose_it_is(operated: LocalApp):
    page = await Visitor(operated, admin(AGENCY)).get(PAGE)
    assert page.status == 403
    assert "Platform operator" in page.words
    assert "belongs to the organization" not in page.words


async def test_in_korean(operated: LocalApp):
    page = await Visitor(operated, OPERATOR_CLAIMS, {"accept-language": "ko"}).get(PAGE)
    assert "열린 발견 사항2" in page.words
    for english in ("Operations", "Open", "sweep", "reaches"):
        assert english not in page.words, english
