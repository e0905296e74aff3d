"""INV-8 over HTTP: the inviting partner's draft, in its language, and nobody else's."""

import pytest

from tests.cast.bodies import partner_body
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, invitation_id
from tests.running.app import LocalApp, admin, user

URL = f"/api/customers/{AGENCY}/invitations/{invitation_id()}"
LINK = f"https://csp.example/invitations/{AGENCY}/{invitation_id()}"


@pytest.fixture
async def invited(local: LocalApp) -> LocalApp:
    operator = user("00000000-0000-4000-8000-000000000001", "PlatformOperator")
    for one in (DIRECT, OTHER_DIRECT):
        body = partner_body(one).model_dump(mode="json")
        assert (await local.call("PUT", f"/api/partners/{one}", operator, body)).status == 201
    body = {
        "delegatedAdmin": True,
        "message": "<b>Welcome</b>",
        "contact": {"email": "it@agency.example.gov", "locale": "ko"},
    }
    made = await local.call("PUT", URL, user(DIRECT, "SalesAgent"), body)
    assert made.status == 201
    return local


async def test_the_draft_is_in_the_contacts_language_and_has_the_link(invited: LocalApp):
    answer = await invited.call("GET", f"{URL}/email", user(DIRECT, "SalesAgent"))
    assert (answer.status, answer.body["locale"], answer.body["link"]) == (200, "ko", LINK)
    assert "재판매인 관계" in answer.body["subject"]
    assert LINK in answer.body["text"]
    assert "<b>" not in answer.body["html"]


async def test_the_language_can_be_chosen(invited: LocalApp):
    url = f"{URL}/email?locale=en"
    answer = await invited.call("GET", url, user(DIRECT, "SalesAgent"))
    assert "asks for a reseller relationship" in answer.body["subject"]
    wrong = await invited.call("GET", f"{URL}/email?locale=fr", user(DIRECT, "SalesAgent"))
    assert (wrong.status, wrong.body["error"]["details"][0]["target"]) == (400, "locale")


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (user(OTHER_DIRECT, "SalesAgent"), 404),
        (user(DIRECT, "HelpdeskAgent"), 403),
        (admin(AGENCY), 403),
        (None, 401),
    ],
)
async def test_nobody_else_gets_it(invited: LocalApp, caller, status: int):
    assert (await invited.call("GET", f"{URL}/email", caller)).status == status


async def test_what_does_not_exist_has_no_draft(invited: LocalApp):
    url = f"/api/customers/{AGENCY}/invitations/{invitation_id(2)}/email"
    assert (await invited.call("GET", url, user(DIRECT, "SalesAgent"))).status == 404
