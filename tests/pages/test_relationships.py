"""A customer's partners: who waits, who works for it, what follows, and what it records."""

from typing import Any

import pytest

from tests.cast.bodies import ACCEPTANCE, partner_document, sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    guid,
    invitation_id,
    subscription_id,
)
from tests.pages.acting import entries
from tests.pages.documents import Document
from tests.pages.walking import walk
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user
from tests.running.visitors import SET_UP, Seen, Visitor

LIST = "/relationships"
PARTNER = f"{LIST}/{OTHER_DIRECT}"
REVOKE, END = f"{PARTNER}/revoke-delegated-admin", f"{PARTNER}/request-end"
BLOCK = f"{PARTNER}/block"
API = f"/api/customers/{AGENCY}"
KEEPS = (
    "Partner 1002 keeps its access until you also remove it at Microsoft: in the Microsoft 365"
    " admin center under Settings, Partner relationships"
)
KEEPS_KO = "Microsoft에서도 제거하기 전까지 Partner 1002의 액세스는 그대로 남습니다."


@pytest.fixture
def visitor(served: LocalApp) -> Visitor:
    return Visitor(served, admin(AGENCY))


async def of_partner(local: LocalApp, partner_id: str = OTHER_DIRECT) -> dict[str, Any]:
    answer = await local.call("GET", f"{API}/relationships/{partner_id}", admin(AGENCY))
    assert answer.status == 200
    return answer.body


def names(page: Seen) -> list[str]:
    """The partners of the list, in order."""
    document = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [row.partition("<bdi>")[2].partition("</bdi>")[0] for row in document.split("<tr>")[1:]]


def with_roles(page: Seen) -> list[str]:
    """The subscriptions of the table of roles, in order."""
    body = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [row.partition('"')[0] for row in body.split('href="/subscriptions/')[1:]]


async def test_pending_invitations_come_first(visitor: Visitor):
    page = await visitor.get(LIST)
    assert page.words.index("Waiting for your decision") < page.words.index("Partners, by state")
    assert f'href="/invitations/{AGENCY}/{invitation_id(1)}"' in page.html
    assert "asks for a relationship with delegated admin privileges" in page.words
    assert names(page) == ["Partner 1002"]
    assert "Agreed, without an end" in page.words


async def test_who_has_nothing_reads_what_happens_next():
    local = LocalApp(SET_UP)
    page = await Visitor(local, admin(AGENCY)).get(LIST)
    assert page.status == 200
    assert "No invitation waits. When a partner invites your organization" in page.words
    assert "A relationship begins when your Global Administrator accepts" in page.words
    assert "<table" not in page.html


async def test_a_hundred_partners_in_portions_by_state_and_name():
    local = LocalApp(SET_UP)
    titles = [f"{'Zeta' if number % 3 else 'alpha'} {number:03d}" for number in range(100)]
    for number, title in enumerate(titles):
        partner_id = guid(number + 1)
        body = partner_document(partner_id, name=title, mpnId=f"{number + 10_000}")
        path = f"/api/partners/{partner_id}"
        assert (await local.call("PUT", path, OPERATOR_CLAIMS, body)).status == 201
        await hire(local, partner_id, number + 1)
    for gone in (0, 1):
        path = f"{API}/relationships/{guid(gone + 1)}/remove"
        done = await local.call("POST", path, user(guid(gone + 1), "GlobalAdmin"))
        assert done.status == 200
    visitor = Visitor(local, admin(AGENCY))
    seen: list[str] = []
    for number in range(1, 5):
        page = await visitor.get(f"{LIST}?page={number}")
        assert f"Page {number} of 4" in page.words
        assert len(names(page)) == 25
        seen += names(page)
    assert seen == [*sorted(titles[2:], key=str.casefold), "alpha 000", "Zeta 001"]
    assert names(await visitor.get(f"{LIST}?page=9")) == seen[75:]
    for odd in ("x", "0", "-1", "٣", "9" * 5000):
        assert names(await visitor.get(f"{LIST}?page={odd}")) in (seen[:25], seen[75:])
    ended = await visitor.get(f"{LIST}?status=removed")
    assert names(ended) == ["alpha 000", "Zeta 001"]
    assert "2 partners" in ended.words
    found = await visitor.get(f"{LIST}?search=ALPHA&page=2&delegatedAdmin=granted&status=")
    assert "33 partners" in found.words
    assert len(names(found)) == 8
    assert 'href="?search=ALPHA&amp;page=1&amp;delegatedAdmin=granted"' in found.html
    assert (
        'href="?search=ALPHA&amp;page=2&amp;delegatedAdmin=granted&amp;language=ko"' in found.html
    )
    by_mpn = await visitor.get(f"{LIST}?search=10042")
    assert names(by_mpn) == ["alpha 042"]
    assert "No partner is like that." in (await visitor.get(f"{LIST}?search=beta")).words


