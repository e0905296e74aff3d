"""What sweeps found, on pages: listed, read, and what is to be done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.canonical import JsonObject
from shared.proving.problems import Problem, ProblemKind
from shared.services.ports.findings import FindingStatus
from shared.web.runbook import FINDINGS
from tests.cast.ids import AGENCY, AT, OTHER_DIRECT
from tests.pages.addresses import FINDING
from tests.pages.troubles import DIVERGED
from tests.pages.walking import walk
from tests.running.app import OPERATOR_CLAIMS, LocalApp
from tests.running.visitors import Seen, Visitor

LIST = "/operations/findings"
ONE = f"{LIST}/{FINDING}"
WHOSE = f"{LIST}?tenantId={OTHER_DIRECT}"
"""But for the finding that a dispute opened, of which the customer's ledger is the truth."""


@pytest.fixture
def visitor(operated: LocalApp) -> Visitor:
    return Visitor(operated, OPERATOR_CLAIMS)


async def found(local: LocalApp, number: int, **changes: object) -> str:
    """One more, each a minute younger."""
    first = AT + timedelta(minutes=number)
    finding = replace(DIVERGED, id=f"{number:064x}", first_seen_at=first, **changes)
    await local.memory.ports.findings.put(finding, None)
    return finding.id


def rows(page: Seen) -> list[str]:
    body = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [part.partition('"')[0] for part in body.split(f'href="{LIST}/')[1:]]


async def test_what_is_open_comes_first_and_newest_first(operated: LocalApp, visitor: Visitor):
    closed = await found(operated, 1, status=FindingStatus.CLOSED)
    late = await found(operated, 2, kind="index-stale", severity="warning", repaired=True)
    assert len(rows(await visitor.get(LIST))) == 3
    page = await visitor.get(WHOSE)
    assert rows(page) == [late, FINDING]
    for said in ("Critical", "Warning", "Open, repaired by the sweep", "Partner 1002", "head"):
        assert said in page.words
    assert rows(await visitor.get(f"{LIST}?status=closed")) == [closed]
    assert rows(await visitor.get(f"{LIST}?kind=index-stale&tenantId=&status=")) == [late]
    none = await visitor.get(f"{LIST}?tenantId={AGENCY}")
    assert "No finding is like that." in none.words
    wrong = await visitor.get(f"{LIST}?tenantId=mistyped")
    assert wrong.status == 400
    assert f'<a href="{LIST}">Show all from the beginning</a>' in wrong.html
    assert (await visitor.get(f"{LIST}?kind=lost")).status == 400
    assert (await visitor.get(f"{LIST}?skiptoken=x")).status == 400


async def test_page_by_page_each_is_there_once(operated: LocalApp, visitor: Visitor):
    made = [await found(operated, number) for number in range(1, 61)]
    seen = [each for page in await walk(visitor, WHOSE) for each in rows(page)]
    assert seen == [*reversed(made), FINDING]


