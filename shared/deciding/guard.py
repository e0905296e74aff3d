"""The commit guards itself: NIF-1 to NIF-5 on a change set, before anything is sent.

It knows nothing of how a command is decided. It looks only at the state before and after and at
who may touch what, so that a mistake in a decision cannot reach another partner's rows.
"""

from dataclasses import dataclass
from typing import Final, assert_never

from shared.deciding.accepting import AcceptInvitation, DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.ending import (
    RecordLapse,
    RemoveRelationship,
    RequestEnd,
    RevokeDelegatedAdmin,
    SetBlock,
)
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.erasing import ErasePersonalData
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
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    InvitationLink,
    ResellerLink,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Related, Row, Tenant
from shared.model.terms import Term


class NonInterferenceError(Exception):
    """A change set would break a promise: a defect of ours, so it is raised and nothing is sent."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one command may touch.

    `invitations` and `relationships` name partners, `founds` those that may be met for the first
    time and without privileges (IMP-1); `sells` is the partner whose subscriptions
    may be written, and `alters` the fields of an existing one that may change. Everything else
    of every partner must stay as it is.
    """

    invitations: frozenset[str] = frozenset()
    relationships: frozenset[str] = frozenset()
    founds: frozenset[str] = frozenset()
    sells: str | None = None
    alters: frozenset[str] = frozenset()


ALTERS: Final = {
    UpdateSubscription.name: frozenset({"quantity", "friendly_name", "auto_renew", "term"}),
    SetSubscriptionStatus.name: frozenset({"status"}),
    SetPartnerOfRecord.name: frozenset(
        {"partner_of_record", "partner_of_record_name", "indirect_reseller_id"}
    ),
    DisputeSubscription.name: frozenset({"disputed_at"}),
    AnnulSubscription.name: frozenset({"status"}),
}
"""By the command's name: the fields of an existing subscription that it may change."""


_PROMISES: Final = {
    "id": "NIF-2",
    "customer_id": "NIF-2",
    "partner_id": "NIF-2",
    "partner_name": "NIF-2",
    "partner_mpn_id": "NIF-2",
    "partner_of_record": "NIF-4",
    "partner_of_record_name": "NIF-4",
    "indirect_reseller_id": "NIF-4",
    "status": "NIF-1",
    "disputed_at": "NIF-1",
    "registered_at": "NIF-1",
    "updated_at": "NIF-1",
    "create_digest": "NIF-1",
}
"""What a change of a subscription's field breaks; all others are its terms (NIF-3)."""

_FINAL: Final = {SubscriptionStatus.DELETED, SubscriptionStatus.ANNULLED}


def allowance(
    before: Tenant, command: Command, invitation_link: InvitationLink | None = None
) -> Allowance:
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
            return acceptance(before.invitation(command.invitation_id))
        case AcceptLink():
            return _linked(command.partner_id, invitation_link)
        case SetBlock():
            return Allowance(invitations=frozenset({command.partner_id}))
        case RevokeDelegatedAdmin() | RecordLapse() | RequestEnd():
            return Allowance(relationships=frozenset({command.partner_id}))
        case RemoveRelationship():
            return removal(before, command.partner_id)
        case ImportRelationship():
            return Allowance(founds=_sides(command.partner_id, command.body.indirect_reseller_id))
        case RegisterSubscriptions():
            return Allowance(sells=command.actor.tenant_id)
        case UpdateSubscription() | SetSubscriptionStatus() | SetPartnerOfRecord():
            return Allowance(sells=command.actor.tenant_id, alters=ALTERS[command.name])
        case DisputeSubscription() | AnnulSubscription():
            subscription = before.subscription(command.subscription_id)
            seller = subscription.partner_id if subscription else None
            return Allowance(sells=seller, alters=ALTERS[command.name])
        case RequestResellerLink() | AcceptResellerLink() | EndResellerLink() | IssueLink():
            return Allowance()
        case RevokeLink() | SetCustomerProfile() | SetPartnerStatus() | ErasePersonalData():
            return Allowance()
        case _:
            assert_never(command)


def _linked(partner_id: str, invitation_link: InvitationLink | None) -> Allowance:
    reseller_id = invitation_link.indirect_reseller_id if invitation_link else None
    return Allowance(frozenset({partner_id}), _sides(partner_id, reseller_id))


def _sides(*partner_ids: str | None) -> frozenset[str]:
    return frozenset(one for one in partner_ids if one)


