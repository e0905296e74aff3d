"""Closing an invitation: every way leads through here, so each leaves the same traces."""

from datetime import datetime
from typing import Final

from shared.model.base import SYSTEM, Actor, Who
from shared.model.events import Event, EventType
from shared.model.models import Invitation, InvitationStatus

_EVENTS: Final = {
    InvitationStatus.ACCEPTED: EventType.INVITATION_ACCEPTED,
    InvitationStatus.DECLINED: EventType.INVITATION_DECLINED,
    InvitationStatus.CANCELED: EventType.INVITATION_CANCELED,
    InvitationStatus.EXPIRED: EventType.INVITATION_EXPIRED,
}


def closed(
    invitation: Invitation,
    status: InvitationStatus,
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> Event:
    """The event that closes `invitation`; one that is overdue can only expire (INV-4)."""
    if at >= invitation.expires_at:
        status, actor, reason = InvitationStatus.EXPIRED, SYSTEM, None
    data = invitation.but(
        status=status,
        closed_at=min(at, invitation.expires_at),
        closed_by=Who.of(actor),
        close_reason=reason,
        updated_at=at,
    )
    return Event(_EVENTS[status], data)
