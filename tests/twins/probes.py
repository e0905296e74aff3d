"""What a caller asks once everything has happened: reads, dry runs, pages, and again its own."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

from shared.http.endpoint import CSV, JSON_LINES, Endpoint
from shared.http.paging import FeedQuery, PageQuery
from tests.cast.bodies import sale_document
from tests.cast.ids import OPERATOR, PATH_IDS, PROVIDER, STRANGER, guid
from tests.running.app import endpoints
from tests.running.visitors import pages
from tests.twins.history import SECONDS, History
from tests.twins.openings import hidden_from
from tests.twins.scene import (
    CUSTOMERS,
    OPERATES,
    PARTNERS,
    VISIT,
    Step,
    machine,
    owner,
    person,
)

READS: Final = [each for each in endpoints().values() if each.method == "GET"]
AGAIN: Final = 6
"""The caller's last writes, which it asks for once more: they are so already."""
SIZES: Final = ("", "maxpagesize=1", "maxpagesize=2", "maxpagesize=1000")
VISITS: Final = 10
"""Pages that a customer's people look at; they are for nobody else, who looks at one."""
_INVITATION: Final = ("customerId", "invitationId")
_SUBSCRIPTION: Final = ("customerId", "subscriptionId")
_RELATIONSHIP: Final = ("customerId", "partnerId")
_LINK: Final = ("partnerId", "linkId")
_RESELLER: Final = ("partnerId", "resellerId")
DRY_RUNS: Final[Mapping[str, tuple[str, str]]] = {
    "invite": _INVITATION,
    "accept": _INVITATION,
    "decline": _INVITATION,
    "cancel": _INVITATION,
    "register": _SUBSCRIPTION,
    "update": _SUBSCRIPTION,
    "suspend": _SUBSCRIPTION,
    "reactivate": _SUBSCRIPTION,
    "delete": _SUBSCRIPTION,
    "setPartnerOfRecord": _SUBSCRIPTION,
    "removeRelationship": _RELATIONSHIP,
    "revokeDelegatedAdmin": _RELATIONSHIP,
    "issueLink": _LINK,
    "revokeLink": _LINK,
    "requestResellerLink": _RESELLER,
    "acceptResellerLink": _RESELLER,
    "endResellerLink": _RESELLER,
}
"""What is tried, and the ids in its path."""
BODIES: Final[Mapping[str, Any]] = {
    "register": sale_document(),
    "update": {"quantity": 3},
    "issueLink": {"delegatedAdmin": True},
    "setPartnerOfRecord": {"partnerOfRecord": "3001"},
}


def callers(tenant_id: str) -> dict[str, Any]:
    """A caller of the tenant in each of its roles; the first does what needs a right."""
    if tenant_id == OPERATOR:
        return {"operator": OPERATES}
    if tenant_id in PARTNERS:
        return {
            "Global admin": person(tenant_id),
            "Helpdesk agent": person(tenant_id, "HelpdeskAgent"),
            "application": machine(tenant_id),
        }
    return {"Global admin": owner(tenant_id)}


def probes(history: History, tenant_id: str) -> list[Step]:
    """A hundred requests, from the history's own random numbers."""
    random, first = history.random, len(history.steps) + 1
    found = [
        *_again(history, tenant_id),
        *(_read(random, history, tenant_id, each) for each in READS),
        *_lists(random, tenant_id),
        *_exports(tenant_id),
        *_tries(random, history, tenant_id),
        *_questions(random, tenant_id),
        *_visits(random, history, tenant_id),
    ]
    claims = list(callers(tenant_id).values())
    return [
        Step(
            number=first + n,
            at=history.now + timedelta(seconds=SECONDS * (n + 1)),
            by=tenant_id,
            claims=who or (claims[0] if random.random() < 0.7 else random.choice(claims)),
            method=method,
            path=path,
            body=body,
            headers={"accept": accept},
            **what,
        )
        for n, (who, method, path, body, accept, what) in enumerate(found)
    ]


type _Asked = tuple[Any, str, str, Any, str, dict[str, Any]]


def _again(history: History, tenant_id: str) -> Iterator[_Asked]:
    own = [each for each in history.steps if each.by == tenant_id and each.method != "GET"]
    for each in own[-AGAIN:]:
        what = {"customer": each.customer, "partners": each.partners, "thing": each.thing}
        yield each.claims, each.method, each.path, each.body, "*/*", what


def _read(random: Random, history: History, tenant_id: str, endpoint: Endpoint[Any, Any]) -> _Asked:
    path = endpoint.address(_ids(random, history, tenant_id))
    accept = random.choice(("*/*", "*/*", *endpoint.exports)) if endpoint.exports else "*/*"
    paged = issubclass(endpoint.query, PageQuery | FeedQuery)
    size = random.choice(SIZES) if paged else ""
    return None, "GET", f"{path}?{size}", None, accept, {}


