"""What each endpoint and each queue's message asks of storage: the rest of the table, counted.

One story in one instance, whose partner profiles are cached from their first use on.
"""

from uuid import uuid4

from shared.services.ports.webhooks import Wake, WebhookKey
from shared.services.queues.internal_messages import wake_text
from shared.services.queues.messages import Delivery
from shared.storage.engine.clients import Clients
from tests.cast.bodies import partner_document, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    PROVIDER,
    RESELLER,
    STRANGER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.requests_of_endpoints import ENDPOINTS, MESSAGES
from tests.running.app import OPERATOR_CLAIMS, admin, endpoints
from tests.running.counting import counting

from .callers import (
    ACCEPTANCE,
    CSV,
    CUSTOMER,
    HERE,
    HOOK,
    HOOK_ID,
    OWN,
    PROVIDING,
    RESELLING,
    SELLER,
    invitation,
    sale,
)
from .counted import Counted
from .queued import handed_in, messages, sweep


async def partners(app: Counted) -> None:
    await app.ask("PUT", OWN, OPERATOR_CLAIMS, partner_document(DIRECT))
    for each in (PROVIDER, RESELLER):
        path = f"/api/partners/{each}"
        assert (
            await app.local.call("PUT", path, OPERATOR_CLAIMS, partner_document(each))
        ).status == 201
    link = f"/api/partners/{PROVIDER}/resellers/{RESELLER}"
    await app.ask("GET", "/api/me", SELLER)
    await app.ask("GET", "/api/partners", OPERATOR_CLAIMS)
    await app.ask("GET", "/api/partners", SELLER, case="of a partner, itself")
    await app.ask("GET", OWN, SELLER)
    await app.ask("PUT", link, PROVIDING)
    await app.ask("POST", f"{link}/accept", RESELLING)
    await app.ask("GET", link, RESELLING)
    asked = {"command": "endResellerLink", "partnerId": PROVIDER, "resellerId": RESELLER}
    await app.ask("POST", "/api/policy/evaluations", PROVIDING, asked, "of ending a reseller link")
    await app.follow(PROVIDER)
    await app.ask("GET", f"/api/partners/{PROVIDER}/resellers", PROVIDING)
    await app.ask("GET", f"/api/partners/{RESELLER}/resellers", RESELLING, case="of a reseller")


async def invitations(app: Counted) -> None:
    asked = {"delegatedAdmin": True, "contact": {"email": "a@b.example"}}
    await app.ask("PUT", invitation(1), SELLER, asked)
    await app.ask("GET", invitation(1), CUSTOMER)
    await app.ask("GET", invitation(1, "/impact"), CUSTOMER)
    await app.ask("GET", invitation(1, "/email"), SELLER)
    evaluation = {"command": "accept", "customerId": AGENCY, "invitationId": invitation_id(1)}
    evaluation["body"] = ACCEPTANCE
    await app.ask("POST", "/api/policy/evaluations", CUSTOMER, evaluation, "of accepting")
    declining = {**evaluation, "command": "decline", "body": {}}
    await app.ask("POST", "/api/policy/evaluations", CUSTOMER, declining, "of declining")
    waiting = f"{HERE}/invitations?status=pending&maxpagesize=1"
    await app.ask("GET", waiting, CUSTOMER, case="one that waits")
    await app.ask("POST", invitation(1, "/accept"), CUSTOMER, ACCEPTANCE)
    named = {"delegatedAdmin": True, "indirectResellerId": RESELLER}
    await app.ask("PUT", invitation(2), PROVIDING, named, "naming a reseller")
    await app.ask("POST", invitation(2, "/decline"), CUSTOMER, {})
    assert (await app.local.call("PUT", invitation(3), PROVIDING, named)).status == 201
    await app.ask("POST", invitation(3, "/cancel"), PROVIDING)
    assert (await app.local.call("PUT", invitation(4), PROVIDING, named)).status == 201
    accepted = await app.local.call("POST", invitation(4, "/accept"), CUSTOMER, ACCEPTANCE)
    assert accepted.status == 200
    await app.ask("GET", f"{HERE}/invitations", CUSTOMER)
    await app.ask("GET", f"{HERE}/invitations", SELLER, case="of a partner")


