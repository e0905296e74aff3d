"""Random histories: what everybody asks, sensible or not, from one seed."""

from collections.abc import Callable
from random import Random
from typing import Any, Final
from uuid import UUID

from tests.cast.bodies import partner_document, sale_document
from tests.cast.ids import AGENCY, OPERATOR, OTHER_RESELLER, PROVIDER, RESELLER, guid
from tests.cast.messages import event
from tests.twins.scene import (
    ABROAD,
    COUNTRIES,
    CUSTOMERS,
    HOUSE,
    NUMBERS,
    OPERATES,
    PARTNERS,
    SHY,
    Step,
    machine,
    owner,
    person,
)

ACTS: Final = 40
OFTEN: Final = 0.5
SIGNER: Final = {"firstName": "Ada", "lastName": "Lee", "email": "ada@agency.example"}
RESELLERS: Final = (RESELLER, OTHER_RESELLER)


class History:
    """Steps, and the ids that they are about. Who resells for whom at a customer never changes.

    The one who compares, and one customer, are in the thick of it more often than chance has it.
    """

    def __init__(self, seed: str, caller: str) -> None:
        self.random = Random(seed)
        self.caller = caller
        self.steps: list[Step] = []
        self.invitations: list[tuple[str, str, str]] = []
        self.sales: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str]] = []
        self.through = {one: self.random.choice(RESELLERS) for one in CUSTOMERS}
        self._found()
        for _ in range(ACTS):
            self.random.choice(_ACTS)(self)
        if caller in PARTNERS:
            self._invite_first()

    def add(
        self, by: str, claims: Any, method: str, path: str, body: Any = None, **what: Any
    ) -> None:
        partners = frozenset(what.pop("partners", ()))
        number = len(self.steps) + 1
        self.steps.append(Step(number, by, claims, method, path, body, partners=partners, **what))

    def partner(self) -> str:
        own = self.caller in PARTNERS and self.random.random() < OFTEN
        return self.caller if own else self.random.choice(PARTNERS)

    def customer(self) -> str:
        own = self.caller if self.caller in CUSTOMERS else AGENCY
        return own if self.random.random() < OFTEN else self.random.choice(CUSTOMERS)

    def id(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def sides(self, partner_id: str, customer_id: str) -> frozenset[str]:
        """The partner, with the other one where both sell together."""
        together = {PROVIDER, self.through[customer_id]}
        return frozenset(together if partner_id in together else {partner_id})

    def _found(self) -> None:
        for one in (*PARTNERS, HOUSE):
            home = "KR" if one == ABROAD else "US"
            body = partner_document(one, mpnId=NUMBERS[one], country=home, mpnCountry=home)
            self.add(OPERATOR, OPERATES, "PUT", f"/api/partners/{one}", body, kind="founding")
        for one in RESELLERS:
            place, pair = f"/api/partners/{PROVIDER}/resellers/{one}", {PROVIDER, one}
            self.add(PROVIDER, person(PROVIDER), "PUT", place, kind="link", partners=pair)
            self.add(one, person(one), "POST", f"{place}/accept", kind="link", partners=pair)
        for one in PARTNERS:
            place = f"/api/partners/{one}/webhooks/{self.id()}"
            body = {"url": f"https://{one[:2]}.example/hook", "types": []}
            self.add(one, person(one), "PUT", place, body, kind="own")
        for one in CUSTOMERS:
            self._settle(one)

    def _invite_first(self) -> None:
        """Under ids that sort before everybody else's: what lies behind must not show."""
        place, what = f"/api/partners/{self.caller}/resume", {"partners": {self.caller}}
        self.add(OPERATOR, OPERATES, "POST", place, kind="operator", **what)
        for number, one in enumerate(CUSTOMERS, 1):
            made = guid(number)
            body = {"delegatedAdmin": True, **_named(self, self.caller, one)}
            self.invitations.append((self.caller, one, made))
            place, what = f"/api/customers/{one}/invitations/{made}", _about(self, self.caller, one)
            thing = f"{one}|{made}"
            self.add(self.caller, person(self.caller), "PUT", place, body, **what, thing=thing)

    def _settle(self, one: str) -> None:
        place, home = f"/api/customers/{one}", COUNTRIES[one]
        body = {"name": f"Customer {one[:2]}", "domain": f"{one[:2]}.example", "country": home}
        self.add(one, owner(one), "PUT", place, body, customer=one, kind="settling")
        if home != "US":
            return  # Who accepts there first signs the agreement as well.
        invitation = f"{place}/invitations/{self.id()}"
        what = {"customer": one, "kind": "settling"}
        self.add(HOUSE, person(HOUSE), "PUT", invitation, {"delegatedAdmin": True}, **what)
        agreed = {"customerAgreement": SIGNER}
        self.add(one, owner(one), "POST", f"{invitation}/accept", agreed, **what)


def _named(history: History, partner_id: str, customer_id: str) -> dict[str, str]:
    (other,) = history.sides(partner_id, customer_id) - {partner_id} or {""}
    if not other:
        return {"indirectResellerId": RESELLER} if partner_id == PROVIDER else {}
    return {"indirectResellerId" if partner_id == PROVIDER else "indirectProviderId": other}


def _invite(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    known = random.random() < 0.1 and history.invitations
    made = random.choice(history.invitations)[2] if known else history.id()
    body: dict[str, Any] = {"delegatedAdmin": True, **_named(history, one, customer)}
    if random.random() < 0.5:
        body["country"] = random.choice(("US", "KR"))
    history.invitations.append((one, customer, made))
    place = f"/api/customers/{customer}/invitations/{made}"
    history.add(
        one,
        person(one),
        "PUT",
        place,
        body,
        **_about(history, one, customer),
        thing=f"{customer}|{made}",
    )


def _about(history: History, one: str, customer: str) -> dict[str, Any]:
    return {"customer": customer, "partners": history.sides(one, customer)}


def _answer(history: History) -> None:
    if not history.invitations:
        return
    random = history.random
    one, customer, made = random.choice(history.invitations[-6:])
    verb = (
        "decline" if customer == SHY else random.choice(("accept", "accept", "accept", "decline"))
    )
    body: dict[str, Any] = {"block": random.random() < 0.3} if verb == "decline" else {}
    if customer != SHY and COUNTRIES[customer] == "KR" and verb == "accept":
        body = {"customerAgreement": SIGNER}
    place = f"/api/customers/{customer}/invitations/{made}/{verb}"
    what = _about(history, one, customer)
    history.add(customer, owner(customer), "POST", place, body, **what, thing=f"{customer}|{made}")


def _cancel(history: History) -> None:
    if not history.invitations:
        return
    one, customer, made = history.random.choice(history.invitations)
    place = f"/api/customers/{customer}/invitations/{made}/cancel"
    what = _about(history, one, customer)
    history.add(one, person(one), "POST", place, **what, thing=f"{customer}|{made}")


def _sell(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    known = random.random() < 0.15 and history.sales
    sold = random.choice(history.sales)[2] if known else history.id()
    body = sale_document()
    parties = {one}
    if one == PROVIDER and random.random() < 0.7:
        reseller = history.through[customer]
        body["partnerOfRecord"] = NUMBERS[reseller]
        parties.add(reseller)
    history.sales.append((one, customer, sold))
    what = {"customer": customer, "partners": parties, "thing": sold}
    if random.random() < 0.3:
        data = {"actingPartnerId": one, "customerId": customer, "subscriptionId": sold, **body}
        message = event("subscription-registration", data, id=sold)
        history.add(one, machine(one), "POST", "/api/onboarding", [message], **what)
        return
    place = f"/api/customers/{customer}/subscriptions/{sold}"
    history.add(one, person(one), "PUT", place, body, **what)


def _live(history: History) -> None:
    if not history.sales:
        return
    random = history.random
    one, customer, sold = random.choice(history.sales)
    place = f"/api/customers/{customer}/subscriptions/{sold}"
    what: dict[str, Any] = {"customer": customer, "partners": {one}, "thing": sold}
    verb = random.choice(("suspend", "reactivate", "delete", "dispute", "annul", "record"))
    if verb == "dispute":
        history.add(customer, owner(customer), "POST", f"{place}/{verb}", **what)
    elif verb == "annul":
        history.add(OPERATOR, OPERATES, "POST", f"{place}/{verb}", **what)
    elif verb == "record":
        reseller = history.through[customer]
        body = {"partnerOfRecord": NUMBERS[reseller]}
        what["partners"] = {one, reseller}
        history.add(one, person(one), "POST", f"{place}/set-partner-of-record", body, **what)
    else:
        history.add(one, person(one), "POST", f"{place}/{verb}", **what)


def _end(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    place = f"/api/customers/{customer}/relationships/{one}"
    what = _about(history, one, customer)
    verb = random.choice(("revoke-delegated-admin", "request-end", "remove"))
    own = verb == "remove" or (verb != "request-end" and random.random() < 0.5)
    by, claims = (one, person(one)) if own else (customer, owner(customer))
    history.add(by, claims, "POST", f"{place}/{verb}", **what)


def _block(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    method = random.choice(("PUT", "PUT", "DELETE"))
    place = f"/api/customers/{customer}/blocked-partners/{one}"
    history.add(
        customer, owner(customer), method, place, customer=customer, partners={one}, kind="block"
    )


def _standing(history: History) -> None:
    random = history.random
    one = history.partner()
    verb = random.choice(("suspend", "resume", "resume"))
    place = f"/api/partners/{one}/{verb}"
    history.add(OPERATOR, OPERATES, "POST", place, kind="operator", partners={one})


def _link(history: History) -> None:
    random = history.random
    one = random.choice(RESELLERS)
    place, pair = f"/api/partners/{PROVIDER}/resellers/{one}", {PROVIDER, one}
    method, by, rest = random.choice(
        (("PUT", PROVIDER, ""), ("POST", one, "/accept"), ("DELETE", one, ""))
    )
    history.add(by, person(by), method, place + rest, kind="link", partners=pair)


def _offer(history: History) -> None:
    one, made = history.partner(), history.id()
    body: dict[str, Any] = {"delegatedAdmin": True}
    partners = {one}
    if one == PROVIDER:
        body["indirectResellerId"] = RESELLER
        partners.add(RESELLER)
    history.links.append((one, made))
    place = f"/api/partners/{one}/invitation-links/{made}"
    history.add(one, person(one), "PUT", place, body, kind="offer", partners=partners)


def _take(history: History) -> None:
    if not history.links:
        return
    one, made = history.random.choice(history.links)
    customer = history.random.choice(CUSTOMERS[:2])
    if one == PROVIDER and history.through[customer] != RESELLER:
        return
    place, body = f"/api/invitation-links/{one}/{made}/accept", {"customerAgreement": SIGNER}
    if COUNTRIES[customer] == "US":
        body = {}
    history.add(customer, owner(customer), "POST", place, body, **_about(history, one, customer))


_ACTS: Final[list[Callable[[History], None]]] = [
    *[_invite] * 9,
    *[_answer] * 8,
    *[_sell] * 6,
    *[_live] * 4,
    *[_end] * 2,
    *[_block] * 2,
    *[_cancel, _standing, _link, _offer, _take],
]
