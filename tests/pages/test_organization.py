"""The own organization in a browser: its profile, whom it blocked, its personal data."""

import pytest

from tests.cast.ids import AGENCY, BUREAU, DIRECT, STRANGER, invitation_id
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import Visitor

PAGE, PROFILE = "/organization", "/organization/profile"
ERASURE = "/organization/personal-data/erase"
CUSTOMER = f"/api/customers/{AGENCY}"
INVITATION = f"{CUSTOMER}/invitations/{invitation_id(1)}"
TYPED = {"name": "Agency", "domain": "agency.example", "country": "US"}


@pytest.fixture
def visitor(local: LocalApp) -> Visitor:
    return Visitor(local, admin(AGENCY))


async def test_a_profile_is_stated_with_a_review(local: LocalApp, visitor: Visitor):
    assert "Not stated yet" in (await visitor.get(PAGE)).words
    opened = await visitor.get(PROFILE)
    assert opened.steps == ["review"]
    review = await visitor.post(PROFILE, {**opened.fields, **TYPED, "step": "review"})
    assert (review.status, "confirm" in review.steps) == (200, True)
    assert (await local.call("GET", CUSTOMER, admin(AGENCY))).body["name"] is None
    done = await visitor.post(PROFILE, {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, PAGE)
    shown = (await local.call("GET", CUSTOMER, admin(AGENCY))).body
    assert TYPED.items() <= shown.items()
    again = await visitor.get(PROFILE)
    assert TYPED.items() <= again.fields.items()


async def test_a_newcomer_states_its_profile(local: LocalApp):
    newcomer = Visitor(local, admin(BUREAU))
    page = await newcomer.get(PAGE)
    assert "Nothing is recorded of your organization yet." in page.words
    opened = await newcomer.get(PROFILE)
    sent = {**opened.fields, **TYPED, "step": "confirm"}
    assert (await newcomer.post(PROFILE, sent)).status == 303
    shown = await local.call("GET", f"/api/customers/{BUREAU}", admin(BUREAU))
    assert shown.body["name"] == "Agency"


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(visitor: Visitor):
    opened = await visitor.get(PROFILE)
    typed = {**opened.fields, **TYPED, "country": "Korea", "step": "confirm"}
    again = await visitor.post(PROFILE, typed)
    assert again.status == 400
    assert '<a href="#country">' in again.html
    assert (again.fields["country"], again.fields["name"]) == ("Korea", "Agency")


async def test_a_profile_that_changed_meanwhile_is_not_replaced(local: LocalApp, visitor: Visitor):
    opened = await visitor.get(PROFILE)
    sent = {**opened.fields, **TYPED, "step": "confirm"}
    assert (await visitor.post(PROFILE, sent)).status == 303
    late = await visitor.post(PROFILE, {**sent, "name": "Another"})
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert (await local.call("GET", CUSTOMER, admin(AGENCY))).body["name"] == "Agency"


async def test_who_signed_the_agreement_is_told_by_role(served: LocalApp):
    page = await Visitor(served, admin(AGENCY)).get(PAGE)
    assert "Your organization stated on 2026-11-01 08:00 UTC that it accepts" in page.words
    assert "Stated byGlobal Administrator" in page.words


async def test_blocked_partners_with_since_when_and_when_they_may_invite(served: LocalApp):
    """One that was never met, and one that invited three times within 30 days."""
    block = f"{CUSTOMER}/blocked-partners/{DIRECT}"
    visitor, seller = Visitor(served, admin(AGENCY)), user(DIRECT, "GlobalAdmin")
    assert (await served.call("POST", f"{INVITATION}/decline", admin(AGENCY))).status == 200
    for number in (5, 6):
        path = f"{CUSTOMER}/invitations/{invitation_id(number)}"
        assert (await served.call("PUT", path, seller, {"delegatedAdmin": True})).status == 201
        assert (await served.call("POST", f"{path}/decline", admin(AGENCY))).status == 200
    assert (await served.call("PUT", block, admin(AGENCY))).status == 201
    page = await visitor.get(PAGE)
    for said in (
        "Blocked since 2026-11-01 08:00 UTC.",
        "again from 2026-12-01 08:00 UTC on: it invited three times within 30 days.",
        "it may invite your organization again at once.",
        "Partner 1001, MPN ID 1001",
        STRANGER,
    ):
        assert said in page.words
    for partner_id in (DIRECT, STRANGER):
        address = f"/relationships/{partner_id}/unblock"
        assert f'href="{address}"' in page.html
        assert (await visitor.get(address)).status == 200


async def test_all_personal_data_go_after_a_review(local: LocalApp, visitor: Visitor):
    opened = await visitor.get(ERASURE)
    for said in ("What is erased", "What stays", "It cannot be undone"):
        assert said in opened.words
    review = await visitor.post(ERASURE, {**opened.fields, "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert "What is erased" in review.words
    assert (await local.call("GET", INVITATION, admin(AGENCY))).body["message"]
    ends = [await visitor.post(ERASURE, {**review.fields, "step": "confirm"}) for _ in range(2)]
    assert [(each.status, each.headers["Location"]) for each in ends] == [(303, PAGE)] * 2
    assert (await local.call("GET", INVITATION, admin(AGENCY))).body["message"] is None
    told = await visitor.get("/activity")
    assert told.words.count("Personal data were erased") == 1


async def test_personal_data_of_one_invitation_go(local: LocalApp, visitor: Visitor):
    opened = await visitor.get(ERASURE)
    sent = {**opened.fields, "step": "confirm"}
    wrong = await visitor.post(ERASURE, {**sent, "invitationId": "x"})
    assert (wrong.status, wrong.fields["invitationId"]) == (400, "x")
    assert '<a href="#invitationId">' in wrong.html
    other = await visitor.post(ERASURE, {**sent, "invitationId": invitation_id(2)})
    assert other.status == 303
    assert (await local.call("GET", INVITATION, admin(AGENCY))).body["message"]
    done = await visitor.post(ERASURE, {**sent, "invitationId": invitation_id(1)})
    assert done.status == 303
    assert (await local.call("GET", INVITATION, admin(AGENCY))).body["message"] is None


async def test_an_erasure_is_decided_on_what_was_shown(local: LocalApp, visitor: Visitor):
    opened = await visitor.get(ERASURE)
    profile = await visitor.get(PROFILE)
    assert (
        await visitor.post(PROFILE, {**profile.fields, **TYPED, "step": "confirm"})
    ).status == 303
    late = await visitor.post(ERASURE, {**opened.fields, "step": "confirm"})
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert (await local.call("GET", INVITATION, admin(AGENCY))).body["message"]


async def test_in_korean(local: LocalApp):
    korean = Visitor(local, admin(AGENCY), {"accept-language": "ko"})
    for address, said in (
        (PAGE, "차단된 파트너"),
        (PROFILE, "조직 프로필"),
        (ERASURE, "삭제되는 것"),
    ):
        page = await korean.get(address)
        assert '<html lang="ko">' in page.html
        assert said in page.words
