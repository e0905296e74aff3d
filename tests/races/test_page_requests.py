"""What each page asks of storage: the rest of the table, counted where the requests leave."""

from uuid import uuid4

from shared.services.ports.queues import Announcement
from shared.services.queues.internal_messages import shard_of
from shared.storage.engine.clients import Clients
from tests.cast.bodies import SIGNER, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.pages.acting import SOLD
from tests.requests_of_pages import OPERATORS, PAGES
from tests.requests_table import Cost
from tests.running.app import LocalApp, admin, enrol, hire, user
from tests.running.counting import counting
from tests.running.made_up_time import timeless
from tests.running.visitors import SET_UP, pages

from .counted import waiting
from .page_reader import NOTHING, Reader, trial_of, tried

PROFILE = {"name": "Agency", "domain": "agency.example", "country": "US"}
AGREED = {f"customerAgreement.{name}": value for name, value in SIGNER.items()} | {"country": "US"}
SELLER = user(DIRECT, "GlobalAdmin")
PROVIDING, RESELLING = user(PROVIDER, "GlobalAdmin"), user(RESELLER, "GlobalAdmin")
OFFICE = "c5000000-0000-4000-8000-000000000055"


async def served(local: LocalApp) -> None:
    """A customer whose agreement stands, with a partner, a plan, and an invitation that waits."""
    await enrol(local, DIRECT, OTHER_DIRECT)
    await hire(local, OTHER_DIRECT, 3)
    plan = {"productType": "azurePlan", "billingType": "usage"}
    sold = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    made = await local.call("PUT", sold, user(OTHER_DIRECT, "SalesAgent"), sale_document(**plan))
    assert made.status == 201
    await invite(local, 1)


async def invite(local: LocalApp, number: int) -> None:
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(number)}"
    made = await local.call("PUT", path, SELLER, {"delegatedAdmin": True})
    assert made.status == 201


async def newcomer(local: LocalApp, reader: Reader) -> None:
    """Whom one partner invites and another offers something by a link."""
    path = f"/api/customers/{BUREAU}/invitations/{invitation_id(4)}"
    body = {"delegatedAdmin": True}
    assert (await local.call("PUT", path, SELLER, body)).status == 201
    await reader.reads("page_home", "of whom only an invitation knows")
    seller = user(OTHER_DIRECT, "GlobalAdmin")
    path = f"/api/partners/{OTHER_DIRECT}/invitation-links/{link_id(1)}"
    issued = {**body, "maxAcceptances": 2}
    assert (await local.call("PUT", path, seller, issued)).status == 201
    await reader.reads("page_offer")
    await reader.confirms("page_offer_accept", AGREED)


async def inviting(local: LocalApp, partner: Reader) -> None:
    """A partner's people, at their customers and at one that they invite."""
    await local.services.projection.follow(Announcement(AGENCY, "0" * 32, look=3))
    await partner.reads("page_customers")
    await partner.reads("page_customer")
    led = await partner.confirms("page_invite", {"country": "US"}, customerId=OFFICE)
    made = {"customerId": OFFICE, "invitationId": led.split("/")[4]}
    await partner.reads("page_invitation_email", **made)
    await partner.reads("page_invitation_eml", **made)
    await partner.reads("page_customer_invitations")
    await partner.confirms("page_invitation_cancel", **made)


async def selling(local: LocalApp, provider: Reader, reseller: Reader) -> None:
    """A provider and its reseller: linked, selling to the customer, and parting."""
    await enrol(local, PROVIDER, RESELLER)
    both = {"partnerId": PROVIDER, "resellerId": RESELLER}
    await provider.confirms("page_reseller_ask", {"resellerId": RESELLER})
    await reseller.confirms("page_reseller_accept", **both)
    await provider.reads("page_resellers")
    offered = {"delegatedAdmin": "true", "indirectResellerId": RESELLER}
    led = await provider.confirms("page_invitation_link_issue", offered)
    made = {"linkId": led.split("/")[2]}
    await provider.reads("page_invitation_links")
    await provider.reads("page_invitation_link_use", **made)
    await provider.confirms("page_invitation_link_revoke", **made)
    await hire(local, PROVIDER, 6, indirectResellerId=RESELLER)
    sold = {"subscriptionId": SOLD["subscriptionId"]}
    await provider.confirms("page_customer_register", SOLD)
    await provider.reads("page_customer_subscription", **sold)
    changes = {
        "update": {"quantity": "30"},
        "of_record": {"partnerOfRecord": MPN[RESELLER]},
        "suspend": NOTHING,
        "reactivate": NOTHING,
    }
    for name, typed in changes.items():
        await provider.confirms(f"page_customer_subscription_{name}", typed, **sold)
    await provider.reads("page_customer_remove", "with what stands in the way")
    await provider.confirms("page_customer_subscription_delete", **sold)
    await provider.confirms("page_customer_drop_privileges")
    await provider.confirms("page_customer_remove")
    await provider.confirms("page_reseller_end", **both)


async def sweep(local: LocalApp, clients: Clients) -> None:
    """Makes a checkpoint."""
    await local.services.projection.follow(Announcement(AGENCY, "0" * 32, look=3))
    await local.services.sweeping.sweeps.start(None)
    while texts := await waiting(clients, "sweep-shards"):
        for text in texts:
            await local.services.sweeping.shards.run(*shard_of(text))


async def story(local: LocalApp, reader: Reader, clients: Clients) -> None:
    await reader.reads("page_home")
    await reader.reads("page_invitation")
    await reader.confirms("page_invitation_decline")
    await invite(local, 2)
    await reader.confirms("page_invitation_accept", invitationId=invitation_id(2))
    await reader.reads("page_relationships")
    await reader.reads("page_relationship")
    await reader.confirms("page_partner_block")
    await reader.confirms("page_partner_unblock")
    await reader.confirms("page_relationship_revoke_delegated_admin")
    await reader.reads("page_subscriptions")
    await reader.reads("page_subscription")
    await reader.confirms("page_subscription_dispute")
    await sweep(local, clients)
    made = await local.call("GET", "/api/checkpoints", admin(AGENCY))
    for name in pages():
        if name.startswith("page_activity"):
            await reader.reads(name, checkpointId=made.body["value"][0]["id"])
    # Late: with what asks for an end, its reason is read.
    await reader.confirms("page_relationship_request_end")
    await reader.reads("page_organization")
    await reader.confirms("page_organization_profile", PROFILE)
    await reader.confirms("page_organization_erasure")


async def test_every_page_sends_these_requests_and_no_more(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    async with counting(clients) as calls:
        local = LocalApp(SET_UP, ports=timeless(clients))
        await served(local)
        counted: dict[str, Cost] = {}
        await newcomer(local, Reader(local, calls, counted, admin(BUREAU)))
        await inviting(local, Reader(local, calls, counted, SELLER))
        await story(local, Reader(local, calls, counted), clients)
        selves = (Reader(local, calls, counted, each) for each in (PROVIDING, RESELLING))
        await selling(local, *selves)
    await clients.close()
    assert counted == {name: row.cost for name, row in PAGES.items() if name not in OPERATORS}


def test_every_page_is_there():
    assert {name.partition(":")[0] for name in PAGES} == pages().keys()
    forms = {f"{name}: confirmed" for name, page in pages().items() if page.form}
    assert forms == {name for name in PAGES if name.endswith(": confirmed")}
    trials = {f"{name}: {trial_of(name)}" for name in tried()}
    assert trials == {name for name in PAGES if name.endswith(("reviewed", "previewed"))}
