"""What happened before somebody asks: a customer, its partners, and one of everything between them.

The partner whose roles are told apart is an indirect provider, which sells through a reseller.
"""

from typing import Any, Final

from shared.auth.claims import DELEGATED_PARTNER
from shared.auth.principal import GLOBAL_READER, GUEST
from shared.services.ports.queues import queue_of
from shared.services.queues.messages import Delivery
from tests.cast.bodies import ACCEPTANCE, partner_document, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    subscription_id,
)
from tests.cast.messages import encoded, event
from tests.running.app import (
    GLOBAL_ADMINISTRATOR,
    OPERATOR_CLAIMS,
    SETTINGS,
    Answer,
    LocalApp,
    admin,
    application,
    user,
)
from tests.running.sweeps import run_sweep

PAUSED: Final = "d3000000-0000-4000-8000-000000000006"
BLOCKED: Final = "f2000000-0000-4000-8000-000000000022"
MEMBER: Final = user(AGENCY)
APPLICATION: Final = application(PROVIDER)
CALLERS: Final[dict[str, dict[str, Any] | None]] = {
    "G": user(PROVIDER, "GlobalAdmin"),
    "U": user(PROVIDER, "UserManagementAdmin"),
    "S": user(PROVIDER, "SalesAgent"),
    "A": user(PROVIDER, "AdminAgent"),
    "H": user(PROVIDER, "HelpdeskAgent"),
    "L": APPLICATION,
    "R": user(RESELLER, "GlobalAdmin"),
    "X": user(DIRECT, "GlobalAdmin"),
    "Y": user(OTHER_DIRECT, "GlobalAdmin"),
    "Z": user(PAUSED, "GlobalAdmin"),
    "C": admin(AGENCY),
    "D": user(AGENCY, wids=[GLOBAL_READER]),
    "M": MEMBER,
    "m": MEMBER,
    "g": user(AGENCY, wids=[GLOBAL_ADMINISTRATOR, GUEST], acct=1),
    "p": user(AGENCY, wids=[GLOBAL_ADMINISTRATOR, DELEGATED_PARTNER]),
    "O": OPERATOR_CLAIMS,
    "F": user(STRANGER, "PlatformOperator"),
    "E": user(STRANGER, "GlobalAdmin"),
    "T": admin(STRANGER),
    "n": None,
}

CUSTOMER: Final = f"/api/customers/{AGENCY}"
LINK: Final = f"/api/partners/{PROVIDER}/invitation-links/{invitation_id(9)}"
RESELLERS: Final = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
WEBHOOK: Final = f"/api/partners/{PROVIDER}/webhooks/{invitation_id(8)}"
PIPELINE: Final = "/api/pipelines/erp"

DAP: Final = {"delegatedAdmin": True}
INVITING: Final = {"delegatedAdmin": True, "indirectResellerId": RESELLER}
RECEIVER: Final = {"url": "https://hooks.partner.example/csp", "types": []}
SOURCE: Final = {"source": "/erp", "partnerIds": [PROVIDER], "types": ["customer-profile"]}

TRIED: Final = {"command": "cancel", "customerId": AGENCY, "invitationId": invitation_id(5)}

HANDED_IN: Final = [
    event(
        "subscription-status",
        {
            "actingPartnerId": PROVIDER,
            "customerId": AGENCY,
            "subscriptionId": subscription_id(2),
            "status": "active",
        },
    )
]


async def told(*, others: bool = True) -> LocalApp:
    """The app in which all of it happened, or that without the customer's `others` partners."""
    local = LocalApp()
    for number, partner_id in enumerate((PROVIDER, RESELLER, DIRECT, OTHER_DIRECT, PAUSED)):
        mpn_id = MPN.get(partner_id, "1003")
        body = partner_document(partner_id, name=f"Partner {number}", mpnId=mpn_id)
        await _done(local, "PUT", f"/api/partners/{partner_id}", "O", body)
    await _done(local, "PUT", RESELLERS, "G")
    await _done(local, "POST", f"{RESELLERS}/accept", "R")
    await _relationships(local, others=others)
    await _done(local, "PUT", LINK, "G", INVITING)
    if others:
        await _done(local, "PUT", f"{CUSTOMER}/blocked-partners/{BLOCKED}", "C")
        disputed = f"{CUSTOMER}/subscriptions/{subscription_id(3)}"
        await _done(local, "POST", f"{disputed}/dispute", "C")
    await _done(local, "PUT", WEBHOOK, "G", RECEIVER)
    await _operations(local)
    await _done(local, "POST", f"/api/partners/{PAUSED}/suspend", "O")
    await local.follow()
    local.clock.pass_by(seconds=SETTINGS.feed_hold_seconds + 1)
    return local


async def _relationships(local: LocalApp, *, others: bool) -> None:
    """Each partner of the customer has sold something to it; the provider invites it once more."""
    of_record = sale_document(partnerOfRecord=MPN[RESELLER])
    await _hired(local, "G", 1, INVITING, {1: of_record, 2: sale_document()})
    if others:
        await _hired(local, "X", 2, DAP, {3: sale_document()})
        await _hired(local, "Z", 3, DAP, {4: sale_document()})
    waiting = f"{CUSTOMER}/invitations/{invitation_id(5)}"
    await _done(local, "PUT", waiting, "G", INVITING)
    elsewhere = f"/api/customers/{BUREAU}/invitations/{invitation_id(6)}"
    await _done(local, "PUT", elsewhere, "Y", DAP)


async def _hired(
    local: LocalApp, who: str, number: int, inviting: Any, sales: dict[int, Any]
) -> None:
    invitation = f"{CUSTOMER}/invitations/{invitation_id(number)}"
    await _done(local, "PUT", invitation, who, inviting)
    await _done(local, "POST", f"{invitation}/accept", "C", ACCEPTANCE)
    for sale, body in sales.items():
        await _done(local, "PUT", f"{CUSTOMER}/subscriptions/{subscription_id(sale)}", who, body)


async def _operations(local: LocalApp) -> None:
    """A pipeline's message dies because nobody has registered the pipeline; then a sweep."""
    said = {"customerId": BUREAU, "name": "Bureau", "domain": "bureau.example", "country": "US"}
    for number in ("1", "2"):
        text = encoded(event("customer-profile", said, source="/erp", id=number))
        await local.services.inbox.take("onboarding", Delivery(number, text, 1))
        if number == "1":
            await _done(local, "PUT", PIPELINE, "O", SOURCE)
    await _done(local, "POST", "/api/onboarding", "L", HANDED_IN)
    for message in local.memory.queues.take(queue_of(PROVIDER)):
        await local.services.inbox.take(queue_of(PROVIDER), Delivery(message.id, message.text, 1))
    await run_sweep(local.services, local.memory.queues)


async def ids_given(local: LocalApp) -> dict[str, str]:
    """The ids that the system itself gave, as parameters of paths."""
    names = {"sweepId": "sweeps", "checkpointId": "checkpoints", "deadLetterId": "dead-letters"}
    names["findingId"] = "findings"
    return {
        name: found[0]["id"]
        for name, place in names.items()
        if (found := (await local.call("GET", f"/api/{place}", OPERATOR_CLAIMS)).body["value"])
    }


async def _done(local: LocalApp, method: str, path: str, who: str, body: Any = None) -> Answer:
    answer = await local.call(method, path, CALLERS[who], body)
    assert answer.status in {200, 201, 202}, (path, answer)
    return answer
