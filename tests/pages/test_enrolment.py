"""The operator enrols partners, changes, suspends and resumes them."""

from typing import Any

import pytest

from tests.cast.ids import (
    AGENCY,
    DIRECT,
    OPERATOR,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    guid,
    invitation_id,
)
from tests.pages.acting import confirmed, writes
from tests.pages.addresses import SUSPENDED
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Visitor

LIST, ENROL = "/operations/partners", "/operations/enrol-partner"
NEW, AFFILIATE = guid(77), guid(78)
TYPED = {
    "partnerId": NEW.upper(),
    "name": "Fabrikam <of> Seoul",
    "type": "directBill",
    "mpnId": "0007701",
    "mpnCountry": "US",
    "country": "US",
    "partnerAgreementSignedAt": "2026-01-02",
    "affiliatedTenantIds": f"{AFFILIATE}\r\n\r\n",
    "resourcesPerSecond": "20",
}


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    return Visitor(local, OPERATOR_CLAIMS)


async def partner(local: LocalApp, partner_id: str) -> dict[str, Any]:
    answer = await local.call("GET", f"/api/partners/{partner_id}", OPERATOR_CLAIMS)
    assert answer.status == 200
    return answer.body


async def test_a_partner_is_enrolled_with_a_review(local: LocalApp, visitor: Visitor):
    review = await visitor.post(
        ENROL, {**(await visitor.get(ENROL)).fields, **TYPED, "step": "review"}
    )
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    for said in ("Fabrikam <of> Seoul", "Direct-bill partner", "2026-01-02", AFFILIATE, "20"):
        assert said in review.words
    assert "Nobody has looked whether another partner account has the MPN id" in review.words
    assert (await local.call("GET", f"/api/partners/{NEW}", OPERATOR_CLAIMS)).status == 404
    done = await visitor.post(ENROL, {**review.fields, "step": "confirm"})
    assert done.status == 303
    kept = await partner(local, NEW)
    assert kept["name"] == "Fabrikam <of> Seoul"
    assert kept["mpnId"] == "7701"
    assert kept["partnerAgreementSignedAt"] == "2026-01-02T00:00:00.000000Z"
    assert kept["affiliatedTenantIds"] == [AFFILIATE]
    assert kept["resourcesPerSecond"] == 20
    page = await visitor.get(done.headers["Location"])
    assert page.status == 200
    for said in (NEW, AFFILIATE, "signed on 2026-01-02 00:00 UTC", "MPN ID)7701 (US)"):
        assert said in page.words
    assert "<of>" not in page.html


async def test_every_rule_that_stands_against_it_is_said_before(local: LocalApp, visitor: Visitor):
    """The country of a government partner (GOV-3), and of its MPN id (ELG-7)."""
    typed = {**TYPED, "mpnId": "1001", "country": "KR"}
    before = writes(local)
    review = await visitor.post(
        ENROL, {**(await visitor.get(ENROL)).fields, **typed, "step": "review"}
    )
    assert (review.status, "confirm" in review.steps) == (409, False)
    refused = await local.call(
        "PUT",
        f"/api/partners/{NEW}",
        OPERATOR_CLAIMS,
        {
            **{name: typed[name] for name in ("name", "type", "mpnCountry", "country")},
            "mpnId": "1001",
        },
    )
    assert refused.status == 409
    for each in refused.body["error"]["details"]:
        assert each["message"] in review.words
    assert writes(local) == before


@pytest.mark.parametrize(
    ("name", "value", "field", "said"),
    [
        ("partnerId", "", "partnerId", "GUID in the form"),
        ("partnerId", "not one", "partnerId", "GUID in the form"),
        ("affiliatedTenantIds", f"{AFFILIATE}\r\nx", "affiliatedTenantIds", "Line 2: It must be"),
        ("resourcesPerSecond", "9", "resourcesPerSecond", "at least 10"),
        ("resourcesPerSecond", "many", "resourcesPerSecond", "whole number"),
        ("partnerAgreementSignedAt", "soon", "partnerAgreementSignedAt", "It must be a time"),
        ("type", "", "type", "required"),
    ],
)
@pytest.mark.parametrize("step", ["review", "confirm"])
async def test_what_is_wrong_is_said_at_its_field(
    local: LocalApp, visitor: Visitor, name: str, value: str, field: str, said: str, step: str
):
    before = writes(local)
    fields = {**(await visitor.get(ENROL)).fields, **TYPED, name: value}
    wrong = await visitor.post(ENROL, {**fields, "step": step})
    assert wrong.status == 400
    assert f'<a href="#{field}">' in wrong.html
    assert said in wrong.words
    assert "Fabrikam &lt;of&gt; Seoul" in wrong.html
    assert writes(local) == before


async def test_without_an_id_nothing_is_done_to_the_own_organization(
    local: LocalApp, visitor: Visitor
):
    """A parameter that is typed is never taken from who types it."""
    fields = {**(await visitor.get(ENROL)).fields, **TYPED}
    del fields["partnerId"]
    for step in ("review", "confirm"):
        assert (await visitor.post(ENROL, {**fields, "step": step})).status == 400
    own = await local.call("GET", f"/api/partners/{OPERATOR}", OPERATOR_CLAIMS)
    assert own.status == 404


async def test_who_is_enrolled_already_is_not_overwritten(local: LocalApp, visitor: Visitor):
    before = await partner(local, DIRECT)
    fields = {**(await visitor.get(ENROL)).fields, **TYPED, "partnerId": DIRECT}
    there = await visitor.post(ENROL, {**fields, "mpnId": "1001", "step": "confirm"})
    assert there.status == 409
    assert "It is there already" in there.words
    assert await partner(local, DIRECT) == before


