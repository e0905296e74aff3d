"""Somebody who visits pages, with what each visit asks of storage."""

from collections.abc import Mapping
from typing import Any

from tests.cast.ids import (
    AGENCY,
    OTHER_DIRECT,
    RESELLER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.requests_table import Cost
from tests.running.app import LocalApp, admin
from tests.running.counting import Call
from tests.running.visitors import Seen, Visitor, pages

IDS = {
    "customerId": AGENCY,
    "invitationId": invitation_id(1),
    "partnerId": OTHER_DIRECT,
    "resellerId": RESELLER,
    "subscriptionId": subscription_id(1),
    "sequence": "1",
    "linkId": link_id(1),
}

NOTHING: Mapping[str, str] = {}
READER = admin(AGENCY)


def tried() -> set[str]:
    """The pages whose forms are tried with the API before anything is recorded."""
    return {name for name, page in pages().items() if page.form and page.form.trial}


def trial_of(name: str) -> str:
    """What a row calls the step that tries the page's form."""
    form = pages()[name].form
    return "reviewed" if form and form.decides else "previewed"


class Reader:
    """Somebody at each page once in the story, counted; by default the customer's Global admin."""

    def __init__(
        self,
        local: LocalApp,
        calls: list[Call],
        counted: dict[str, Cost],
        claims: Mapping[str, Any] = READER,
    ) -> None:
        self._visitor = Visitor(local, dict(claims))
        self._calls = calls
        self._counted = counted

    async def reads(self, name: str, case: str = "", **ids: str) -> str:
        """The page's address."""
        address = pages()[name].address({**IDS, **ids})
        self._calls.clear()
        seen = await self._visitor.get(address)
        assert seen.status in {200, 303}, (address, seen.words)
        self._note(f"{name}: {case}" if case else name)
        return address

    async def confirms(self, name: str, typed: Mapping[str, str] = NOTHING, **ids: str) -> str:
        """Its form, too, with what is typed into it; where that leads."""
        address = await self.reads(name, **ids)
        fields = {**(await self._visitor.get(address)).fields, **typed}
        if name in tried():
            trial = trial_of(name)
            step = trial.removesuffix("ed")
            await self._sends(f"{name}: {trial}", address, {**fields, "step": step}, 200)
        confirmed = {**fields, "step": "confirm"}
        sent = await self._sends(f"{name}: confirmed", address, confirmed, 303)
        return sent.headers["Location"]

    async def _sends(self, name: str, address: str, fields: Mapping[str, str], status: int) -> Seen:
        self._calls.clear()
        sent = await self._visitor.post(address, fields)
        assert sent.status == status, (address, sent.words)
        self._note(name)
        return sent

    def _note(self, name: str) -> None:
        assert name not in self._counted, name
        self._counted[name] = Cost.of(self._calls)