async def test_a_partners_page_says_what_the_record_implies_and_by_which_rule(visitor: Visitor):
    page = await visitor.get(PARTNER)
    assert '<h2 id="implied">What this record implies</h2>' in page.html
    assert "its group AdminAgents: the role Global administrator" in page.words
    assert "EFF-1: What delegated admin privileges give" in page.words
    rules = {attrs.get("id") for attrs in Document(page.html).of("dt")}
    assert {"EFF-1", "EFF-4"} <= rules
    assert "Cloud <of> ours" in page.words
    assert f'href="/subscriptions/{subscription_id(1)}"' in page.html


async def test_nothing_of_another_partner_is_said_of_one(served: LocalApp, visitor: Visitor):
    accept = f"{API}/invitations/{invitation_id(1)}/accept"
    assert (await served.call("POST", accept, admin(AGENCY), {})).status == 200
    page = await visitor.get(PARTNER)
    assert page.words.count("its group AdminAgents") == 1
    assert page.words.count(subscription_id(1)) == 1
    other = await visitor.get(f"{LIST}/{DIRECT}")
    assert "It has registered no subscription." in other.words
    assert "EFF-3: No access to existing Azure subscriptions" in other.words


async def test_roles_on_many_subscriptions_come_page_by_page_as_the_api_gives_them(
    served: LocalApp, visitor: Visitor
):
    seller = user(OTHER_DIRECT, "SalesAgent")
    plan = {"productType": "azurePlan", "billingType": "usage"}
    for number in range(1, 60):
        sold, what = f"{API}/subscriptions/{guid(number)}", plan if number % 2 else {}
        assert (await served.call("PUT", sold, seller, sale_document(**what))).status == 201
    assert (await served.call("POST", f"{API}{REVOKE}", admin(AGENCY), {})).status == 200
    first, last = seen = await walk(visitor, PARTNER)
    shown = [each for page in seen for each in with_roles(page)]
    assert shown == [*(guid(number) for number in range(1, 60, 2)), subscription_id(1)]
    assert len(with_roles(first)) == 25
    for page in seen:
        for each in with_roles(page):
            assert f"--role Owner --scope /subscriptions/{each}" in page.words
        assert "It has no role on subscriptions that are not in this list." in page.words
        assert "EFF-3: No access to existing Azure subscriptions" in page.words
    assert f'href="/subscriptions?partnerId={OTHER_DIRECT}"' in first.html
    assert 'rel="next"' not in last.html


