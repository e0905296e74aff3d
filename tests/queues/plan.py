"""A load of onboarding messages, and what must have become of it whatever happened on the way.

Messages come in phases. Within one they touch resources of their own, so that any order, any
repetition and any interruption must lead to the state that one after the other leads to.
"""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from tests.cast.bodies import sale_document
from tests.running.client import partner_body

PARTNERS = 20
SUBSCRIPTIONS_A_MESSAGE = 3
"""In the batches, which are every tenth registration."""


@dataclass(slots=True)
class Expected:
    """What a sequential run gives."""

    succeeded: set[str] = field(default_factory=set[str])
    refused: dict[str, str] = field(default_factory=dict[str, str])
    """The id of a message and the code or rule that refuses it."""
    malformed: list[str] = field(default_factory=list[str])
    """Texts."""
    failed: set[str] = field(default_factory=set[str])
    """The ids in those that are events at all: their sender is told."""
    sold: dict[str, dict[str, tuple[str, str, int]]] = field(default_factory=dict)
    """Customer, subscription: partner, status, quantity."""
    events: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    """Partner, event type, id of the resource: how often the partner's feed tells it."""
    entries: Counter[str] = field(default_factory=Counter[str])
    """Tenant: how many entries its ledger has."""


class Plan:
    """`size` distinct messages of one source, and how each ends."""

    def __init__(self, size: int, source: str, seed: int, customers: int = 0) -> None:
        """A twentieth of `size` are customers that work with two partners each.

        Where more `customers` are asked for, the others work with one.
        """
        two_partners = max(size // 20, 5)
        self.random = Random(seed)
        self.source = source
        self.expected = Expected()
        self.partners = [self._guid() for _ in range(PARTNERS)]
        self.customers = [self._guid() for _ in range(max(customers, two_partners))]
        self.invitations = [
            (customer, partner, self._guid())
            for number, customer in enumerate(self.customers)
            for partner in self.random.sample(self.partners, 2 if number < two_partners else 1)
        ]
        malformed, refused = size // 50, size * 3 // 100
        setup = len(self.partners) + len(self.customers) + len(self.invitations)
        work = size - malformed - refused - setup
        self.registered = max(work // 2, 4)
        self.changed = max(work // 4, 1)
        self.refused, self.malformed = refused, malformed

    def before(self) -> Iterator[list[str]]:
        """Enrolments and profiles, then invitations; customers accept those.

        What is expected grows with each phase that is taken.
        """
        enrolments = [
            self._sent(
                "partner-enrolment",
                {**partner_body(mpnId=str(10**9 + self.random.randrange(10**9))), "partnerId": one},
            )
            for one in self.partners
        ]
        profiles = [
            self._sent(
                "customer-profile",
                {"customerId": one, "name": "Agency", "domain": "agency.example", "country": "US"},
            )
            for one in self.customers
        ]
        yield self._shuffled(enrolments + profiles)
        invitations = [
            self._sent(
                "invitation-request",
                {
                    "actingPartnerId": partner,
                    "customerId": customer,
                    "invitationId": invitation,
                    "delegatedAdmin": True,
                },
            )
            for customer, partner, invitation in self.invitations
        ]
        for customer, partner, invitation in self.invitations:
            self.expected.entries[customer] += 1
            self.expected.events[partner, "invitation-created", invitation] += 1
            self.expected.events[partner, "invitation-accepted", invitation] += 1
        yield self._shuffled(invitations)

    def after(self) -> Iterator[list[str]]:
        """Sales with refusals and nonsense among them, then changes, then new states."""
        sales = [self._registration(turn) for turn in range(self.registered)]
        refusals = [self._refusal() for _ in range(self.refused)]
        nonsense = [self._nonsense(turn) for turn in range(self.malformed)]
        self.expected.malformed = nonsense
        yield self._shuffled(sales + refusals + nonsense)
        everything = [
            (customer, subscription)
            for customer, rows in self.expected.sold.items()
            for subscription in rows
        ]
        for change in (self._update, self._suspend):
            some = self.random.sample(everything, min(self.changed, len(everything)))
            yield self._shuffled([change(*each) for each in some])

    def twice(self, texts: list[str]) -> list[str]:
        """The same, one in twenty of them a second time somewhere behind."""
        again = [text for text in texts if self.random.random() < 0.05]
        return texts + self._shuffled(again)

    def _registration(self, turn: int) -> str:
        customer, partner, _ = self.random.choice(self.invitations)
        count = SUBSCRIPTIONS_A_MESSAGE if turn % 10 == 0 else 1
        sales = [
            {"subscriptionId": self._guid(), **sale_document(quantity=self.random.randrange(1, 99))}
            for _ in range(count)
        ]
        rows = self.expected.sold.setdefault(customer, {})
        for sale in sales:
            subscription = str(sale["subscriptionId"])
            rows[subscription] = (partner, "active", int(str(sale["quantity"])))
            self.expected.events[partner, "subscription-registered", subscription] += 1
        ids = {"actingPartnerId": partner, "customerId": customer}
        body = {**ids, "subscriptions": sales} if count > 1 else {**ids, **sales[0]}
        return self._sent("subscription-registration", body)

    def _update(self, customer: str, subscription: str) -> str:
        partner, status, _ = self.expected.sold[customer][subscription]
        quantity = self.random.randrange(100, 999)
        self.expected.sold[customer][subscription] = (partner, status, quantity)
        self.expected.events[partner, "subscription-updated", subscription] += 1
        return self._sent(
            "subscription-update", {**self._ids(customer, subscription), "quantity": quantity}
        )

    def _suspend(self, customer: str, subscription: str) -> str:
        partner, _, quantity = self.expected.sold[customer][subscription]
        self.expected.sold[customer][subscription] = (partner, "suspended", quantity)
        self.expected.events[partner, "subscription-suspended", subscription] += 1
        return self._sent(
            "subscription-status", {**self._ids(customer, subscription), "status": "suspended"}
        )

    def _ids(self, customer: str, subscription: str) -> dict[str, str]:
        partner = self.expected.sold[customer][subscription][0]
        ids = {"actingPartnerId": partner, "customerId": customer}
        return {**ids, "subscriptionId": subscription}

    def _refusal(self) -> str:
        """A sale to a customer that has not accepted this partner."""
        customer = self.random.choice(self.customers)
        theirs = {partner for each, partner, _ in self.invitations if each == customer}
        partner = self.random.choice([one for one in self.partners if one not in theirs])
        ids = {"actingPartnerId": partner, "customerId": customer, "subscriptionId": self._guid()}
        return self._sent("subscription-registration", {**ids, **sale_document()}, refused="SUB-1")

    def _nonsense(self, turn: int) -> str:
        """One of four ways in which a message can never be processed."""
        which = turn // 2 % 2
        if turn % 2:
            return (f"no base64! {self._guid()}", _encoded(f"[{self.random.random()}]"))[which]
        event = self._event("subscription-registration", {"actingPartnerId": "nobody"})
        self.expected.failed.add(event["id"])
        return _encoded(json.dumps((event, {**event, "type": "subscription-wish"})[which]))

    def _sent(self, kind: str, data: dict[str, Any], *, refused: str | None = None) -> str:
        event = self._event(kind, data)
        if refused:
            self.expected.refused[event["id"]] = refused
        else:
            self.expected.succeeded.add(event["id"])
            self.expected.entries[data.get("customerId") or data["partnerId"]] += 1
        return _encoded(json.dumps(event))

    def _event(self, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        said = {"specversion": "1.0", "id": self._guid(), "source": self.source, "type": kind}
        return {**said, "data": data}

    def _shuffled(self, texts: list[str]) -> list[str]:
        self.random.shuffle(texts)
        return texts

    def _guid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def dealt(texts: list[str], hands: int) -> Iterator[list[str]]:
    """`texts` dealt out to so many senders."""
    return (texts[hand::hands] for hand in range(hands))
