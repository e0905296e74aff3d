"""What anybody asks at random: sensible or not, of things that are there or are not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from tests.cast.bodies import sale_document
from tests.cast.ids import OPERATOR, PROVIDER, RESELLER
from tests.cast.messages import event
from tests.twins.history import RESELLERS, SIGNER, History
from tests.twins.scene import (
    COUNTRIES,
    CUSTOMERS,
    NUMBERS,
    OPERATES,
    SHY,
    machine,
    owner,
    person,
)

ACTS: Final = 40
_STATUSES: Final = {"suspend": "suspended", "reactivate": "active", "delete": "deleted"}


def act(history: History) -> None:
    """All of them."""
    for _ in range(ACTS):
        history.random.choice(_ACTS)(history)


def _invite(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    known = random.random() < 0.1 and history.invitations
    made = random.choice(history.invitations)[2] if known else history.id()
    body: dict[str, Any] = {}
    if random.random() < 0.5:
        body["country"] = random.choice(("US", "KR"))
    if random.random() < 0.3:
        body["expiresInDays"] = 1
    if random.random() < 0.3:
        body["message"] = f"Good day from {one[:2]}"
        body["contact"] = {"email": f"{made[:4]}@customer.example", "locale": "ko"}
    history.invite(one, customer, made, **body)


def _answer(history: History) -> None:
    if not history.invitations:
        return
    random = history.random
    one, customer, made = random.choice(history.invitations[-6:])
    verb = (
        "decline" if customer == SHY else random.choice(("accept", "accept", "accept", "decline"))
    )
    body: dict[str, Any] = {}
    if verb == "decline":
        body = {"block": random.random() < 0.3, "reason": f"We have no need of {one[:2]}"}
    elif COUNTRIES[customer] == "KR":
        body = {"customerAgreement": SIGNER}
    history.answer(one, customer, made, verb, body)


def _cancel(history: History) -> None:
    if not history.invitations:
        return
    one, customer, made = history.random.choice(history.invitations)
    place = f"/api/customers/{customer}/invitations/{made}/cancel"
    what = history.about(one, customer)
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
    if not known and random.random() < 0.3:
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
        why = {"reason": "Nobody here ordered it"}
        history.add(customer, owner(customer), "POST", f"{place}/{verb}", why, **what)
    elif verb == "annul":
        history.add(OPERATOR, OPERATES, "POST", f"{place}/{verb}", **what)
    elif verb == "record":
        reseller = history.through[customer]
        body = {"partnerOfRecord": NUMBERS[reseller]}
        what["partners"] = {one, reseller}
        history.add(one, person(one), "POST", f"{place}/set-partner-of-record", body, **what)
    elif random.random() < 0.3:
        data = {"actingPartnerId": one, "customerId": customer, "subscriptionId": sold}
        said = {**data, "status": _STATUSES[verb]}
        message = event("subscription-status", said, id=history.id())
        history.add(one, machine(one), "POST", "/api/onboarding", [message], **what)
    else:
        history.add(one, person(one), "POST", f"{place}/{verb}", **what)


def _end(history: History) -> None:
    random = history.random
    one, customer = history.partner(), history.customer()
    place = f"/api/customers/{customer}/relationships/{one}"
    what = history.about(one, customer)
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
    if history.through[customer] == one:
        return  # By its own link a reseller comes alone, and there it comes with the provider.
    place, body = f"/api/invitation-links/{one}/{made}/accept", {"customerAgreement": SIGNER}
    if COUNTRIES[customer] == "US":
        body = {}
    history.add(customer, owner(customer), "POST", place, body, **history.about(one, customer))


def _pass(history: History) -> None:
    history.pass_by(timedelta(days=2))


_ACTS: Final[list[Callable[[History], None]]] = [
    *[_invite] * 9,
    *[_answer] * 8,
    *[_sell] * 6,
    *[_live] * 4,
    *[_end] * 2,
    *[_block] * 2,
    *[_cancel, _standing, _link, _offer, _take, _pass],
]
