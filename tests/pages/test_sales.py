"""What a partner's people record of what they sell: registered, changed, suspended, deleted."""

from typing import Any

import pytest

from tests.cast.bodies import sale_document
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    subscription_id,
)
from tests.pages.acting import SOLD, confirmed
from tests.running.app import LocalApp, admin, enrol, hire, user
from tests.running.visitors import SET_UP, Seen, Visitor

CUSTOMER = f"/customers/{AGENCY}"
REGISTER = f"{CUSTOMER}/register"
ONE, NEW = (f"{CUSTOMER}/subscriptions/{subscription_id(number)}" for number in (1, 2))
RECORDED = {
    "productType": "onlineService",
    "offerId": "CFQ7TTC0LF8R",
    "offerName": "Office 365 G3",
    "friendlyName": "Mail & more",
    "externalReference": None,
    "quantity": 25,
    "unitType": "licenses",
    "billingType": "license",
    "autoRenew": True,
    "partnerOfRecord": None,
    "term": {
        "duration": "P1Y",
        "billingCycle": "monthly",
        "startsAt": "2026-11-01T00:00:00.000000Z",
        "endsAt": "2027-11-01T00:00:00.000000Z",
    },
}


@pytest.fixture
def seller(served: LocalApp) -> Visitor:
    return Visitor(served, user(OTHER_DIRECT, "SalesAgent"))


async def recorded(local: LocalApp, path: str) -> dict[str, Any]:
    answer = await local.call("GET", f"/api{path}", admin(AGENCY))
    assert answer.status == 200
    return answer.body


async def sent(visitor: Visitor, address: str, step: str, **typed: str) -> Seen:
    opened = await visitor.get(address)
    return await visitor.post(address, {**opened.fields, **typed, "step": step})


async def test_a_subscription_is_tried_registered_and_read(served: LocalApp, seller: Visitor):
    opened = await seller.get(REGISTER)
    assert opened.steps == ["preview", "confirm"]
    assert "This orders nothing at Microsoft." in opened.words
    tried = await seller.post(REGISTER, {**opened.fields, **SOLD, "step": "preview"})
    assert "Nothing stands against it now. Nothing is recorded yet." in tried.words
    assert (await seller.get(NEW)).status == 404
    fields = {**tried.fields, **SOLD, "step": "confirm"}
    ends = [await seller.post(REGISTER, fields) for _ in range(2)]
    assert [(each.status, each.headers["Location"]) for each in ends] == [(303, NEW)] * 2
    made = await recorded(served, NEW)
    assert {name: made[name] for name in RECORDED} == RECORDED
    assert made["partnerId"] == OTHER_DIRECT
    page = await seller.get(NEW)
    for said in (subscription_id(2), "Mail & more", "25 licenses", "1 year, from 2026-11-01 00:00"):
        assert said in page.words


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"subscriptionId": "no id"}, "subscriptionId", "Subscription ID at Microsoft:"),
        ({"subscriptionId": ""}, "subscriptionId", "Subscription ID at Microsoft:"),
        ({"quantity": "many"}, "quantity", "Quantity:"),
        ({"term.startsAt": "soon"}, "term.startsAt", "First day of the term:"),
        ({"term.endsAt": ""}, "term.duration", "duration and endsAt go together"),
        ({"productType": ""}, "productType", "Kind of product:"),
    ],
    ids=str,
)
@pytest.mark.parametrize("step", ["preview", "confirm"])
async def test_what_is_wrong_stands_at_its_field(
    seller: Visitor, step: str, typed: dict[str, str], field: str, said: str
):
    page = await sent(seller, REGISTER, step, **{**SOLD, **typed})
    assert page.status == 400
    assert f'href="#{field}"' in page.html
    assert said in page.words
    assert page.fields["offerName"] == "Office 365 G3"  # what was typed is kept


@pytest.mark.parametrize("step", ["preview", "confirm"])
async def test_a_rule_refuses_before_and_when_it_is_recorded(
    served: LocalApp, seller: Visitor, step: str
):
    """The relationship ended meanwhile (SUB-1)."""
    fields = {**(await seller.get(REGISTER)).fields, **SOLD}
    owner = user(OTHER_DIRECT, "GlobalAdmin")
    for path in (f"{ONE}/delete", f"{CUSTOMER}/relationships/{OTHER_DIRECT}/remove"):
        assert (await served.call("POST", f"/api{path}", owner)).status == 200
    refused = await seller.post(REGISTER, {**fields, "step": step})
    assert (refused.status, refused.steps) == (409, ["preview", "confirm"])
    assert "There is a problem" in refused.words


