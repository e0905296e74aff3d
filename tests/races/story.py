"""Every command that there is, as one story: asked in this order in one instance."""

from typing import NamedTuple

from shared.deciding.commands import Command
from shared.deciding.ending import RecordLapse
from shared.deciding.inviting import Invite, RecordExpiry
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.deciding.registering import RegisterSubscriptions
from shared.model.base import SYSTEM
from shared.services.commands.loading import Message
from tests.cast.commands import (
    accept,
    accept_link,
    annul,
    block,
    cancel,
    decline,
    dispute,
    enrol,
    erase,
    imported,
    invite,
    issue,
    profile,
    register,
    remove,
    request_end,
    resume,
    revoke,
    revoke_link,
    set_partner_of_record,
    set_status,
    suspend,
    update,
)
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    actor,
    customer_id,
    invitation_id,
)
from tests.properties.world import NEWCOMER

DONE, REFUSED = "Done", "PolicyRefused"


class Case(NamedTuple):
    """One row of the table. `reply` is how the answer begins; `days` go by before."""

    name: str
    command: Command
    reply: str = DONE
    message: Message | None = None
    days: int = 0


LINK = (PROVIDER, RESELLER)
MESSAGE = Message("/pipelines/one", "m-1", "/subscriptions/20", new=True)
BATCH = range(101, 151)
BY_LINK, USED_UP, LAPSING, LATE, IMPORTED = (customer_id(number) for number in range(1, 6))
UNTIL = {"delegatedAdminUntil": "2026-12-01T00:00:00Z"}


def two_tier(number: int, customer: str) -> Invite:
    return invite(PROVIDER, number, customer, indirectResellerId=RESELLER)


def sold_through_reseller(customer: str, *numbers: int) -> RegisterSubscriptions:
    return register(
        *numbers, customer_id=customer, partner_id=PROVIDER, partnerOfRecord=MPN[RESELLER]
    )


