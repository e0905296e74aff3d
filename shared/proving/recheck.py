"""The guard once more, on what the ledger says happened: NIF-1 to NIF-5 of an entry.

The ledger does not keep commands. But an entry's command name, its actor and the resources of its
events say what was named, and so what the guard allowed: the same as when it was committed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from immutables import Map

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.commands import COMMANDS, Command
from shared.deciding.ending import (
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
    SetBlock,
)
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.erasing import ErasePersonalData
from shared.deciding.guard import ALTERS, Allowance, acceptance, check, removal
from shared.deciding.importing import ImportRelationship
from shared.deciding.inviting import CancelInvitation, Invite, RecordExpiry
from shared.deciding.issuing import IssueLink, RevokeLink
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.profile import SetCustomerProfile
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.model.base import SYSTEM
from shared.model.customers import PartnerBlock
from shared.model.events import Event
from shared.model.ledger import Entry
from shared.model.models import (
    Invitation,
    InvitationLink,
    InvitationStatus,
    Relationship,
    ResellerLink,
    Subscription,
)
from shared.model.state import Row, RowKey, Tenant, key_of


def recheck(before: Tenant, after: Tenant, entry: Entry, events: Sequence[Event]) -> None:
    """Raises NonInterferenceError if the entry changed what its command may not touch.

    `before` and `after` are whole tenants. Only what the events are about is compared; the rest is
    the same in both by construction, and a large tenant would make every entry dear.
    """
    keys = touched(events)
    allowed = allowance(before, entry, events)
    check(_narrow(before, after, keys), _narrow(after, before, keys), allowed)


def touched(events: Sequence[Event]) -> frozenset[RowKey]:
    """The rows that the events are about."""
    facts = (event.data for event in events)
    rows = (Invitation, InvitationLink, ResellerLink, Subscription)
    return frozenset(key_of(fact) for fact in facts if isinstance(fact, rows))


def _narrow(tenant: Tenant, other: Tenant, keys: frozenset[RowKey]) -> Tenant:
    head, away = tenant.head, other.head
    met = {one: known for one, known in head.related.items() if known is not away.of(one)}
    held = {key: row for key in keys if (row := tenant.rows.get(key))}
    return Tenant(replace(head, related=met), Map[RowKey, Row](held))


def allowance(before: Tenant, entry: Entry, events: Sequence[Event]) -> Allowance:
    """What the entry's command might touch; nothing, where it names no such command."""
    kind = COMMANDS.get(entry.command)
    return _allowance(before, kind, entry.actor.tenant_id, events) if kind else Allowance()


def _allowance(before: Tenant, kind: type[Command], by: str, events: Sequence[Event]) -> Allowance:
    if kind is EnrolPartner:
        return Allowance(invitations=frozenset(before.head.related))
    if kind is Invite:
        return Allowance(invitations=frozenset({by}))
    if kind is CancelInvitation or kind is RecordExpiry or kind is DeclineInvitation:
        was = _invitation(before, events)
        return Allowance(frozenset({was.partner_id}) if was else frozenset())
    if kind is AcceptInvitation:
        return acceptance(_invitation(before, events))
    if kind is AcceptLink:
        return acceptance(_accepted(events))
    if kind is SetBlock:
        return Allowance(invitations=_first(events, PartnerBlock))
    if kind is RevokeDelegatedAdmin or kind is RecordLapse or kind is RequestEnd:
        own = by in {before.id, SYSTEM.tenant_id}
        return Allowance(relationships=_first(events, Relationship) if own else frozenset({by}))
    if kind is RemoveRelationship:
        return removal(before, by)
    if kind is ImportRelationship:
        return Allowance(founds=_imported(events))
    if kind is RegisterSubscriptions:
        return Allowance(sells=by)
    if kind is UpdateSubscription or kind is SetSubscriptionStatus or kind is SetPartnerOfRecord:
        return Allowance(sells=by, alters=ALTERS[kind.name])
    if kind is DisputeSubscription or kind is AnnulSubscription:
        return Allowance(sells=_seller(before, events), alters=ALTERS[kind.name])
    if kind is RequestResellerLink or kind is AcceptResellerLink or kind is EndResellerLink:
        return Allowance()
    if (
        kind is IssueLink
        or kind is RevokeLink
        or kind is SetCustomerProfile
        or kind is SetPartnerStatus
        or kind is ErasePersonalData
    ):
        return Allowance()
    assert_never(kind)


def _invitation(before: Tenant, events: Sequence[Event]) -> Invitation | None:
    """The invitation that the command named, as it was."""
    named = (event.data for event in events if isinstance(event.data, Invitation))
    first = next(named, None)
    return before.invitation(first.id) if first else None


def _accepted(events: Sequence[Event]) -> Invitation | None:
    """What accepting by a link made, behind what it may have recorded as expired."""
    made = (event.data for event in events if isinstance(event.data, Invitation))
    return next((one for one in made if one.status is InvitationStatus.ACCEPTED), None)


def _first(events: Sequence[Event], about: type[PartnerBlock | Relationship]) -> frozenset[str]:
    """The partner that the first event of its kind is about."""
    named = [event.data.partner_id for event in events if isinstance(event.data, about)]
    return frozenset(named[:1])


def _imported(events: Sequence[Event]) -> frozenset[str]:
    """The partner of the first imported relationship, and the other end of that one."""
    known = [event.data for event in events if isinstance(event.data, Relationship)]
    sides = {
        side
        for one in known[:1]
        for side in (one.partner_id, one.indirect_reseller_id, one.indirect_provider_id)
    }
    return frozenset(side for side in sides if side)


def _seller(before: Tenant, events: Sequence[Event]) -> str | None:
    """Who sold the subscription that the command named, before it."""
    sold = (event.data for event in events if isinstance(event.data, Subscription))
    first = next(sold, None)
    was = before.subscription(first.id) if first else None
    return was.partner_id if was else None