async def test_an_id_of_another_is_refused_and_says_no_more(served: LocalApp):
    accept = f"/api{CUSTOMER}/invitations/{invitation_id(1)}/accept"
    assert (await served.call("POST", accept, admin(AGENCY), {})).status == 200
    other = Visitor(served, user(DIRECT, "SalesAgent"))
    refused = await sent(
        other, REGISTER, "confirm", **{**SOLD, "subscriptionId": subscription_id(1)}
    )
    assert refused.status == 409
    assert "Partner 1002" not in refused.words


async def test_without_a_relationship_there_is_no_form(served: LocalApp):
    assert (await Visitor(served, user(DIRECT, "SalesAgent")).get(REGISTER)).status == 404


async def test_its_actions_lead_on_and_what_cannot_be_is_not_offered(
    served: LocalApp, seller: Visitor
):
    page = await seller.get(ONE)
    for act in ("update", "suspend", "delete"):
        assert f'href="{ONE}/{act}"' in page.html
    for act in ("reactivate", "set-partner-of-record"):
        assert f'href="{ONE}/{act}"' not in page.html
    for role in ("HelpdeskAgent", "UserManagementAdmin"):
        looks = await Visitor(served, user(OTHER_DIRECT, role)).get(ONE)
        assert looks.status == 200
        assert "What you can record" not in looks.words
        assert f"{ONE}/" not in looks.html