def _lists(random: Random, tenant_id: str) -> Iterator[_Asked]:
    """The lists that hide most, in small pages, at every customer that is not the caller's own."""
    who = next(iter(callers(tenant_id).values()))
    for customer in CUSTOMERS:
        place = f"/api/customers/{customer}"
        for name in ("invitations", "subscriptions"):
            for size in (1, 2, 3):
                yield who, "GET", f"{place}/{name}?maxpagesize={size}", None, "*/*", {}
        yield who, "GET", f"{place}/relationships?{random.choice(SIZES)}", None, "*/*", {}
        yield who, "GET", f"{place}/subscriptions", None, CSV, {}


def _exports(tenant_id: str) -> Iterator[_Asked]:
    """What somebody may take away, in parts of two rows."""
    who = next(iter(callers(tenant_id).values()))
    own = {"partnerId": tenant_id, "customerId": tenant_id, "checkpointId": "{sweepId}"}
    for endpoint in READS:
        if endpoint.exports and own.keys() >= set(endpoint.parameters):
            address = endpoint.address(own)
            for kind in (CSV, JSON_LINES):
                yield who, "GET", f"{address}?maxpagesize=2", None, kind, {}


def _tries(random: Random, history: History, tenant_id: str) -> Iterator[_Asked]:
    for command, names in DRY_RUNS.items():
        ids = {
            name: each for name, each in _ids(random, history, tenant_id).items() if name in names
        }
        customer, name = ids.get("customerId"), names[-1]
        body: dict[str, Any] = dict(BODIES.get(command, {}))
        partners = {tenant_id}
        if command == "invite":
            body = {"delegatedAdmin": True, "country": random.choice(("US", "KR"))}
            named = random.choice([one for one in PARTNERS if one != tenant_id])
            if random.random() < 0.5:
                provider = tenant_id == PROVIDER
                body["indirectResellerId" if provider else "indirectProviderId"] = named
                partners.add(named)
        if names == _RESELLER:
            partners |= set(ids.values())
        asked = {"command": command, **ids, "body": body}
        thing = f"{customer}|{ids[name]}" if name == "invitationId" else ids[name]
        what = {"customer": customer, "partners": frozenset(partners), "thing": thing}
        yield None, "POST", "/api/policy/evaluations", asked, "*/*", what


def _questions(random: Random, tenant_id: str) -> Iterator[_Asked]:
    """Whether it may invite: every customer, of either country, and other partners beside it."""
    if tenant_id not in PARTNERS:
        return
    named = "indirectResellerId" if tenant_id == PROVIDER else "indirectProviderId"
    for customer in CUSTOMERS:
        beside = ({named: one} for one in (hidden_from(tenant_id), random.choice(PARTNERS)))
        for said in ({"country": "US"}, {"country": "KR"}, *beside):
            body = {"delegatedAdmin": True, **said}
            ids = {"customerId": customer, "invitationId": guid(5)}
            partners = frozenset({tenant_id, *said.values()} & {*PARTNERS})
            asked = {"command": "invite", **ids, "body": body}
            what = {"customer": customer, "partners": partners, "thing": f"{customer}|{guid(5)}"}
            yield None, "POST", "/api/policy/evaluations", asked, "*/*", what


def _visits(random: Random, history: History, tenant_id: str) -> Iterator[_Asked]:
    """Pages, as people see them."""
    who = next(iter(callers(tenant_id).values()))
    count = VISITS if tenant_id in CUSTOMERS else 1
    for page in random.sample(list(pages().values()), count):
        ids = {**_ids(random, history, tenant_id), "ignored": ""}
        yield who, VISIT, page.address(ids), None, "*/*", {}


def _ids(random: Random, history: History, tenant_id: str) -> dict[str, str]:
    """The caller's own where there is a choice and chance will have it, else anybody's."""
    invited, sold = _known(random, history.invitations), _known(random, history.sales)
    customer = tenant_id if tenant_id in CUSTOMERS else random.choice(CUSTOMERS)
    if random.random() < 0.5:
        customer = random.choice((invited[1], sold[1]))
    partner = tenant_id if tenant_id in PARTNERS else random.choice(PARTNERS)
    own_hook = next(
        (
            each.path.rpartition("/")[2]
            for each in history.steps
            if each.by == partner and each.kind == "own"
        ),
        guid(1),
    )
    link = next((made for one, made in history.links if one == partner), guid(2))
    return {
        **PATH_IDS,
        **dict.fromkeys(("sweepId", "checkpointId"), "{sweepId}"),
        "customerId": customer,
        "partnerId": partner if random.random() < 0.8 else random.choice(PARTNERS),
        "resellerId": random.choice(PARTNERS),
        "invitationId": invited[2],
        "subscriptionId": sold[2],
        "webhookId": own_hook,
        "linkId": link,
    }


def _known(random: Random, made: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    return random.choice(made) if made else (STRANGER, STRANGER, guid(4))