def acceptance(invitation: Invitation | None) -> Allowance:
    """INV-6: the inviter's invitation, and the relationships of both sides that it names."""
    if invitation is None:
        return Allowance()
    named = _sides(
        invitation.partner_id, invitation.indirect_reseller_id, invitation.indirect_provider_id
    )
    return Allowance(frozenset({invitation.partner_id}), named)


def removal(before: Tenant, partner_id: str) -> Allowance:
    """REM-5: the resellers' relationships through this provider go with it."""
    through = {
        other_id
        for other_id, related in before.head.related.items()
        if related.relationship and related.relationship.indirect_provider_id == partner_id
    }
    return Allowance(relationships=frozenset({partner_id, *through}))


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
    founded = partner_id in allowed.founds and _founded(was, now)
    if bound and partner_id not in allowed.relationships and not founded:
        _stop("NIF-5", f"the relationship of {partner_id} changes")
    if _asked(was) != _asked(now) and partner_id not in allowed.invitations:
        _stop("NIF-5", f"the invitations of {partner_id} change")
    noted = (was.last_name, was.changed_at) != (now.last_name, now.changed_at)
    if noted and partner_id not in allowed.invitations | allowed.relationships | allowed.founds:
        _stop("NIF-5", f"what {partner_id} sees of the customer changes")
    if was.blocking != now.blocking and partner_id != allowed.sells:
        _stop("NIF-1", f"the subscription count of {partner_id} changes")
    if was.subscriptions != now.subscriptions and partner_id != allowed.sells:
        _stop("NIF-2", f"{partner_id} gets a subscription from somebody else")
    counts = ((was.feed, now.feed), (was.removals, now.removals))
    if any(after < before for before, after in (*counts, (was.subscriptions, now.subscriptions))):
        _stop("NIF-5", f"a counter of {partner_id} goes back")


def _asked(known: Related) -> tuple[object, ...]:
    return known.pending, known.invited, known.reference, known.blocked


def _founded(was: Related, now: Related) -> bool:
    """IMP-1: there was none, and no privileges come with it."""
    made = now.relationship
    return (
        (was.relationship, was.removals) == (None, now.removals)
        and made is not None
        and made.delegated_admin is DelegatedAdmin.NONE
    )


def _row(was: Row | None, now: Row, allowed: Allowance) -> None:
    match now:
        case Subscription():
            if isinstance(was, Subscription):
                _altered(was, now, allowed)
            elif now.partner_id != allowed.sells:
                _stop("NIF-2", f"subscription {now.id} is another partner's")
        case Invitation():
            if now.partner_id not in allowed.invitations:
                _stop("NIF-5", f"invitation {now.id} is another partner's")
            if isinstance(was, Invitation) and _identity(was) != _identity(now):
                _stop("NIF-5", f"invitation {now.id} changes what was asked")
        case ResellerLink() | InvitationLink():
            pass
        case _:
            assert_never(now)


def _altered(was: Subscription, now: Subscription, allowed: Allowance) -> None:
    """NIF-1 to NIF-4 field by field: SUB-3, SUB-8 and POR-3 say all that may change."""
    may = allowed.alters | {"updated_at"} if was.partner_id == allowed.sells else frozenset[str]()
    for name in Subscription.model_fields:
        if name not in may and getattr(was, name) != getattr(now, name):
            _stop(_PROMISES.get(name, "NIF-3"), f"{name} of the existing subscription {was.id}")
    if was.partner_of_record not in {None, now.partner_of_record}:
        _stop("NIF-4", f"the partner of record of subscription {was.id} changes")
    if was.term.but(ends_at=now.term.ends_at) != now.term or _ends_earlier(was.term, now.term):
        _stop("NIF-3", f"the term of subscription {was.id} changes otherwise than to end later")
    if was.status in _FINAL and now.status not in {was.status, SubscriptionStatus.ANNULLED}:
        _stop("NIF-1", f"subscription {was.id} comes back")


def _ends_earlier(was: Term, now: Term) -> bool:
    return was.ends_at is not None and (now.ends_at is None or now.ends_at < was.ends_at)


def _identity(invitation: Invitation) -> Invitation:
    """All of an invitation but what closing it writes."""
    return invitation.but(
        status=None, closed_at=None, closed_by=None, close_reason=None, updated_at=None
    )


def _stop(promise: str, what: str) -> None:
    msg = f"{promise}: {what}"
    raise NonInterferenceError(msg)