async def test_no_part_of_the_list_is_taken_for_all(
    operated: LocalApp, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    """The last of its kind behind many others: nothing in a part is not nothing at all."""
    monkeypatch.setattr("shared.services.sweeping.queries.ROUNDS", 1)
    for number in range(1, 450):
        await found(operated, number)
    wanted = await found(operated, 0, kind="too-large")
    *before, last = await walk(visitor, f"{LIST}?kind=too-large")
    assert len(before) == 2
    for page in before:
        assert rows(page) == []
        assert "This part of the list has nothing like that. Go on to the next." in page.words
        assert "No finding" not in page.words
    assert rows(last) == [wanted]


async def test_a_finding_says_what_it_means_and_what_to_do(visitor: Visitor):
    page = await visitor.get(ONE)
    words = page.words.replace("`", "")
    step = FINDINGS["state-diverged"]
    assert "A row, the head or personal data are not what the ledger leads to." in words
    for said in (step.person, step.itself):
        assert said.replace("`", "") in words
    assert "<code>fields</code>" in page.html
    assert "The sweep that met it last has not put it right." in words
    for said in ("name", "Partner 1002", "<i>x</i>", OTHER_DIRECT):
        assert said in words
    assert "<i>" not in page.html
    assert "Everything that the sweep noted" in words
    for address in (
        f"/activity?customerId={OTHER_DIRECT}",
        f"/activity/verification?customerId={OTHER_DIRECT}",
        f"{LIST}?tenantId={OTHER_DIRECT}",
        f"/operations/partners/{OTHER_DIRECT}",
    ):
        assert f'href="{address}"' in page.html
    assert (await visitor.get(f"{LIST}/{'0' * 64}")).status == 404
    assert (await visitor.get(f"{LIST}/x")).status == 400


@pytest.mark.parametrize("kind", list(ProblemKind))
@pytest.mark.parametrize("locale", ["en", "ko"])
async def test_every_kind_has_a_page(operated: LocalApp, kind: ProblemKind, locale: str):
    detail = {"rules": ["POR-1"], "fields": [{"field": "a", "expected": None, "stored": 1}]}
    changes = {"kind": kind.value, "severity": kind.severity.value, "detail": detail}
    finding = await found(operated, 1, tenant_id="", **changes)
    visitor = Visitor(operated, OPERATOR_CLAIMS, {"accept-language": locale})
    page = await visitor.get(f"{LIST}/{finding}")
    assert page.status == 200
    assert "/activity?" not in page.html
    if locale == "ko":
        assert "Nothing" not in page.words
        assert "할 일" in page.words


@pytest.mark.parametrize("side", ["expected", "stored"])
async def test_a_value_that_one_side_does_not_have_is_said_so(
    operated: LocalApp, visitor: Visitor, side: str
):
    """As a sweep notes it that finds a partner of a customer gone from its head."""
    fields = [{"field": "related.x", side: {"a": 1}}]
    finding = await found(operated, 1, detail={"fields": fields})
    page = await visitor.get(f"{LIST}/{finding}")
    assert page.status == 200
    assert "Not there" in page.words
    assert '{"a": 1}' in page.words


@pytest.mark.parametrize(("fields", "characters"), [(400, 20), (3, 7000), (60, 100), (2000, 1)])
async def test_of_a_long_detail_the_beginning_is_shown(
    operated: LocalApp, visitor: Visitor, fields: int, characters: int
):
    """What a finding itself has cut ends with a word in the place of a field."""
    values = {"expected": "원" * characters, "stored": {"<'>": '"' * characters}}
    each = [{"field": f"f{number}", **values} for number in range(fields)]
    noted: JsonObject = {"fields": each}
    cut = Problem(ProblemKind.STATE_DIVERGED, OTHER_DIRECT, "head", noted).detail
    finding = await found(operated, 1, detail=cut)
    page = await visitor.get(f"{LIST}/{finding}")
    assert page.status == 200
    assert "The beginning of what the sweep noted" in page.words
    assert f"GET /api/findings/{finding}" in page.words


async def test_a_sweeps_page_lists_what_it_met(operated: LocalApp, visitor: Visitor):
    """The tampered head of a partner, by a sweep that really ran."""
    key = next(
        key for key in operated.memory.tables["tenants"]._partitions[OTHER_DIRECT] if key == "head"
    )
    entity = operated.memory.tables["tenants"]._partitions[OTHER_DIRECT][key]
    spoiled = {**entity.properties, "sequence": 99}
    operated.memory.tables["tenants"]._partitions[OTHER_DIRECT][key] = replace(
        entity, properties=spoiled
    )
    opened = await visitor.get("/operations/sweeps")
    done = await visitor.post("/operations/sweeps", {**opened.fields, "step": "confirm"})
    assert done.status == 303
    await operated.sweep()
    page = await visitor.get("/operations/sweeps")
    address = page.html.partition("<tbody>")[2].partition('href="')[2].partition('"')[0]
    swept = await visitor.get(address)
    assert rows(swept)
    for finding in rows(swept):
        assert (await visitor.get(f"{LIST}/{finding}")).status == 200
    assert "chain-broken" in swept.words
