"""What partners recorded that a customer bought: listed, read, disputed."""

from typing import Any

import pytest

from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, guid, invitation_id, subscription_id
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import SET_UP, Seen, Visitor

LIST = "/subscriptions"
ONE = f"{LIST}/{subscription_id(1)}"
DISPUTE = f"{ONE}/dispute"
API = f"/api/customers/{AGENCY}"


@pytest.fixture
def visitor(served: LocalApp) -> Visitor:
    return Visitor(served, admin(AGENCY))


def rows(page: Seen) -> list[str]:
    """The ids of the list's subscriptions, in order."""
    body = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [part.partition('"')[0] for part in body.split(f'href="{LIST}/')[1:]]


def following(page: Seen) -> str | None:
    """The query behind which the list goes on."""
    before, found, _ = page.html.partition('" rel="next"')
    return before.rpartition('href="')[2].replace("&amp;", "&") if found else None


async def recorded(local: LocalApp) -> dict[str, Any]:
    answer = await local.call("GET", f"{API}{ONE}", admin(AGENCY))
    assert answer.status == 200
    return answer.body


async def test_a_row_tells_status_term_and_partners_by_name(visitor: Visitor):
    page = await visitor.get(LIST)
    assert rows(page) == [subscription_id(1)]
    assert "<bdi>Cloud &lt;of&gt; ours</bdi>" in page.html
    for said in ("Active", "1 year, until 2027-11-01 00:00 UTC", "Partner 1002", "Not named"):
        assert said in page.words


@pytest.mark.parametrize(
    ("cycle", "said"),
    [
        ("none", "not billed"),
        ("oneTime", "once"),
        ("biennial", "every two years"),
        ("triennial", "every three years"),
    ],
)
async def test_what_never_ends_says_so(served: LocalApp, visitor: Visitor, cycle: str, said: str):
    accept = f"{API}/invitations/{invitation_id(1)}/accept"
    assert (await served.call("POST", accept, admin(AGENCY), {})).status == 200
    term = {"billingCycle": cycle, "startsAt": "2026-11-01T00:00:00Z"}
    sold, seller = f"{API}/subscriptions/{subscription_id(2)}", user(DIRECT, "SalesAgent")
    made = await served.call("PUT", sold, seller, sale_document(term=term))
    assert made.status == 201
    assert "Without an end" in (await visitor.get(LIST)).words
    page = await visitor.get(f"{LIST}/{subscription_id(2)}")
    assert f"License, {said}" in page.words
    assert "from 2026-11-01 00:00 UTC, without an end" in page.words
    headers = {"if-match": "*", "content-type": "application/merge-patch+json"}
    ends = {"term": {"endsAt": "2028-01-01T00:00:00Z"}}
    assert (await served.call("PATCH", sold, seller, ends, headers)).status == 200
    page = await visitor.get(f"{LIST}/{subscription_id(2)}")
    assert "from 2026-11-01 00:00 UTC until 2028-01-01 00:00 UTC" in page.words
    assert "until 2028-01-01 00:00 UTC" in (await visitor.get(LIST)).words


async def test_who_has_none_reads_what_happens_next():
    page = await Visitor(LocalApp(SET_UP), admin(AGENCY)).get(LIST)
    assert page.status == 200
    assert "No partner has registered a subscription for your organization yet." in page.words
    assert "appears here once the partner registers it" in page.words


async def test_narrowed_by_partner_and_status(served: LocalApp, visitor: Visitor):
    accept = f"{API}/invitations/{invitation_id(1)}/accept"
    assert (await served.call("POST", accept, admin(AGENCY), {})).status == 200
    sold = f"{API}/subscriptions/{subscription_id(2)}"
    made = await served.call("PUT", sold, user(DIRECT, "SalesAgent"), sale_document())
    assert made.status == 201
    assert rows(await visitor.get(LIST)) == [subscription_id(1), subscription_id(2)]
    of_one = await visitor.get(f"{LIST}?partnerId={DIRECT}&status=")
    assert rows(of_one) == [subscription_id(2)]
    assert f'<option value="{DIRECT}" selected>' in of_one.html
    none = await visitor.get(f"{LIST}?partnerId={DIRECT}&status=suspended")
    assert "No subscription is like that." in none.words
    assert 'href="/subscriptions">Show all' in none.html
    assert (await visitor.get(f"{LIST}?status=lost")).status == 400
    assert (await visitor.get(f"{LIST}?skiptoken=x")).status == 400