# fmt: off
STORY = [
    # A partner's claims: its MPN id, its own tenant, each affiliate.
    Case("enrol a partner", enrol(DIRECT)),
    Case("enrol a second", enrol(OTHER_DIRECT)),
    Case("enrol a provider", enrol(PROVIDER)),
    Case("enrol a reseller", enrol(RESELLER)),
    Case("replace a partner", enrol(RESELLER, name="New")),
    Case("replace a partner, one affiliate more",
         enrol(RESELLER, name="New", affiliatedTenantIds=[STRANGER])),
    Case("replay of an enrolment", enrol(DIRECT)),
    Case("ask for a link, reseller's profile not cached",
         RequestResellerLink(actor(PROVIDER), *LINK)),
    Case("accept a link", AcceptResellerLink(actor(RESELLER), *LINK)),
    Case("set a profile", profile(BUREAU)),

    Case("invite, own profile not cached", invite()),
    Case("invite", invite(number=2, customer_id=BUREAU)),
    Case("replay of an invitation, compared by its digest",
         invite()),
    Case("invite naming a reseller, own profile not cached",
         two_tier(3, AGENCY)),
    Case("invite naming a reseller", two_tier(4, BUREAU)),
    Case("accept", accept(1)),
    Case("accept what names a reseller", accept(3)),
    Case("replay of an acceptance, profile cached", accept(1)),
    Case("decline", decline(2, BUREAU)),
    Case("decline with a reason, kept beside the contact",
         decline(4, BUREAU, reason="No")),
    Case("invite again", invite(number=5, customer_id=BUREAU)),
    Case("refusal, of a second one pending; profile read fresh",
         invite(number=6, customer_id=BUREAU), REFUSED),
    Case("cancel", cancel(5, BUREAU)),
    Case("refusal, of accepting what was canceled; profile read fresh",
         accept(5, BUREAU), REFUSED),
    Case("refusal, of canceling what was accepted; profile read fresh",
         cancel(1), REFUSED),
    Case("not found; profile read fresh", cancel(99), "NotFound"),
    Case("invite for the last time", invite(number=7, customer_id=BUREAU)),
    Case("accept at the second customer", accept(7, BUREAU)),

    Case("register", register(1)),
    Case("register, nothing named by a provider", register(30, partner_id=PROVIDER)),
    Case("register with a partner of record",
         sold_through_reseller(AGENCY, 2)),
    Case("batch of two with one partner of record",
         sold_through_reseller(AGENCY, 3, 4)),
    Case("batch of 50", register(*BATCH)),
    Case("replay of a registration", register(1)),
    Case("refusal, id held by another tenant: who holds it is read",
         register(1, customer_id=BUREAU), REFUSED),
    Case("refusal, other content; profile read fresh",
         register(1, quantity=1), REFUSED),
    Case("register by a queue message, which is remembered",
         register(20), DONE, MESSAGE),
    Case("the same message again", register(20), DONE, MESSAGE),

    Case("invite a newcomer", invite(number=1, customer_id=NEWCOMER)),
    Case("invite it by another, own profile not cached",
         invite(OTHER_DIRECT, 2, NEWCOMER)),
    Case("enrol a tenant with two invitations",
         enrol(NEWCOMER, mpnId="77")),
    Case("refusal, a partner is never invited; profile and link read fresh",
         invite(number=3, customer_id=NEWCOMER), REFUSED),
    Case("fill in a partner of record", set_partner_of_record(30, PROVIDER, MPN[RESELLER])),
    Case("issue a link naming a reseller", issue(2, PROVIDER, indirectResellerId=RESELLER)),
    Case("set another profile", profile(IMPORTED)),
    Case("import a relationship", imported(IMPORTED)),
    Case("replay of an import", imported(IMPORTED)),
    Case("import in two tiers", imported(IMPORTED, PROVIDER, indirectResellerId=RESELLER)),
    Case("end a link", EndResellerLink(actor(PROVIDER), *LINK)),

    Case("suspend a subscription", set_status("suspended")),
    Case("reactivate a subscription", set_status("active")),
    Case("update a subscription", update(quantity=3)),
    Case("delete a subscription", set_status("deleted")),
    Case("dispute a subscription", dispute()),
    Case("annul a subscription", annul()),
    Case("refusal, of removing; what stands in the way is named", remove(), REFUSED),
    Case("block a partner", block(STRANGER)),
    Case("lift the block", block(STRANGER, blocked=False)),
    Case("issue a link", issue(maxAcceptances=1)),
    Case("accept by limited link", accept_link(BY_LINK)),
    Case("replay of an acceptance by link", accept_link(BY_LINK)),
    # Behind the decision: the counter, the customer's slot, and the counter as it was.
    Case("refusal, of a link that is used up", accept_link(USED_UP), REFUSED),
    Case("revoke a link", revoke_link()),
    Case("revoke a partner's privileges", revoke(PROVIDER)),
    Case("drop own privileges", revoke(by=DIRECT)),
    Case("ask for the end", request_end()),
    Case("erase", erase("agreement")),
    Case("erase two", erase(invitation_id(3), "agreement", invitation=invitation_id(3))),
    Case("remove", remove(customer_id=BY_LINK)),
    Case("suspend a partner", suspend()),
    Case("resume a partner", resume()),

    Case("invite, own profile just changed", invite(number=1, customer_id=LAPSING)),
    Case("accept with privileges that will lapse", accept(1, LAPSING, **UNTIL)),
    Case("invite somebody who never answers", invite(number=1, customer_id=LATE)),
    Case("record an expiry", RecordExpiry(SYSTEM, LATE, invitation_id(1)), days=100),
    Case("record a lapse", RecordLapse(SYSTEM, LAPSING, DIRECT)),
    Case("refusal, of importing what was removed", imported(BY_LINK), REFUSED),
]
# fmt: on