async def links(app: Counted) -> None:
    lists = f"{OWN}/invitation-links"
    path = f"{lists}/{link_id(1)}"
    await app.ask("PUT", path, SELLER, {"delegatedAdmin": True, "maxAcceptances": 2})
    await app.ask("GET", path, SELLER)
    await app.ask("GET", lists, SELLER)
    accept = f"/api/invitation-links/{DIRECT}/{link_id(1)}/accept"
    offer = f"/api/invitation-links/{DIRECT}/{link_id(1)}"
    await app.ask("GET", offer, admin(BUREAU))
    await app.ask("GET", f"{offer}/impact", admin(BUREAU))
    evaluation = {"command": "acceptLink", "partnerId": DIRECT, "linkId": link_id(1)}
    evaluation["body"] = ACCEPTANCE
    tried = "of accepting by link"
    await app.ask("POST", "/api/policy/evaluations", admin(BUREAU), evaluation, tried)
    await app.ask("POST", accept, admin(BUREAU), ACCEPTANCE)
    await app.ask("POST", f"{path}/revoke", SELLER)


async def subscriptions(app: Counted) -> None:
    await app.ask("PUT", sale(1), SELLER, sale_document())
    for number in (2, 3):
        made = await app.local.call("PUT", sale(number), SELLER, sale_document())
        assert made.status == 201
    await app.ask("PUT", sale(4), PROVIDING, sale_document(), "in two tiers")
    asked = {"command": "suspend", "customerId": AGENCY, "subscriptionId": subscription_id(1)}
    await app.ask("POST", "/api/policy/evaluations", SELLER, {**asked, "body": {}}, "of suspending")
    removal = {"command": "removeRelationship", "customerId": AGENCY, "partnerId": DIRECT}
    tried = "of removing what blocks"
    await app.ask("POST", "/api/policy/evaluations", SELLER, removal, tried)
    await app.ask("GET", sale(1), SELLER)
    await app.ask("PATCH", sale(1), SELLER, {"quantity": 30}, if_match="*")
    await app.ask("POST", sale(1, "/suspend"), SELLER)
    await app.ask("POST", sale(1, "/reactivate"), SELLER)
    await app.ask("POST", sale(1, "/delete"), SELLER)
    of_record = {"partnerOfRecord": MPN[RESELLER]}
    await app.ask("POST", sale(4, "/set-partner-of-record"), PROVIDING, of_record)
    await app.ask("POST", sale(3, "/dispute"), CUSTOMER)
    await app.ask("GET", f"/api/disputes/{AGENCY}/{subscription_id(3)}", OPERATOR_CLAIMS)
    await app.ask("POST", sale(3, "/annul"), OPERATOR_CLAIMS)
    await app.follow(AGENCY, "projections: a customer's first entries, rows and feeds")
    made = await app.local.call("PUT", sale(5), SELLER, sale_document())
    assert made.status == 201
    await app.follow(AGENCY, "projections: one command, one row, one feed")
    await app.ask("GET", "/api/disputes", OPERATOR_CLAIMS)
    await app.follow(AGENCY, "projections: nothing new")


async def reads(app: Counted) -> None:
    for name in ("subscriptions", "relationships", "ledger", "events", "access"):
        await app.ask("GET", f"{HERE}/{name}", CUSTOMER)
    await app.ask("GET", f"{HERE}/subscriptions", SELLER, case="of a partner")
    await app.ask("GET", f"{HERE}/subscriptions", CUSTOMER, case="as CSV", **CSV)
    await app.ask("GET", f"{HERE}/ledger", CUSTOMER, case="as CSV", **CSV)
    newest = f"{HERE}/ledger?order=desc&maxpagesize=1"
    await app.ask("GET", newest, CUSTOMER, case="newest first")
    await app.ask("GET", f"{HERE}/ledger?partnerId={DIRECT}", CUSTOMER, case="about a partner")
    await app.ask("GET", f"{HERE}/ledger/entries/1", CUSTOMER)
    begun = await app.ask("GET", f"{HERE}/ledger/verification?maxpagesize=1", CUSTOMER)
    going_on = begun.body["nextLink"].removeprefix(app.local.services.settings.public_base_url)
    await app.ask("GET", going_on, CUSTOMER, case="going on")
    await app.ask("GET", f"{HERE}/relationships/{DIRECT}", CUSTOMER)
    for name in ("customers", "invitations", "subscriptions"):
        await app.ask("GET", f"{OWN}/{name}", SELLER)
        path = f"{OWN}/{name}?customerId={AGENCY}" if name != "customers" else f"{OWN}/{name}"
        if name != "customers":
            await app.ask("GET", path, SELLER, case="of one customer")
        await app.ask("GET", f"{OWN}/{name}?maxpagesize=1", SELLER, case="a page of one")
        await app.ask("GET", f"{OWN}/{name}", SELLER, case="as CSV", **CSV)
    await app.ask("GET", f"{OWN}/customers?order=newest", SELLER, case="newest first")
    await app.ask("GET", f"{OWN}/customers/{AGENCY}", SELLER)
    app.local.clock.pass_by(seconds=20)
    await app.ask("GET", f"{OWN}/events", SELLER)
    await app.ask("GET", "/api/policy/rules", SELLER)
    for path in ("/api/openapi.json", "/api/health/live", "/api/health/ready"):
        await app.ask("GET", path)
    await app.ask("GET", "/api/health/versions", OPERATOR_CLAIMS)