async def test_it_is_changed_by_its_fields(served: LocalApp, seller: Visitor):
    opened = await seller.get(f"{ONE}/update")
    assert opened.fields["quantity"] == "25"
    assert opened.fields["friendlyName"] == "Cloud <of> ours"
    assert opened.fields["autoRenew"] == "true"
    tried = await seller.post(
        f"{ONE}/update", {**opened.fields, "term.endsAt": "2026-12-01", "step": "preview"}
    )
    assert (tried.status, 'href="#term.endsAt"' in tried.html) == (409, True)
    fields = {**opened.fields, "quantity": "30", "friendlyName": "", "term.endsAt": "2028-01-01"}
    del fields["autoRenew"]
    done = await seller.post(f"{ONE}/update", {**fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, ONE)
    now = await recorded(served, ONE)
    assert (now["quantity"], now["friendlyName"], now["autoRenew"]) == (30, None, False)
    assert now["term"]["endsAt"] == "2028-01-01T00:00:00.000000Z"


async def test_what_is_not_touched_stays(served: LocalApp, seller: Visitor):
    before = await recorded(served, ONE)
    assert (await sent(seller, f"{ONE}/update", "confirm")).status == 303
    assert await recorded(served, ONE) == before


async def test_what_changed_meanwhile_is_not_changed(served: LocalApp, seller: Visitor):
    fields = {**(await seller.get(f"{ONE}/update")).fields, "quantity": "30", "step": "confirm"}
    owner = user(OTHER_DIRECT, "GlobalAdmin")
    merge = {"if-match": "*", "content-type": "application/merge-patch+json"}
    assert (await served.call("PATCH", f"/api{ONE}", owner, {"quantity": 40}, merge)).status == 200
    late = await seller.post(f"{ONE}/update", fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    for now in ("Quantity40", "Renews by itselfYes"):
        assert now in late.words, "what the fields would overwrite"
    assert (await recorded(served, ONE))["quantity"] == 40


async def test_it_is_suspended_and_reactivated_and_deleted(served: LocalApp, seller: Visitor):
    done = await confirmed(seller, f"{ONE}/suspend")
    assert (done.status, done.headers["Location"]) == (303, ONE)
    page = await seller.get(ONE)
    assert f'href="{ONE}/reactivate"' in page.html
    assert f'href="{ONE}/suspend"' not in page.html
    assert (await seller.get(f"{ONE}/suspend")).steps == []
    opened = await seller.get(f"{ONE}/reactivate")
    assert opened.steps == ["confirm"]
    again = await seller.post(f"{ONE}/reactivate", {**opened.fields, "step": "confirm"})
    assert (again.status, (await recorded(served, ONE))["status"]) == (303, "active")
    gone = await confirmed(seller, f"{ONE}/delete")
    assert (gone.status, (await recorded(served, ONE))["status"]) == (303, "deleted")
    page = await seller.get(ONE)
    assert "Deleted" in page.words
    assert f"{ONE}/" not in page.html


async def test_what_stands_against_it_is_said_as_soon_as_it_is_opened(
    served: LocalApp, seller: Visitor
):
    """SUB-7: to be active again, it needs the relationship."""
    owner = user(OTHER_DIRECT, "GlobalAdmin")
    for path in (f"{ONE}/suspend", f"{CUSTOMER}/relationships/{OTHER_DIRECT}/remove"):
        assert (await served.call("POST", f"/api{path}", owner)).status == 200
    page = await seller.get(f"{ONE}/reactivate")
    assert (page.status, page.steps) == (200, [])
    assert "There is a problem" in page.words


async def test_the_customers_dispute_is_shown_with_its_reason(served: LocalApp, seller: Visitor):
    path, reason = f"/api{ONE}/dispute", {"reason": "Nobody <b>here</b>"}
    assert (await served.call("POST", path, admin(AGENCY), reason)).status == 200
    page = await seller.get(ONE)
    assert "Disputed by the customer" in page.words
    assert "Reason: Nobody <b>here</b>" in page.words
    assert "<b>here" not in page.html


@pytest.fixture
async def provider() -> Visitor:
    """Of an indirect provider that sold a subscription without a partner of record."""
    local = LocalApp(SET_UP)
    await enrol(local, PROVIDER, RESELLER)
    owner, link = user(PROVIDER, "GlobalAdmin"), f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    assert (await local.call("PUT", link, owner)).status == 201
    assert (await local.call("POST", f"{link}/accept", user(RESELLER, "GlobalAdmin"))).status == 200
    await hire(local, PROVIDER, 1, indirectResellerId=RESELLER)
    assert (await local.call("PUT", f"/api{ONE}", owner, sale_document())).status == 201
    return Visitor(local, user(PROVIDER, "SalesAgent"))


async def test_a_provider_names_its_reseller_once(provider: Visitor):
    address = f"{ONE}/set-partner-of-record"
    assert f'href="{address}"' in (await provider.get(ONE)).html
    opened = await provider.get(address)
    assert f'<option value="{MPN[RESELLER]}">Partner {MPN[RESELLER]}</option>' in opened.html
    empty = await provider.post(address, {**opened.fields, "step": "review"})
    assert (empty.status, 'href="#partnerOfRecord"' in empty.html) == (400, True)
    done = await confirmed(provider, address, partnerOfRecord=MPN[RESELLER])
    assert (done.status, done.headers["Location"]) == (303, ONE)
    page = await provider.get(ONE)
    assert f"Partner {MPN[RESELLER]}, MPN ID {MPN[RESELLER]}" in page.words
    assert address not in page.html
    assert (await provider.get(address)).steps == []


async def test_a_provider_registers_with_a_partner_of_record(provider: Visitor):
    typed = {**SOLD, "partnerOfRecord": MPN[RESELLER]}
    assert (await sent(provider, REGISTER, "confirm", **typed)).status == 303
    assert (await recorded(provider.local, NEW))["indirectResellerId"] == RESELLER
    reseller = await Visitor(provider.local, user(RESELLER, "GlobalAdmin")).get(NEW)
    assert reseller.status == 200
    assert "What you can record" not in reseller.words


async def test_who_sells_directly_is_asked_for_no_partner_of_record(seller: Visitor):
    assert "partnerOfRecord" not in (await seller.get(REGISTER)).html


async def test_in_korean_with_its_words(served: LocalApp):
    visitor = Visitor(served, user(OTHER_DIRECT, "GlobalAdmin"), {"accept-language": "ko"})
    for address, said in (
        (REGISTER, "구독 등록"),
        (ONE, "일시 중단…"),
        (f"{ONE}/update", "변경 기록"),
        (f"{ONE}/suspend", "나중에 다시 활성화할 수 있습니다"),
        (f"{ONE}/delete", "되돌릴 수 없습니다"),
    ):
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Subscription", "organization", "customer", "Record", "Suspend", "Delete"):
            assert english not in page.words, english
