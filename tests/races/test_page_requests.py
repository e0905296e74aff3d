"""What each page asks of storage: the sum of the endpoints that it asks, counted like theirs.

One story in one instance, as in `test_endpoint_requests`; a page's own part is in its area's.
"""

from typing import Any
from uuid import uuid4

import pytest

from shared.storage.engine.clients import Clients
from shared.web.engine.page import Page
from tests.cast.bodies import SIGNER
from tests.cast.ids import AGENCY, BUREAU, DIRECT, invitation_id, link_id
from tests.requests_of_pages import PAGES, total
from tests.requests_table import Cost
from tests.running.app import admin, enrol, user
from tests.running.counting import counting
from tests.running.visitors import SET_UP, Seen, Visitor, pages

from .counted import Counted

SELLER = user(DIRECT, "GlobalAdmin")
TYPED = {f"customerAgreement.{name}": value for name, value in SIGNER.items()} | {"country": "US"}
ENDINGS = {"review": "reviewed", "confirm": "recorded"}


class Browsing:
    """Somebody at the pages of the app, and what each page asked of the account by name."""

    def __init__(self, app: Counted, counted: dict[str, Cost], claims: dict[str, Any]) -> None:
        self._app = app
        self._counted = counted
        self._visitor = Visitor(app.local, claims)

    async def open(self, name: str, address: str, status: int = 200) -> Seen:
        self._app.calls.clear()
        seen = await self._visitor.get(address)
        assert seen.status == status, seen.words
        return self._noted(name, seen)

    async def decide(self, name: str, address: str, **typed: str) -> None:
        """Opens, reviews and confirms a form."""
        fields = {**(await self.open(name, address)).fields, **typed}
        for step, status in (("review", 200), ("confirm", 303)):
            self._app.calls.clear()
            seen = await self._visitor.post(address, {**fields, "step": step})
            assert seen.status == status, seen.words
            self._noted(f"{name}: {ENDINGS[step]}", seen)

    def _noted(self, name: str, seen: Seen) -> Seen:
        assert name not in self._counted, name
        self._counted[name] = Cost.of(self._app.calls)
        return seen


async def invitations(app: Counted, counted: dict[str, Cost]) -> None:
    for number, customer_id in ((1, AGENCY), (2, BUREAU)):
        path = f"/api/customers/{customer_id}/invitations/{invitation_id(number)}"
        body = {"delegatedAdmin": True, "contact": {"email": "a@b.example"}}
        assert (await app.local.call("PUT", path, SELLER, body)).status == 201
    agency = Browsing(app, counted, admin(AGENCY))
    await agency.open("page_home: of whom only an invitation knows", "/")
    address = f"/invitations/{AGENCY}/{invitation_id(1)}"
    await agency.open("page_invitation", address)
    await agency.decide("page_invitation_accept", f"{address}/accept", **TYPED)
    bureau = Browsing(app, counted, admin(BUREAU))
    await bureau.decide(
        "page_invitation_decline", f"/invitations/{BUREAU}/{invitation_id(2)}/decline"
    )
    await Browsing(app, counted, SELLER).open("page_home", "/")


async def offers(app: Counted, counted: dict[str, Cost]) -> None:
    path = f"/api/partners/{DIRECT}/invitation-links/{link_id(1)}"
    made = await app.local.call("PUT", path, SELLER, {"delegatedAdmin": True, "maxAcceptances": 2})
    assert made.status == 201
    bureau = Browsing(app, counted, admin(BUREAU))
    address = f"/invite/{DIRECT}/{link_id(1)}"
    await bureau.open("page_offer", address)
    await bureau.decide("page_offer_accept", f"{address}/accept", **TYPED)


STORY = (invitations, offers)


async def test_every_page_sends_its_endpoints_requests_and_no_more(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    counted: dict[str, Cost] = {}
    async with counting(clients) as calls:
        app = Counted(clients, calls, SET_UP)
        await enrol(app.local, DIRECT)
        for part in STORY:
            await part(app, counted)
    await clients.close()
    assert counted == {name: total(rows) for name, rows in PAGES.items()}


def test_every_page_is_there():
    assert {name.partition(":")[0] for name in PAGES} == pages().keys()


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.name)
def test_its_rows_are_of_the_endpoints_of_its_record(page: Page):
    asks = [each.endpoint.name for each in page.asks.values()]
    opened = _endpoints(page.name)
    assert opened
    assert opened == asks[: len(opened)]  # what is asked of some visitors only has a row beside it
    assert any(_endpoints(name) == asks for name in PAGES if name.partition(":")[0] == page.name)
    if page.form:
        tried = [page.form.trial.endpoint.name, *asks] if page.form.trial else None
        assert _endpoints(f"{page.name}: reviewed") == tried
        assert _endpoints(f"{page.name}: recorded") == [page.form.endpoint.name]


def _endpoints(name: str) -> list[str] | None:
    return [row.partition(":")[0] for row in PAGES[name]] if name in PAGES else None
