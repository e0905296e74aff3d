"""Links between an indirect provider and its resellers (LNK-1)."""

from shared.deciding.commands import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.deciding.facts import Absent, Decided, Decision, Facts, NotEnrolled, Refused
from shared.model.events import Event, EventType
from shared.model.models import LinkStatus, ResellerLink
from shared.model.state import Tenant
from shared.policy import eligibility, invitations, relationships
from shared.policy.refusals import broken


def request(tenant: Tenant, command: RequestResellerLink, facts: Facts) -> Decision:
    """The provider asks; asking again while it waits or stands changes nothing."""
    provider = tenant.head.partner
    if provider is None:
        return NotEnrolled()
    link = tenant.reseller(command.reseller_id)
    if link and link.status is not LinkStatus.ENDED:
        return Decided()
    reseller = facts.partners.get(command.reseller_id)
    refusals = broken(
        relationships.prt_1(provider),
        invitations.lnk_1_sides(provider, reseller),
        eligibility.elg_6(provider.country, reseller.country if reseller else None, "resellerId"),
    )
    if refusals:
        return Refused(refusals)
    link = ResellerLink(
        provider_id=command.provider_id,
        reseller_id=command.reseller_id,
        status=LinkStatus.PENDING,
        since=facts.at,
    )
    return Decided((Event(EventType.RESELLER_LINK_REQUESTED, link),))


def accept(tenant: Tenant, command: AcceptResellerLink, facts: Facts) -> Decision:
    """Only the reseller's acceptance makes the link active."""
    link = tenant.reseller(command.reseller_id)
    if link is None or command.actor.tenant_id != command.reseller_id:
        return Absent()
    if link.status is LinkStatus.ACTIVE:
        return Decided()
    reseller = facts.partners.get(command.reseller_id)
    if reseller is None:
        return NotEnrolled()
    if refusals := broken(relationships.prt_1(reseller), invitations.lnk_1_ended(link)):
        return Refused(refusals)
    link = link.but(status=LinkStatus.ACTIVE, since=facts.at)
    return Decided((Event(EventType.RESELLER_LINK_ACCEPTED, link),))


def end(tenant: Tenant, command: EndResellerLink, facts: Facts) -> Decision:
    """Either side ends it; REM-4: customers and DAP stay as they are."""
    link = tenant.reseller(command.reseller_id)
    if link is None or command.actor.tenant_id not in {command.provider_id, command.reseller_id}:
        return Absent()
    if link.status is LinkStatus.ENDED:
        return Decided()
    own = command.actor.tenant_id == command.provider_id
    side = tenant.head.partner if own else facts.partners.get(command.reseller_id)
    if side is None:
        return NotEnrolled()
    if refusals := broken(relationships.prt_1(side)):
        return Refused(refusals)
    link = link.but(status=LinkStatus.ENDED, since=facts.at)
    return Decided((Event(EventType.RESELLER_LINK_ENDED, link),))