async def test_page_by_page_each_is_there_once(served: LocalApp, visitor: Visitor):
    seller = user(OTHER_DIRECT, "SalesAgent")
    for number in range(1, 61):
        sold = f"{API}/subscriptions/{guid(number)}"
        assert (await served.call("PUT", sold, seller, sale_document())).status == 201
    seen: list[str] = []
    query: str | None = f"?partnerId={OTHER_DIRECT}"
    while query:
        page = await visitor.get(f"{LIST}{query}")
        assert len(rows(page)) <= 25
        seen += rows(page)
        query = following(page)
        assert query is None or f"partnerId={OTHER_DIRECT}" in query
    assert seen == [*(guid(number) for number in range(1, 61)), subscription_id(1)]


async def test_one_subscription_with_everything_that_is_recorded(visitor: Visitor):
    page = await visitor.get(ONE)
    assert "<h1><bdi>Cloud &lt;of&gt; ours</bdi></h1>" in page.html
    for said in (
        subscription_id(1),
        "Office 365 G3 (CFQ7TTC0LF8R)",
        "Azure plan",
        "25 licenses",
        "Usage, monthly",
        "from 2026-11-01 00:00 UTC until 2027-11-01 00:00 UTC",
        "Partner 1002, MPN ID 1002",
        "Not named",
        "Your organization did not buy this?",
    ):
        assert said in page.words
    assert (await visitor.get(f"{LIST}/{subscription_id(9)}")).status == 404


async def test_it_is_disputed_with_a_review(served: LocalApp, visitor: Visitor):
    opened = await visitor.get(DISPUTE)
    assert opened.steps == ["review"]
    review = await visitor.post(DISPUTE, {**opened.fields, "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert "Check once more" in review.words
    assert (await recorded(served))["disputedAt"] is None
    done = await visitor.post(DISPUTE, {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, ONE)
    assert (await recorded(served))["disputedAt"]
    page = await visitor.get(ONE)
    assert "Your organization disputed this subscription on 2026-11-01 08:00 UTC." in page.words
    assert DISPUTE not in page.html
    assert "disputed by your organization" in (await visitor.get(LIST)).words
    assert (await visitor.get(DISPUTE)).steps == []


async def test_disputed_twice_it_has_one_effect_and_the_same_end(visitor: Visitor):
    sent = {**(await visitor.get(DISPUTE)).fields, "step": "confirm"}
    assert [(await visitor.post(DISPUTE, sent)).status for _ in range(2)] == [303, 303]


async def test_what_changed_meanwhile_is_not_disputed(served: LocalApp, visitor: Visitor):
    sent = {**(await visitor.get(DISPUTE)).fields, "step": "confirm"}
    seller = user(OTHER_DIRECT, "GlobalAdmin")
    assert (await served.call("POST", f"{API}{ONE}/suspend", seller)).status == 200
    late = await visitor.post(DISPUTE, sent)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Suspended" in late.words
    assert (await recorded(served))["disputedAt"] is None


async def test_a_late_dispute_does_nothing(served: LocalApp, visitor: Visitor):
    sent = {**(await visitor.get(DISPUTE)).fields, "step": "confirm"}
    served.clock.pass_by(seconds=1200)
    late = await visitor.post(DISPUTE, sent)
    assert (late.status, late.steps) == (403, [])
    assert (await recorded(served))["disputedAt"] is None


async def test_in_korean_with_its_words(served: LocalApp):
    visitor = Visitor(served, admin(AGENCY), {"accept-language": "ko"})
    for address, said in (
        (LIST, "레코드 파트너"),
        (ONE, "조직이 구매하지 않은 구독입니까?"),
        (DISPUTE, "이의를 제기하면"),
    ):
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Subscription", "organization", "Partner of record", "Dispute"):
            assert english not in page.words, english
