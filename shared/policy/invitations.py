"""When a partner may invite, and what may still become of an invitation: INV, ACC, LNK."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, assert_never

from shared.clock import rfc3339
from shared.model.models import (
    Invitation,
    InvitationLink,
    InvitationStatus,
    LinkStatus,
    Partner,
    PartnerType,
    ResellerLink,
)
from shared.model.state import Head, Related
from shared.policy.refusals import Refusal, broken, refuse
from shared.text.characters import as_read
from shared.text.hosts import names_host

INVITATIONS_PER_PARTNER: Final = 3
INVITATIONS_WINDOW: Final = timedelta(days=30)
PENDING_PER_CUSTOMER: Final = 20
PARTNERS_PER_CUSTOMER: Final = 100
RELATED_PER_CUSTOMER: Final = 240
"""Of the 252 properties of a head, 8 are its own and 4 are to spare."""
KEPT_FOR_BLOCKS: Final = 40
"""Places that only the customer's own blocks take, so that partners cannot use them up."""

_ADDRESS: Final = re.compile(
    r"""(?xi)
    ://  |  mailto:  |  www\.\w
    | [\w-]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)(?: :\d | / | [?\#][\w%&=~/-])
    | [\w-]\.[\w-]{2,}(?: :\d{4,5}(?!\d) | /[\w%~-] | [?\#][a-z0-9%&=])
    | (?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?: :\d | [/?\#])
    """
)
"""What mail programs make a link of: a host of any script, and what can only follow a host.

A host's name alone is told by its last part (`shared.text.hosts`). No word boundary before it:
Korean words run into the Latin letters that follow them. Of hosts in other scripts more is asked,
since sentences without a blank after their full stop look like them.
"""
_OTHER_DOT: Final = re.compile(r"(?<=[a-z0-9])\u3002(?=[a-z0-9])", re.IGNORECASE)
"""A host has it in the place of its dots. Elsewhere it ends sentences."""


def inv_1(inviter: Partner, reseller_id: str | None, provider_id: str | None) -> Refusal | None:
    """In the two-tier model both sides are named; a direct-bill partner names neither."""
    match inviter.type:
        case PartnerType.DIRECT_BILL:
            target = "indirectResellerId" if reseller_id else "indirectProviderId"
            wrong = bool(reseller_id or provider_id)
        case PartnerType.INDIRECT_PROVIDER:
            target = "indirectProviderId" if provider_id else "indirectResellerId"
            wrong = provider_id is not None or reseller_id is None
        case PartnerType.INDIRECT_RESELLER:
            target = "indirectResellerId"
            wrong = reseller_id is not None
        case _:
            assert_never(inviter.type)
    return refuse("INV-1", target, type=inviter.type.value) if wrong else None


def inv_2(invitation: Invitation, at: datetime) -> Refusal | None:
    """A closed invitation stays as it is; INV-4: past its expiry it is closed."""
    status = invitation.status_at(at)
    if status is InvitationStatus.PENDING:
        return None
    if status is InvitationStatus.EXPIRED:
        return inv_4(invitation)
    return refuse("INV-2", "invitationId", status=status.value)


def inv_3(own_pending: str | None) -> Refusal | None:
    """At most one pending invitation per partner and customer."""
    return refuse("INV-3", "invitationId", pending=own_pending) if own_pending else None


def inv_4(invitation: Invitation) -> Refusal:
    """Past `expiresAt` an invitation is expired for every decision."""
    return refuse("INV-4", "invitationId", expiresAt=rfc3339(invitation.expires_at))


def inv_6(link: ResellerLink | None, target: str) -> Refusal | None:
    """An invitation for both needs their active link."""
    if link and link.status is LinkStatus.ACTIVE:
        return None
    return refuse("INV-6", target)


def inv_9(customer: Head, partner_ids: Iterable[str], at: datetime) -> Iterable[Refusal]:
    """Limits that keep customers from being pestered. The first id invites, others are named."""
    inviter_id, *_ = ids = tuple(partner_ids)
    own = customer.of(inviter_id)
    yield from _inv_9_blocked(customer, ids)
    again = invitable_at(own)
    if again and at < again:
        yield refuse("INV-9", "partnerId", variant="tooMany", again=rfc3339(again))
    waiting = sum(
        1
        for related in customer.related.values()
        if related.pending and at < related.pending.expires_at
    )
    if waiting >= PENDING_PER_CUSTOMER:
        yield refuse("INV-9", "customerId", variant="pending", limit=PENDING_PER_CUSTOMER)
    yield from _inv_9_partners(customer, ids)
    yield from broken(inv_9_room(customer, ids, "customerId"))


