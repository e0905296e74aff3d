"""The page at `/`: where people of each kind of organization begin."""

from typing import Any

import pytest

from functions import routes
from functions.routes import Route
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OPERATOR
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Visitor

SELLER = user(DIRECT, "GlobalAdmin")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that people could be led to is there."""
    names = ("operations", "customers", "relationships")
    there = (*routes.read(), *(Route(name, "pages.x", ["GET"], name) for name in names))
    monkeypatch.setattr(routes, "read", lambda: there)


@pytest.mark.parametrize(
    ("claims", "home"),
    [
        (OPERATOR_CLAIMS, "/operations"),
        (SELLER, "/customers"),
        (admin(AGENCY), "/relationships"),  # unknown but for an invitation that waits
        (admin(BUREAU), None),
        (user(AGENCY, wids=[]), None),  # nothing there would be for these
        (user(DIRECT), None),
    ],
)
@pytest.mark.usefixtures("built")
async def test_it_leads_by_what_the_organization_is(local: LocalApp, claims: Any, home: str | None):
    page = await Visitor(local, claims).get("/")
    assert (page.status, page.headers.get("Location")) == ((303, home) if home else (200, None))


@pytest.mark.usefixtures("built")
async def test_who_decided_about_everything_is_a_stranger_again(local: LocalApp):
    visitor = Visitor(local, admin(AGENCY))
    (invitation,) = (
        await local.call("GET", f"/api/customers/{AGENCY}/invitations", admin(AGENCY))
    ).body["value"]
    path = f"/api/customers/{AGENCY}/invitations/{invitation['id']}/decline"
    assert (await local.call("POST", path, admin(AGENCY), {})).status == 200
    assert (await visitor.get("/")).status == 200


async def test_a_partners_people_begin_with_its_customers(local: LocalApp):
    """Whoever has none of its roles reads what is missing, and where the others begin."""
    led = await Visitor(local, SELLER).get("/")
    assert (led.status, led.headers["Location"]) == (303, "/customers")
    page = await Visitor(local, user(DIRECT)).get("/")
    assert page.status == 200
    assert "What is missing" in page.words
    assert 'href="/customers"' in page.html


async def test_who_lacks_the_operators_role_is_told_so(local: LocalApp):
    page = await Visitor(local, user(OPERATOR)).get("/")
    assert page.status == 200
    assert "the operator of this service" in page.words
    assert "What is missing" in page.words
    assert "Follow the link of an invitation" not in page.words


async def test_a_suspended_partners_people_are_led_to_nothing_that_is_withheld(local: LocalApp):
    suspended = f"/api/partners/{DIRECT}/suspend"
    assert (await local.call("POST", suspended, OPERATOR_CLAIMS)).status == 200
    page = await Visitor(local, SELLER).get("/")
    assert "The operator has suspended this partner." in page.words
    assert 'href="/customers"' not in page.html
