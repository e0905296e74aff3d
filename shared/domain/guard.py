"""The commit guards itself: NIF-1 to NIF-5 on a change set, before anything is sent.

It knows nothing of how a command is decided. It looks only at the state before and after and at
who may touch what, so that a mistake in a decision cannot reach another partner's rows.
"""

from dataclasses import dataclass
from typing import assert_never

from shared.domain.commands import (
    AcceptInvitation,
    AcceptResellerLink,
    CancelInvitation,
    Command,
    DeclineInvitation,
    EndResellerLink,
    EnrolPartner,
    Invite,
    RecordExpiry,
    RegisterSubscriptions,
    RequestResellerLink,
    SetCustomerProfile,
)
from shared.domain.models import Invitation, ResellerLink, Subscription
from shared.domain.state import Related, Row, Tenant


class NonInterferenceError(Exception):
    """A change set would break a promise: a defect of ours, so it is raised and nothing is sent."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one command may touch.

    `invitations` and `relationships` name partners; `sells` is the partner whose subscriptions
    may be written. Everything else of every partner must stay as it is.
    """

    invitations: frozenset[str] = frozenset()
    relationships: frozenset[str] = frozenset()
    sells: str | None = None


def allowance(before: Tenant, command: Command) -> Allowance:
    """From the command and the rows it names alone."""
    match command:
        case EnrolPartner():
            # ELG-3: what a tenant was invited to lapses when it becomes a partner itself.
            return Allowance(invitations=frozenset(before.head.related))
        case Invite():
            return Allowance(invitations=frozenset({command.actor.tenant_id}))
        case CancelInvitation() | RecordExpiry() | DeclineInvitation():
            invitation = before.invitation(command.invitation_id)
            return Allowance(frozenset({invitation.partner_id}) if invitation else frozenset())
        case AcceptInvitation():
            invitation = before.invitation(command.invitation_id)
            if invitation is None:
                return Allowance()
            sides = {
                invitation.partner_id,
                invitation.indirect_reseller_id,
                invitation.indirect_provider_id,
            }
            named = frozenset(side for side in sides if side)
            return Allowance(frozenset({invitation.partner_id}), named)
        case RegisterSubscriptions():
            return Allowance(sells=command.actor.tenant_id)
        case RequestResellerLink() | AcceptResellerLink() | EndResellerLink():
            return Allowance()
        case SetCustomerProfile():
            return Allowance()
        case _:
            assert_never(command)


def check(before: Tenant, after: Tenant, allowed: Allowance) -> None:
    """Raises NonInterferenceError naming the promise and the key."""
    if before.head.agreement and before.head.agreement != after.head.agreement:
        _stop("NIF-3", "an accepted customer agreement is overwritten")
    for partner_id in before.head.related.keys() | after.head.related.keys():
        _related(partner_id, before.head.of(partner_id), after.head.of(partner_id), allowed)
    for key in before.rows:
        if key not in after.rows:
            _stop("NIF-1", f"{key} disappears")
    for key, row in after.rows.items():
        was = before.rows.get(key)
        if row != was:
            if was is not None and type(row) is not type(was):
                _stop("NIF-1", f"{key} becomes something else")
            _row(was, row, allowed)


def _related(partner_id: str, was: Related, now: Related, allowed: Allowance) -> None:
    bound = (was.relationship, was.removals) != (now.relationship, now.removals)
    if bound and partner_id not in allowed.relationships:
        _stop("NIF-5", f"the relationship of {partner_id} changes")
    asked = (was.pending, was.invited, was.blocked) != (now.pending, now.invited, now.blocked)
    if asked and partner_id not in allowed.invitations:
        _stop("NIF-5", f"the invitations of {partner_id} change")
    if was.blocking != now.blocking and partner_id != allowed.sells:
        _stop("NIF-1", f"the subscription count of {partner_id} changes")
    if now.feed < was.feed or now.removals < was.removals:
        _stop("NIF-5", f"a counter of {partner_id} goes back")


def _row(was: Row | None, now: Row, allowed: Allowance) -> None:
    match now:
        case Subscription():
            if was is not None:
                _stop("NIF-3", f"the existing subscription {now.id} changes")
            if now.partner_id != allowed.sells:
                _stop("NIF-2", f"subscription {now.id} is another partner's")
        case Invitation():
            if now.partner_id not in allowed.invitations:
                _stop("NIF-5", f"invitation {now.id} is another partner's")
            if isinstance(was, Invitation) and _identity(was) != _identity(now):
                _stop("NIF-5", f"invitation {now.id} changes what was asked")
        case ResellerLink():
            pass
        case _:
            assert_never(now)


def _identity(invitation: Invitation) -> Invitation:
    """All of an invitation but what closing it writes."""
    return invitation.but(
        status=None, closed_at=None, closed_by=None, close_reason=None, updated_at=None
    )


def _stop(promise: str, what: str) -> None:
    msg = f"{promise}: {what}"
    raise NonInterferenceError(msg)