async def test_what_is_recorded_is_changed_and_the_rest_stays(local: LocalApp, visitor: Visitor):
    address = f"{LIST}/{DIRECT}"
    before = await partner(local, DIRECT)
    done = await confirmed(visitor, f"{address}/update", resourcesPerSecond="500")
    assert (done.status, done.headers["Location"]) == (303, address)
    after = await partner(local, DIRECT)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"resourcesPerSecond", "etag"}
    assert after["resourcesPerSecond"] == 500
    assert "Resources a second by message500" in (await visitor.get(address)).words


async def test_the_hour_at_which_the_agreement_was_signed_stays(local: LocalApp, visitor: Visitor):
    """A higher budget changes nothing of what an application told to the second."""
    path, at = f"/api/partners/{DIRECT}", "2026-01-02T09:30:00.000000Z"
    before = await partner(local, DIRECT)
    named = ("name", "type", "mpnId", "mpnCountry", "country")
    body = {**{name: before[name] for name in named}, "partnerAgreementSignedAt": at}
    etag = {"if-match": before["etag"]}
    assert (await local.call("PUT", path, OPERATOR_CLAIMS, body, headers=etag)).status == 200
    opened = await visitor.get(f"{LIST}/{DIRECT}/update")
    assert opened.fields["partnerAgreementSignedAt"] == at
    assert '<input type="text" id="partnerAgreementSignedAt"' in opened.html
    done = await confirmed(visitor, f"{LIST}/{DIRECT}/update", resourcesPerSecond="500")
    assert done.status == 303
    assert (await partner(local, DIRECT))["partnerAgreementSignedAt"] == at


async def test_what_changed_meanwhile_is_not_overwritten(local: LocalApp, visitor: Visitor):
    address = f"{LIST}/{DIRECT}/update"
    fields = {**(await visitor.get(address)).fields, "name": "Late", "step": "confirm"}
    assert (await confirmed(visitor, address, name="Early")).status == 303
    late = await visitor.post(address, fields)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "Early" in late.words
    assert (await partner(local, DIRECT))["name"] == "Early"


async def test_it_is_suspended_and_resumed(local: LocalApp, visitor: Visitor):
    address, invited = f"{LIST}/{DIRECT}", f"/api/customers/{AGENCY}/invitations"
    assert (await confirmed(visitor, f"{address}/suspend")).headers["Location"] == address
    assert (await partner(local, DIRECT))["status"] == "suspended"
    page = await visitor.get(address)
    assert f"{address}/resume" in page.html
    assert f"{address}/suspend" not in page.html
    refused = await local.call(
        "PUT",
        f"{invited}/{invitation_id(9)}",
        user(DIRECT, "GlobalAdmin"),
        {"delegatedAdmin": True},
    )
    assert refused.status in {403, 404, 409}
    assert "It is suspended already." in (await visitor.get(f"{address}/suspend")).words
    assert (await confirmed(visitor, f"{address}/resume")).status == 303
    assert (await partner(local, DIRECT))["status"] == "active"
    assert "It is not suspended." in (await visitor.get(f"{address}/resume")).words


async def test_who_proved_too_long_ago_who_it_is_decides_nothing(local: LocalApp):
    early = Visitor(local, OPERATOR_CLAIMS, signed_in=local.clock.now())
    local.clock.pass_by(seconds=601)
    for name in ("update", "suspend"):
        page = await early.get(f"{LIST}/{DIRECT}/{name}")
        assert (page.status, page.steps) == (200, [])
        assert "Sign in again to decide" in page.words


async def test_the_list_is_searched_and_narrowed(operated: LocalApp):
    visitor = Visitor(operated, OPERATOR_CLAIMS)
    for query, found in (
        ("?search=2001", {PROVIDER}),
        ("?search=partner%203&status=", {RESELLER}),
        ("?status=suspended", {SUSPENDED}),
        ("?status=suspended&search=1001", set()),
    ):
        page = await visitor.get(f"{LIST}{query}")
        listed = {
            each
            for each in (PROVIDER, RESELLER, DIRECT, SUSPENDED)
            if f"{LIST}/{each}" in page.html
        }
        assert listed == found, query
    assert "No partner is like that." in page.words
    assert (await visitor.get(f"{LIST}?status=lost")).status == 400


async def test_the_list_tells_state_and_number(operated: LocalApp):
    page = await Visitor(operated, OPERATOR_CLAIMS).get(LIST)
    for said in ("Partner 2001", "Suspended", "Indirect provider", "Partner 1002", "Active"):
        assert said in page.words
    for partner_id in (DIRECT, OTHER_DIRECT, PROVIDER):
        assert f'href="{LIST}/{partner_id}"' in page.html
    assert (await Visitor(operated, admin(AGENCY)).get(LIST)).status == 403


async def test_nothing_is_there_yet(local: LocalApp):
    assert (await Visitor(local, OPERATOR_CLAIMS).get(f"{LIST}/{NEW}")).status == 404


async def test_in_korean(local: LocalApp):
    await local.follow()
    visitor = Visitor(local, OPERATOR_CLAIMS, {"accept-language": "ko"})
    for address, said in (
        (LIST, "직접 청구 파트너"),
        (ENROL, "간접 재판매인"),
        (f"{LIST}/{DIRECT}/suspend", "일시 중단"),
    ):
        page = await visitor.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
        for english in ("Partners", "Enrol", "Suspend", "Record the"):
            assert english not in page.words, english
