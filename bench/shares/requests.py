"""Requests to the processes of one system in turn, and what stays in them."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

import httpx

from tests.cast.bodies import sale_document
from tests.running.client import API_VERSION

PATIENCE: Final = 120.0
"""Seconds after which anything is given up."""


@dataclass(frozen=True, slots=True)
class Partner:
    """Tokens of its Global admin and of its application."""

    tenant: str
    person: str
    application: str


@dataclass(frozen=True, slots=True)
class Site:
    """The processes of a system, and two customers there: one that is under load, and another."""

    hosts: tuple[str, ...]
    customer: str
    elsewhere: str

    def place(self, sale: str, *, elsewhere: bool = False) -> str:
        """Where a subscription is."""
        customer = self.elsewhere if elsewhere else self.customer
        return f"/api/customers/{customer}/subscriptions/{sale}"

    def message(self, sender: Partner, sale: str) -> dict[str, Any]:
        """A message that registers it."""
        ids = {
            "actingPartnerId": sender.tenant,
            "customerId": self.customer,
            "subscriptionId": sale,
        }
        kind = "subscription-registration"
        said = {"specversion": "1.0", "id": sale, "source": "/bench", "type": kind}
        return {**said, "data": {**ids, **sale_document()}}


@dataclass
class Asker:
    """Asks the hosts of a site in turn."""

    http: httpx.AsyncClient
    site: Site
    told: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._turns = cycle(self.site.hosts)

    async def ask(
        self, token: str | None, method: str, path: str, body: object = None
    ) -> httpx.Response:
        """One request; again where it is told to wait."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        params = {"api-version": API_VERSION} if token else None
        while True:
            url = next(self._turns) + path
            answer = await self.http.request(method, url, params=params, headers=headers, json=body)
            self.told[f"{method} {answer.status_code}"] += 1
            if "Retry-After" not in answer.headers:
                return answer  # Neither too many, nor a conflict that others won.
            await asyncio.sleep(float(answer.headers["Retry-After"]))

    async def subscribe(self, who: Partner, webhook: str, url: str) -> None:
        """A webhook of the partner's, active."""
        path = f"/api/partners/{who.tenant}/webhooks/{webhook}"
        body = {"url": url, "types": ["subscription-registered"]}
        (await self.ask(who.person, "PUT", path, body)).raise_for_status()
        for _ in range(round(PATIENCE * 5)):
            if (await self.ask(who.person, "GET", path)).json()["status"] == "active":
                return
            await asyncio.sleep(0.2)
        raise RuntimeError("the webhook does not become active")