async def test_the_privileges_are_removed_with_a_review(served: LocalApp, visitor: Visitor):
    opened = await visitor.get(REVOKE)
    assert opened.steps == ["review"]
    review = await visitor.post(REVOKE, {**opened.fields, "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm"])
    assert ">Record removal</button>" in review.html
    assert KEEPS in review.words
    assert (await of_partner(served))["delegatedAdmin"] == "granted"
    done = await visitor.post(REVOKE, {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, PARTNER)
    relationship = await of_partner(served)
    assert (relationship["delegatedAdmin"], relationship["status"]) == (
        "revokedByCustomer",
        "active",
    )
    page = await visitor.get(PARTNER)
    assert "Removal recorded by your organization" in page.words
    assert KEEPS in page.words
    assert "No role in your directory." in page.words
    assert f"--role Owner --scope /subscriptions/{subscription_id(1)}" in page.words
    assert "EFF-5" in page.words
    assert REVOKE not in page.html
    again = await visitor.get(REVOKE)
    assert again.steps == []
    assert "holds no privileges of this partner that could be removed" in again.words


async def test_the_binding_korean_words_of_a_removal(served: LocalApp):
    visitor = Visitor(served, admin(AGENCY), {"accept-language": "ko"})
    opened = await visitor.get(REVOKE)
    review = await visitor.post(REVOKE, {**opened.fields, "step": "review"})
    assert ">제거 기록</button>" in review.html
    assert KEEPS_KO in review.words
    assert "Microsoft 365 관리 센터" in review.words


async def test_what_lapsed_may_go_on_at_microsoft(local: LocalApp):
    await enrol(local, OTHER_DIRECT)
    path, asked = f"{API}/invitations/{invitation_id(2)}", {"delegatedAdmin": True}
    made = await local.call("PUT", path, user(OTHER_DIRECT, "GlobalAdmin"), asked)
    assert made.status == 201
    until = {**ACCEPTANCE, "delegatedAdminUntil": "2026-11-05T23:59:59Z"}
    assert (await local.call("POST", f"{path}/accept", admin(AGENCY), until)).status == 200
    visitor = Visitor(local, admin(AGENCY))
    assert "Agreed until 2026-11-05 23:59 UTC" in (await visitor.get(PARTNER)).words
    local.clock.pass_by(days=6)
    for address in (LIST, PARTNER):
        words = (await visitor.get(address)).words
        assert "Agreed period over; access at Microsoft may continue" in words
    assert KEEPS in (await visitor.get(PARTNER)).words
    assert names(await visitor.get(f"{LIST}?delegatedAdmin=expired")) == ["Partner 1002"]
    assert (await visitor.get(REVOKE)).steps == []


async def test_removed_twice_it_has_one_effect_and_the_same_end(served: LocalApp, visitor: Visitor):
    before = await entries(served)
    sent = {**(await visitor.get(REVOKE)).fields, "step": "confirm"}
    assert [(await visitor.post(REVOKE, sent)).status for _ in range(2)] == [303, 303]
    assert await entries(served) == before + 1


@pytest.mark.parametrize("address", [REVOKE, END], ids=["revoke", "end"])
async def test_what_changed_meanwhile_is_not_decided(
    served: LocalApp, visitor: Visitor, address: str
):
    sent = {**(await visitor.get(address)).fields, "step": "confirm"}
    other = END if address == REVOKE else REVOKE
    path = f"{API}{other}"
    assert (await served.call("POST", path, admin(AGENCY), {})).status == 200
    late = await visitor.post(address, sent)
    assert late.status == 409
    assert "This changed since you opened it" in late.words


@pytest.mark.parametrize("address", [REVOKE, END, BLOCK], ids=["revoke", "end", "block"])
async def test_a_late_form_does_nothing(served: LocalApp, visitor: Visitor, address: str):
    before = await of_partner(served)
    sent = {**(await visitor.get(address)).fields, "step": "confirm"}
    served.clock.pass_by(seconds=1200)
    late = await visitor.post(address, sent)
    assert (late.status, late.steps) == (403, [])
    assert "Sign in again to decide" in late.words
    assert await of_partner(served) == before
    block = f"{API}/blocked-partners/{OTHER_DIRECT}"
    assert (await served.call("GET", block, admin(AGENCY))).status == 404


async def test_in_two_tiers_each_side_names_the_other(local: LocalApp):
    await enrol(local, PROVIDER)
    link = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    assert (await local.call("PUT", link, user(PROVIDER, "GlobalAdmin"))).status == 201
    accepted = await local.call("POST", f"{link}/accept", user(RESELLER, "GlobalAdmin"))
    assert accepted.status == 200
    await hire(local, PROVIDER, 2, indirectResellerId=RESELLER)
    visitor = Visitor(local, admin(AGENCY))
    provider = await visitor.get(f"{LIST}/{PROVIDER}")
    assert f'href="{LIST}/{RESELLER}"' in provider.html
    assert "Its reseller" in provider.words
    reseller = await visitor.get(f"{LIST}/{RESELLER}")
    assert f'href="{LIST}/{PROVIDER}"' in reseller.html
    assert "Its provider" in reseller.words
    asking = await visitor.get(f"{LIST}/{RESELLER}/request-end")
    assert "Only its provider can end the relationship" in asking.words


async def test_what_ended_offers_no_end(local: LocalApp):
    await enrol(local, OTHER_DIRECT)
    await hire(local, OTHER_DIRECT, 2)
    gone = await local.call(
        "POST", f"{API}/relationships/{OTHER_DIRECT}/remove", user(OTHER_DIRECT, "GlobalAdmin")
    )
    assert gone.status == 200
    page = await Visitor(local, admin(AGENCY)).get(PARTNER)
    assert "Ended with the relationship" in page.words
    assert END not in page.html
    assert REVOKE not in page.html
    assert (await Visitor(local, admin(AGENCY)).get(END)).steps == []


@pytest.mark.parametrize(
    "address", [LIST, PARTNER, REVOKE, END, BLOCK, f"{LIST}/{STRANGER}/unblock"]
)
async def test_in_korean_there_is_no_english_sentence_of_ours(served: LocalApp, address: str):
    page = await Visitor(served, admin(AGENCY), {"accept-language": "ko"}).get(address)
    assert page.status == 200
    for english in ("Partner relationship", "organization", "Record", "Delegated", "record"):
        assert english not in page.words, english


async def test_names_of_others_stay_names(local: LocalApp):
    path = f"/api/partners/{OTHER_DIRECT}"
    body = partner_document(OTHER_DIRECT, name="<b>Bold</b> & sons")
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, body)).status == 201
    await hire(local, OTHER_DIRECT, 2)
    for address in (LIST, PARTNER, REVOKE, END, BLOCK):
        page = await Visitor(local, admin(AGENCY)).get(address)
        assert "<bdi>&lt;b&gt;Bold&lt;/b&gt; &amp; sons</bdi>" in page.html
        assert "<b>Bold" not in page.html
