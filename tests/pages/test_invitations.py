"""The pages of an invitation: understood, decided, and what is on record then."""

import pytest

from tests.cast.bodies import ACCEPTANCE
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.running.app import LocalApp, admin, enrol, user
from tests.running.visitors import SET_UP, Visitor

ADDRESS = f"/invitations/{AGENCY}/{invitation_id(1)}"
SIGNER = ACCEPTANCE["customerAgreement"]
TYPED = {f"customerAgreement.{name}": value for name, value in SIGNER.items()} | {
    "country": ACCEPTANCE["country"]
}


@pytest.fixture
async def local() -> LocalApp:
    made = LocalApp(SET_UP)
    await enrol(made, DIRECT)
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    body = {"delegatedAdmin": True, "message": "Hello <b>you</b>"}
    answer = await made.call("PUT", path, user(DIRECT, "GlobalAdmin"), body)
    assert answer.status == 201
    return made


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