async def endings(app: Counted) -> None:
    await app.ask("PUT", HERE, CUSTOMER, {"name": "A", "domain": "a.example", "country": "US"},
                  if_match="*")  # fmt: skip
    await app.ask("GET", HERE, CUSTOMER)
    block = f"{HERE}/blocked-partners/{STRANGER}"
    await app.ask("PUT", block, CUSTOMER)
    await app.ask("GET", block, CUSTOMER)
    await app.ask("GET", f"{HERE}/blocked-partners", CUSTOMER)
    await app.ask("DELETE", block, CUSTOMER)
    relationship = f"{HERE}/relationships/{PROVIDER}"
    await app.ask("POST", f"{relationship}/revoke-delegated-admin", CUSTOMER)
    await app.ask("POST", f"{relationship}/request-end", CUSTOMER)
    assert (await app.local.call("POST", sale(4, "/delete"), PROVIDING)).status == 200
    await app.ask("POST", f"{relationship}/remove", PROVIDING)
    erased = {"invitationId": invitation_id(1)}
    await app.ask("POST", f"{HERE}/personal-data/erase", CUSTOMER, erased)
    await app.ask("DELETE", f"/api/partners/{PROVIDER}/resellers/{RESELLER}", PROVIDING)
    await app.ask("POST", f"/api/partners/{PROVIDER}/suspend", OPERATOR_CLAIMS)
    await app.ask("POST", f"/api/partners/{PROVIDER}/resume", OPERATOR_CLAIMS)


async def webhooks(app: Counted) -> None:
    await app.ask("PUT", HOOK, SELLER, {"url": "https://hooks.example/in"})
    await app.ask("GET", HOOK, SELLER)
    await app.ask("GET", f"{OWN}/webhooks", SELLER)
    await app.ask("POST", f"{HOOK}/test", SELLER)
    await app.ask("POST", f"{HOOK}/rotate-secret", SELLER)
    await app.follow(AGENCY)
    app.local.clock.pass_by(seconds=5)
    assert (await app.local.call("PUT", sale(7), SELLER, sale_document())).status == 201
    await app.follow(AGENCY, "projections: one command, one row, one feed, one webhook")
    app.local.clock.pass_by(seconds=20)
    deliver = Delivery("q", wake_text(Wake(WebhookKey(DIRECT, HOOK_ID))), 1)
    for name in ("one event", "nothing new"):
        await app.take(
            f"webhook-deliveries: {name}",
            lambda: app.local.services.inbox.take("webhook-deliveries", deliver),
        )
    await app.ask("DELETE", HOOK, SELLER)


async def accepted_as_shown(app: Counted) -> None:
    issued = f"/api/partners/{RESELLER}/invitation-links/{link_id(2)}"
    made = await app.local.call("PUT", issued, RESELLING, {"delegatedAdmin": True})
    assert made.status == 201
    offer = f"/api/invitation-links/{RESELLER}/{link_id(2)}"
    shown = (await app.local.call("GET", offer, admin(BUREAU))).body["etag"]
    await app.ask(
        "POST", f"{offer}/accept", admin(BUREAU), ACCEPTANCE, "what was shown", if_match=shown
    )


STORY = (
    partners,
    invitations,
    links,
    subscriptions,
    reads,
    endings,
    webhooks,
    messages,
    handed_in,
    sweep,
    accepted_as_shown,
)


async def test_every_endpoint_and_message_sends_these_requests_and_no_more(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    async with counting(clients) as calls:
        app = Counted(clients, calls)
        for part in STORY:
            await part(app)
    await clients.close()
    assert app.endpoints == {name: row.cost for name, row in ENDPOINTS.items()}
    assert app.messages == {name: row.cost for name, row in MESSAGES.items()}


def test_every_endpoint_is_there():
    assert {name.partition(":")[0] for name in ENDPOINTS} == endpoints().keys()
