"""The pages of an invitation: understood, decided, and what is on record then."""

from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import AGENCY, DIRECT, RESELLER, invitation_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Visitor

ADDRESS = f"/invitations/{AGENCY}/{invitation_id(1)}"
SIGNER = ACCEPTANCE["customerAgreement"]
TYPED = {f"customerAgreement.{name}": value for name, value in SIGNER.items()} | {
    "country": ACCEPTANCE["country"]
}


async def test_a_customer_reads_what_is_asked(local: LocalApp):
    page = await Visitor(local, admin(AGENCY)).get(ADDRESS)
    assert page.status == 200
    assert "Hello <b>you</b>" in page.words
    assert "Pending: your organization has not decided yet." in page.words


async def test_it_is_accepted_with_a_review(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    assert opened.steps == ["review"]
    filled = {**opened.fields, **TYPED}
    review = await visitor.post(f"{ADDRESS}/accept", {**filled, "step": "review"})
    assert (review.status, review.steps) == (200, ["confirm", "preview"])
    assert {**filled, "name": "", "domain": "", "delegatedAdminUntil": ""}.items() >= {
        **review.fields,
        "form_token": opened.fields["form_token"],
    }.items()
    done = await visitor.post(f"{ADDRESS}/accept", {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, ADDRESS)
    shown = await visitor.get(ADDRESS)
    assert "Accepted on" in shown.words


async def test_the_partner_reads_its_invitation_and_sees_no_decision(local: LocalApp):
    page = await Visitor(local, user(DIRECT, "GlobalAdmin")).get(ADDRESS)
    assert page.status == 200
    assert "the customer has not decided yet" in page.words
    assert "/accept" not in page.html
    assert "What it would get" not in page.words  # its impact is for the customer's people


async def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    typed = {**opened.fields, "country": "Korea", "customerAgreement.firstName": "Min-jun"}
    again = await visitor.post(f"{ADDRESS}/accept", {**typed, "step": "review"})
    assert again.status == 400
    assert again.fields["country"] == "Korea"
    assert again.fields["customerAgreement.firstName"] == "Min-jun"
    for name in ("country", "customerAgreement.lastName", "customerAgreement.email"):
        assert f'<a href="#{name}">' in again.html
        assert f'id="{name}-problem"' in again.html
    assert again.steps == ["review"]


async def test_all_that_an_empty_acceptance_lacks_is_said_at_once(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    for step in ("review", "preview", "confirm"):
        again = await visitor.post(f"{ADDRESS}/accept", {**opened.fields, "step": step})
        assert (again.status, again.steps) == (400, ["review"])
        for name in ("customerAgreement.firstName", "country"):
            assert f'<a href="#{name}">' in again.html
            assert f'id="{name}-problem"' in again.html


async def test_rules_refuse_before_anything_is_recorded(local: LocalApp):
    """AGR-3: the agreement is missing. Tried, it is a 409 that names no field of ours wrongly."""
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    typed = {**opened.fields, "country": "US"}
    for step in ("review", "preview", "confirm"):
        refused = await visitor.post(f"{ADDRESS}/accept", {**typed, "step": step})
        assert (refused.status, refused.steps) == (409, ["review"])
        assert "There is a problem" in refused.words
    assert "Pending" in (await visitor.get(ADDRESS)).words


async def test_a_preview_says_that_nothing_is_recorded(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    tried = await visitor.post(f"{ADDRESS}/accept", {**opened.fields, **TYPED, "step": "preview"})
    assert (tried.status, tried.steps) == (200, ["review"])
    assert "Nothing stands against it now." in tried.words
    assert tried.fields["country"] == TYPED["country"]


async def test_it_is_declined_with_a_reason_and_a_block(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/decline")
    filled = {**opened.fields, "reason": "No need\r\nfor that", "block": "true"}
    review = await visitor.post(f"{ADDRESS}/decline", {**filled, "step": "review"})
    assert "Yes" in review.words
    done = await visitor.post(f"{ADDRESS}/decline", {**review.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, ADDRESS)
    shown = await visitor.get(ADDRESS)
    assert "Declined on" in shown.words
    assert "No need for that" in shown.words
    path = f"/api/customers/{AGENCY}/blocked-partners/{DIRECT}"
    assert (await local.call("GET", path, admin(AGENCY))).status == 200


async def test_sent_twice_it_has_one_effect_and_the_same_end(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    sent = {**opened.fields, **TYPED, "step": "confirm"}
    ends = [await visitor.post(f"{ADDRESS}/accept", sent) for _ in range(2)]
    assert [each.status for each in ends] == [303, 303]
    ledger = await local.call("GET", f"/api/customers/{AGENCY}/ledger", admin(AGENCY))
    assert len(ledger.body["value"]) == 2  # invited, accepted


async def test_what_changed_meanwhile_is_not_decided(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    assert (await local.call("POST", f"{path}/decline", admin(AGENCY), {})).status == 200
    sent = {**opened.fields, **TYPED, "step": "confirm"}
    late = await visitor.post(f"{ADDRESS}/accept", sent)
    assert late.status == 409
    assert "This changed since you opened it" in late.words
    assert "can no longer be accepted" in late.words


async def test_what_the_partner_took_back_is_not_called_expired(local: LocalApp):
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}/cancel"
    assert (await local.call("POST", path, user(DIRECT, "GlobalAdmin"))).status == 200
    page = await Visitor(local, admin(AGENCY)).get(ADDRESS)
    assert "Taken back by the partner on" in page.words
    assert "Expired" not in page.words


async def test_what_nobody_decided_in_time_expired(local: LocalApp):
    local.clock.pass_by(days=100)
    page = await Visitor(local, admin(AGENCY)).get(ADDRESS)
    assert "Expired: nobody decided in time." in page.words
    assert "Taken back" not in page.words


async def test_in_korean_with_its_words(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY), {"accept-language": "ko"})
    page = await visitor.get(f"{ADDRESS}/accept")
    assert '<html lang="ko">' in page.html
    filled = {**page.fields, **TYPED, "step": "review"}
    review = await visitor.post(f"{ADDRESS}/accept", filled)
    assert ">수락 기록</button>" in review.html
    said = (
        "이 시스템은 결정을 기록할 뿐이며, 실제 액세스는 Microsoft에서 파트너의 요청을 수락해야"
        " 부여됩니다."
    )
    assert said in review.words


async def test_what_would_refuse_it_is_said_before_anything_is_typed(local: LocalApp):
    path = f"/api/partners/{DIRECT}/suspend"
    assert (await local.call("POST", path, OPERATOR_CLAIMS, {})).status == 200
    local.clock.pass_by(minutes=2)
    page = await Visitor(local, admin(AGENCY)).get(f"{ADDRESS}/accept")
    assert "What would refuse an acceptance now" in page.words


async def test_only_what_is_missing_is_asked(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    opened = await visitor.get(f"{ADDRESS}/accept")
    assert {"customerAgreement.email", "country", "delegatedAdminUntil"} <= set(opened.fields)
    sent = {**opened.fields, **TYPED, "name": "Contoso", "step": "confirm"}
    assert (await visitor.post(f"{ADDRESS}/accept", sent)).status == 303
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(2)}"
    body = {"delegatedAdmin": True}
    assert (await local.call("PUT", path, user(RESELLER, "GlobalAdmin"), body)).status == 201
    again = await visitor.get(f"/invitations/{AGENCY}/{invitation_id(2)}/accept")
    assert set(again.fields) == {"form_token", "delegatedAdminUntil"}
    assert "Microsoft Customer Agreement" not in again.words
    assert "1 relationship with another partner stays, unchanged." in again.words