def invitable_at(partner: Related) -> datetime | None:
    """Before this, INV-9 lets the partner not invite again, blocked or not; None: at any time."""
    latest = sorted(partner.invited)[-INVITATIONS_PER_PARTNER:]
    return latest[0] + INVITATIONS_WINDOW if len(latest) == INVITATIONS_PER_PARTNER else None


def inv_9_standing(customer: Head, partner_ids: tuple[str, ...]) -> Iterable[Refusal]:
    """Those that hold for any new partner of the customer, invited or not."""
    yield from _inv_9_blocked(customer, partner_ids)
    yield from _inv_9_partners(customer, partner_ids)
    yield from broken(inv_9_room(customer, partner_ids, "customerId"))


def _inv_9_blocked(customer: Head, ids: tuple[str, ...]) -> Iterable[Refusal]:
    if any(customer.of(partner_id).blocked for partner_id in ids):
        yield refuse("INV-9", "partnerId", variant="blocked")


def _inv_9_partners(customer: Head, ids: tuple[str, ...]) -> Iterable[Refusal]:
    known = {key for key, related in customer.related.items() if related.concerns_customer}
    if len(known.union(ids)) > PARTNERS_PER_CUSTOMER:
        yield refuse("INV-9", "customerId", variant="partners", limit=PARTNERS_PER_CUSTOMER)


def inv_9_room(
    customer: Head, partner_ids: Iterable[str], target: str, *, blocking: bool = False
) -> Refusal | None:
    """The one number for all that puts a partner into a head: asked wherever a decision may.

    A partner that is there already takes no room. `blocking`: the customer does it itself.
    """
    limit = RELATED_PER_CUSTOMER - (0 if blocking else KEPT_FOR_BLOCKS)
    new = set(partner_ids) - customer.related.keys()
    if not new or len(customer.related) + len(new) <= limit:
        return None
    if blocking:
        return refuse("INV-9", target, variant="blocks", limit=limit)
    return refuse("INV-9", target, variant="room", limit=limit)


def inv_9_message(message: str | None) -> Refusal | None:
    """The partner's message is plain text without addresses to follow."""
    read = _OTHER_DOT.sub(".", as_read(message)) if message else ""
    leads = _ADDRESS.search(read) or names_host(read)
    return refuse("INV-9", "message", variant="url") if leads else None


def acc_3(invitation: Invitation, at: datetime) -> Iterable[Refusal]:
    """After a decline, a cancellation or the expiry, accepting is refused with the reason."""
    status = invitation.status_at(at)
    if status is InvitationStatus.EXPIRED:
        yield inv_4(invitation)
    if status is not InvitationStatus.PENDING:
        yield refuse("ACC-3", "invitationId", status=status.value)


def lnk_1_sides(provider: Partner, reseller: Partner | None) -> Iterable[Refusal]:
    """A provider asks an enrolled reseller."""
    if provider.type is not PartnerType.INDIRECT_PROVIDER:
        yield refuse("LNK-1", "partnerId", variant="provider")
    if reseller is None or reseller.type is not PartnerType.INDIRECT_RESELLER:
        yield refuse("LNK-1", "resellerId", variant="reseller")


def lnk_1_ended(link: ResellerLink) -> Refusal | None:
    """An ended link is not accepted; the provider asks again."""
    return (
        refuse("LNK-1", "resellerId", variant="ended") if link.status is LinkStatus.ENDED else None
    )


def inv_5(invitation_link: InvitationLink, at: datetime) -> Iterable[Refusal]:
    """A link is limited in time, and revocable."""
    if invitation_link.revoked_at:
        yield refuse("INV-5", "linkId", variant="revoked")
    if at >= invitation_link.expires_at:
        yield refuse(
            "INV-5", "linkId", variant="expired", expiresAt=rfc3339(invitation_link.expires_at)
        )


def inv_5_exhausted(invitation_link: InvitationLink) -> Refusal:
    """All acceptances of the link are used: found out by reserving one, as with a claim."""
    return refuse("INV-5", "linkId", variant="exhausted", limit=invitation_link.max_acceptances)


def inv_5_taken(invitation_link: InvitationLink) -> Refusal:
    """All are reserved, and one of these acceptances may yet be refused and give its place back."""
    return refuse("INV-5", "linkId", variant="taken", limit=invitation_link.max_acceptances)
