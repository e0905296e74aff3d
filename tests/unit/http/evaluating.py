"""Commands to try out: the state in which each succeeds, and everybody who might ask."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from shared.auth.principal import GUEST
from shared.wording import Locale
from tests.cast.bodies import ACCEPTANCE, customer_document, partner_document, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    guid,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.running.app import (
    GLOBAL_ADMINISTRATOR,
    OPERATOR_CLAIMS,
    Answer,
    LocalApp,
    admin,
    application,
    hire,
    user,
)

EVALUATIONS = "/api/policy/evaluations"
CUSTOMER = f"/api/customers/{AGENCY}"
INVITATION = f"{CUSTOMER}/invitations/{invitation_id()}"
ISSUED = f"/api/partners/{DIRECT}/invitation-links/{link_id()}"
ACCEPT_LINK = f"/api/invitation-links/{DIRECT}/{link_id()}/accept"
RESELLERS = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
NEWCOMER = guid(77)
ENROLLED = f"/api/partners/{NEWCOMER}"
RELATIONSHIP = f"{CUSTOMER}/relationships/{DIRECT}"
SUBSCRIPTION = f"{CUSTOMER}/subscriptions/{subscription_id()}"
SELLER, PROVIDING = user(DIRECT, "GlobalAdmin"), user(PROVIDER, "GlobalAdmin")
RESELLING = user(RESELLER, "GlobalAdmin")


async def nothing(_: LocalApp) -> None:
    pass


async def invited(local: LocalApp) -> None:
    answer = await local.call("PUT", INVITATION, SELLER, {"delegatedAdmin": True})
    assert answer.status == 201


async def offered(local: LocalApp) -> None:
    answer = await local.call("PUT", ISSUED, SELLER, {"delegatedAdmin": True})
    assert answer.status == 201


async def revoked(local: LocalApp) -> None:
    await offered(local)
    assert (await local.call("POST", f"{ISSUED}/revoke", SELLER)).status == 200


async def waiting(local: LocalApp) -> None:
    path = f"{CUSTOMER}/invitations/{invitation_id(2)}"
    assert (await local.call("PUT", path, SELLER, {"delegatedAdmin": True})).status == 201


async def hired(local: LocalApp) -> None:
    await hire(local, DIRECT, 1)


async def sold(local: LocalApp) -> None:
    await hired(local)
    assert (await local.call("PUT", SUBSCRIPTION, SELLER, sale_document())).status == 201


async def paused(local: LocalApp) -> None:
    await sold(local)
    assert (await local.call("POST", f"{SUBSCRIPTION}/suspend", SELLER)).status == 200


async def offered_otherwise(local: LocalApp) -> None:
    other = {"delegatedAdmin": True, "maxAcceptances": 2}
    assert (await local.call("PUT", ISSUED, SELLER, other)).status == 201


async def suspended(local: LocalApp) -> None:
    path = f"/api/partners/{PROVIDER}/suspend"
    assert (await local.call("POST", path, OPERATOR_CLAIMS)).status == 200


async def customer_itself(local: LocalApp) -> None:
    """The newcomer stated that it is a customer (ELG-3)."""
    path = f"/api/customers/{NEWCOMER}"
    assert (await local.call("PUT", path, admin(NEWCOMER), customer_document())).status == 201


async def asked_to_link(local: LocalApp) -> None:
    assert (await local.call("PUT", RESELLERS, PROVIDING)).status == 201


async def unlinked(local: LocalApp) -> None:
    await asked_to_link(local)
    assert (await local.call("DELETE", RESELLERS, PROVIDING)).status == 204


async def sold_by_provider(local: LocalApp) -> None:
    await asked_to_link(local)
    assert (await local.call("POST", f"{RESELLERS}/accept", RESELLING)).status == 200
    await hire(local, PROVIDER, 1, indirectResellerId=RESELLER)
    assert (await local.call("PUT", SUBSCRIPTION, PROVIDING, sale_document())).status == 201


class Case(NamedTuple):
    """A command, the state in which `caller` may do it, and a state in which nobody may."""

    command: str
    method: str
    path: str
    caller: dict[str, Any]
    given: Callable[[LocalApp], Awaitable[None]]
    body: Mapping[str, Any] = MappingProxyType({})
    otherwise: Callable[[LocalApp], Awaitable[None]] = nothing

    @property
    def ids(self) -> dict[str, str]:
        if self.path == ENROLLED:
            return {"partnerId": NEWCOMER}
        if "/invitation-links/" in self.path:
            return {"partnerId": DIRECT, "linkId": link_id()}
        if "/resellers/" in self.path:
            return {"partnerId": PROVIDER, "resellerId": RESELLER}
        ids = {"customerId": AGENCY}
        if "/invitations/" in self.path:
            ids["invitationId"] = invitation_id()
        if "/relationships/" in self.path:
            ids["partnerId"] = DIRECT
        if "/subscriptions/" in self.path:
            ids["subscriptionId"] = subscription_id()
        return ids


CASES = [
    Case("invite", "PUT", INVITATION, SELLER, nothing, {"delegatedAdmin": True}, waiting),
    Case("accept", "POST", f"{INVITATION}/accept", admin(AGENCY), invited, ACCEPTANCE),
    Case("acceptLink", "POST", ACCEPT_LINK, admin(AGENCY), offered, ACCEPTANCE, revoked),
    Case("decline", "POST", f"{INVITATION}/decline", admin(AGENCY), invited, {"block": True}),
    Case("cancel", "POST", f"{INVITATION}/cancel", SELLER, invited, {}, hired),
    Case("register", "PUT", SUBSCRIPTION, SELLER, hired, sale_document()),
    Case("update", "PATCH", SUBSCRIPTION, SELLER, sold, {"quantity": 30}, hired),
    Case("suspend", "POST", f"{SUBSCRIPTION}/suspend", SELLER, sold),
    Case("reactivate", "POST", f"{SUBSCRIPTION}/reactivate", SELLER, paused),
    Case("delete", "POST", f"{SUBSCRIPTION}/delete", SELLER, sold),
    Case(
        "setPartnerOfRecord",
        "POST",
        f"{SUBSCRIPTION}/set-partner-of-record",
        PROVIDING,
        sold_by_provider,
        {"partnerOfRecord": MPN[RESELLER]},
        sold,
    ),
    Case("removeRelationship", "POST", f"{RELATIONSHIP}/remove", SELLER, hired, {}, sold),
    Case(
        "revokeDelegatedAdmin",
        "POST",
        f"{RELATIONSHIP}/revoke-delegated-admin",
        admin(AGENCY),
        hired,
    ),
    Case("issueLink", "PUT", ISSUED, SELLER, nothing, {"delegatedAdmin": True}, offered_otherwise),
    Case("revokeLink", "POST", f"{ISSUED}/revoke", SELLER, offered),
    Case("requestResellerLink", "PUT", RESELLERS, PROVIDING, nothing, {}, suspended),
    Case(
        "acceptResellerLink", "POST", f"{RESELLERS}/accept", RESELLING, asked_to_link, {}, unlinked
    ),
    Case("endResellerLink", "DELETE", RESELLERS, PROVIDING, asked_to_link),
    Case(
        "enrolPartner",
        "PUT",
        ENROLLED,
        OPERATOR_CLAIMS,
        nothing,
        partner_document(NEWCOMER),
        customer_itself,
    ),
]


def without(claims: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in names}


CALLERS: dict[str, dict[str, Any] | None] = {
    "no token": None,
    "another partner": user(OTHER_DIRECT, "GlobalAdmin"),
    "no partner": user(STRANGER, "GlobalAdmin"),
    "helpdesk": user(DIRECT, "HelpdeskAgent"),
    "no role": user(DIRECT),
    "another customer": admin(BUREAU),
    "a guest": user(AGENCY, wids=[GLOBAL_ADMINISTRATOR, GUEST]),
    "no directory roles": without(user(AGENCY), "wids"),
    "operator": OPERATOR_CLAIMS,
    "application": application(),
    "customer": admin(AGENCY),
    "reseller": RESELLING,
    "provider": PROVIDING,
    "seller": SELLER,
}
"""Those who might succeed, and so change what there is, come last."""


async def dry_run(
    local: LocalApp, case: Case, caller: Any, body: Any = None, locale: Locale = "en"
) -> Answer:
    """Writes nothing, whatever comes out."""
    document = {
        "command": case.command,
        **case.ids,
        "body": dict(case.body) if body is None else body,
    }
    before = stored(local)
    answer = await local.call("POST", EVALUATIONS, caller, document, {"accept-language": locale})
    assert stored(local) == before
    return answer


async def really(
    local: LocalApp, case: Case, caller: Any, body: Any = None, locale: Locale = "en"
) -> Answer:
    sent = dict(case.body) if body is None else body
    headers = {"if-match": "*"} if case.method == "PATCH" else {}
    headers["accept-language"] = locale
    return await local.call(case.method, case.path, caller, sent, headers)


def stored(local: LocalApp) -> str:
    tables = {name: table._partitions for name, table in local.memory.tables.items()}
    return repr((tables, local.memory.queues.messages))


def assert_same(dry: Answer, real: Answer) -> None:
    if dry.status != 200:
        assert dry.code == real.code
        assert dry.status < 500
    elif dry.body["allowed"]:
        assert dry.body["refusals"] == []
        assert real.status in {200, 201, 204}
    else:
        assert real.code == (409, "PolicyRefused")
        assert dry.body["refusals"] == real.body["error"]["details"]


async def agree(local: LocalApp, case: Case, caller: Any, body: Any = None) -> Answer:
    """The dry run, when the command then came to the same."""
    dry = await dry_run(local, case, caller, body, "ko")
    assert_same(dry, await really(local, case, caller, body, "ko"))
    return dry
