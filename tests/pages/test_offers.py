"""The pages of a reusable invitation link: what it offers to any customer, and its acceptance."""

from typing import Any

import pytest

from tests.cast.bodies import ACCEPTANCE, partner_document
from tests.cast.ids import AGENCY, BUREAU, MPN, PROVIDER, RESELLER, STRANGER, link_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, user
from tests.running.visitors import Seen, Visitor

ADDRESS = f"/invite/{RESELLER}/{link_id(1)}"
ACCEPT = f"{ADDRESS}/accept"
ISSUED = f"/api/partners/{RESELLER}/invitation-links/{link_id(1)}"
SELLER = user(RESELLER, "GlobalAdmin")
SIGNER = ACCEPTANCE["customerAgreement"]
TYPED = {f"customerAgreement.{name}": value for name, value in SIGNER.items()} | {"country": "US"}


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    return Visitor(local, admin(BUREAU))


async def filled(visitor: Visitor) -> dict[str, str]:
    opened = await visitor.get(ACCEPT)
    assert opened.steps == ["review"], opened.words
    return {**opened.fields, **TYPED}


async def accepted(visitor: Visitor) -> Seen:
    return await visitor.post(ACCEPT, {**await filled(visitor), "step": "confirm"})


async def done(local: LocalApp, method: str, path: str, who: Any, body: Any = None) -> None:
    answer = await local.call(method, path, who, body)
    assert answer.status in {200, 201}, answer


async def test_any_customer_reads_what_is_offered(visitor: Visitor):
    page = await visitor.get(ADDRESS)
    assert page.status == 200
    assert "Open: your organization has not accepted by this link so far." in page.words
    assert f"<dd>{MPN[RESELLER]}</dd>" in page.html
    assert "its group AdminAgents: the role Global administrator" in page.words
    assert "What stays as it is" in page.words
    assert "What an acceptance asks of you" in page.words
    assert f'href="{ACCEPT}"' in page.html


async def test_each_of_two_tiers_has_a_box_with_what_it_would_get(local: LocalApp):
    await enrol(local, PROVIDER)
    providing = user(PROVIDER, "GlobalAdmin")
    resellers = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    await done(local, "PUT", resellers, providing)
    await done(local, "POST", f"{resellers}/accept", SELLER)
    issued = f"/api/partners/{PROVIDER}/invitation-links/{link_id(2)}"
    body = {"delegatedAdmin": True, "indirectResellerId": RESELLER}
    await done(local, "PUT", issued, providing, body)
    page = await Visitor(local, admin(BUREAU)).get(f"/invite/{PROVIDER}/{link_id(2)}")
    first, second = page.words.split("Who asks together with it")
    assert f"Partner {MPN[PROVIDER]}" in first
    assert "Its reseller" in second
    assert f"Partner {MPN[RESELLER]}" in second
    assert first.count("What it would get") == second.count("What it would get") == 1


async def test_it_is_accepted_with_a_review_and_leads_to_the_own_invitation(visitor: Visitor):
    review = await visitor.post(ACCEPT, {**await filled(visitor), "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert ">Record acceptance</button>" in review.html
    assert f"gives Partner {MPN[RESELLER]} no access by itself" in review.words
    ended = await visitor.post(ACCEPT, {**review.fields, "step": "confirm"})
    assert (ended.status, ended.headers["Location"]) == (303, ADDRESS)
    for address in (ADDRESS, ACCEPT):
        led = await visitor.get(address)
        assert led.status == 303
        assert led.headers["Location"].startswith(f"/invitations/{BUREAU}/")
        assert "Accepted on" in (await visitor.get(led.headers["Location"])).words


async def test_sent_twice_it_has_one_effect(visitor: Visitor):
    sent = {**await filled(visitor), "step": "confirm"}
    ends = [await visitor.post(ACCEPT, sent) for _ in range(2)]
    assert [each.status for each in ends] == [303, 303]
    path = f"/api/customers/{BUREAU}/invitations"
    made = await visitor.local.call("GET", path, admin(BUREAU))
    assert len(made.body["value"]) == 1


async def revoked(local: LocalApp) -> None:
    await done(local, "POST", f"{ISSUED}/revoke", SELLER)


async def over(local: LocalApp) -> None:
    local.clock.pass_by(days=31)


async def used_up(local: LocalApp) -> None:
    issued = f"/api/partners/{RESELLER}/invitation-links/{link_id(3)}"
    await done(local, "PUT", issued, SELLER, {"delegatedAdmin": True, "maxAcceptances": 1})
    accept = f"/api/invitation-links/{RESELLER}/{link_id(3)}/accept"
    await done(local, "POST", accept, admin(STRANGER), ACCEPTANCE)


@pytest.mark.parametrize(("end", "number"), [(revoked, 1), (over, 1), (used_up, 3)])
async def test_a_closed_link_says_so_and_asks_nothing(local: LocalApp, end: Any, number: int):
    await end(local)
    visitor = Visitor(local, admin(BUREAU))
    address = f"/invite/{RESELLER}/{link_id(number)}"
    for page in (await visitor.get(address), await visitor.get(f"{address}/accept")):
        assert page.status == 200
        assert "Closed: nobody can accept by this link any more." in page.words
        assert "What it would get" not in page.words
        assert page.steps == []
        assert f'href="{address}/accept"' not in page.html


async def test_what_changed_meanwhile_is_not_accepted(visitor: Visitor):
    sent = {**await filled(visitor), "step": "confirm"}
    await revoked(visitor.local)
    late = await visitor.post(ACCEPT, sent)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Closed:" in late.words


async def test_another_version_than_was_shown_is_not_accepted(visitor: Visitor):
    """What changed but breaks no rule: who asks has another name."""
    sent = {**await filled(visitor), "step": "confirm"}
    path = f"/api/partners/{RESELLER}"
    known = (await visitor.local.call("GET", path, OPERATOR_CLAIMS)).body
    renamed = partner_document(RESELLER, name="Fourth Coffee")
    headers = {"if-match": known["etag"]}
    put = await visitor.local.call("PUT", path, OPERATOR_CLAIMS, renamed, headers)
    assert put.status == 200, put
    late = await visitor.post(ACCEPT, sent)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Fourth Coffee" in late.words
    again = await visitor.post(ACCEPT, {**late.fields, "step": "confirm"})
    assert again.status == 303


async def test_what_would_refuse_it_is_said_before_and_at_the_review(visitor: Visitor):
    await done(visitor.local, "POST", f"/api/partners/{RESELLER}/suspend", OPERATOR_CLAIMS, {})
    visitor.local.clock.pass_by(minutes=2)
    page = await visitor.get(ADDRESS)
    assert "What would refuse an acceptance now" in page.words
    refused = await visitor.post(ACCEPT, {**await filled(visitor), "step": "review"})
    assert (refused.status, refused.steps) == (409, ["review"])


async def test_it_is_nobodys_link(visitor: Visitor):
    page = await visitor.get(f"/invite/{RESELLER}/{link_id(9)}")
    assert page.status == 404
    assert "Either nothing is at this address" in page.words


async def test_in_korean(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY), {"accept-language": "ko"})
    page = await visitor.get(ADDRESS)
    assert "열려 있음: 조직에서 아직 이 초대 링크로 수락하지 않았습니다." in page.words
