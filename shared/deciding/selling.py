"""What happens to a registered subscription: SUB-3, SUB-6, SUB-7, SUB-8, POR-3."""

from dataclasses import dataclass
from typing import ClassVar, Final, final, override

from shared.deciding import reasons
from shared.deciding.bodies import ReasonBody
from shared.deciding.command import SubscriptionCommand
from shared.deciding.facts import Absent, Decided, Decision, Facts, Needs, Refused
from shared.deciding.registering import name_of, partner_of_record, standing
from shared.deciding.sales import PartnerOfRecordBody, SubscriptionPatch
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, Subscription, SubscriptionStatus
from shared.model.personal import Details, subscription_details
from shared.model.state import Tenant
from shared.policy import invitations
from shared.policy import subscriptions as rules
from shared.policy.refusals import broken

_EVENTS: Final = {
    SubscriptionStatus.ACTIVE: EventType.SUBSCRIPTION_REACTIVATED,
    SubscriptionStatus.SUSPENDED: EventType.SUBSCRIPTION_SUSPENDED,
    SubscriptionStatus.DELETED: EventType.SUBSCRIPTION_DELETED,
}


@final
@dataclass(frozen=True, slots=True)
class UpdateSubscription(SubscriptionCommand):
    """SUB-8: the transacting partner changes what may change."""

    name: ClassVar = "update-subscription"
    body: SubscriptionPatch

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_dispute(tenant, self.subscription_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """SUB-8: four fields, and nothing else of a subscription ever changes."""
        subscription = _own(tenant, self)
        if subscription is None:
            return Absent()
        ends_at = self.body.term.ends_at if self.body.term else None
        refusals = broken(
            rules.sub_3(subscription, SubscriptionStatus.ACTIVE),
            rules.sub_8(subscription.term, ends_at),
        )
        if refusals:
            return Refused(refusals)
        changes = {
            name: getattr(self.body, name)
            for name in ("quantity", "friendly_name", "auto_renew")
            if name in self.body.model_fields_set
        }
        if ends_at:
            changes["term"] = subscription.term.but(ends_at=ends_at)
        changed = subscription.but(**changes)
        if changed == subscription:
            return Decided()
        event = Event(EventType.SUBSCRIPTION_UPDATED, changed.but(updated_at=facts.at))
        return Decided((event,))


@final
@dataclass(frozen=True, slots=True)
class SetSubscriptionStatus(SubscriptionCommand):
    """SUB-3: the transacting partner suspends, reactivates or deletes."""

    name: ClassVar = "set-subscription-status"
    status: SubscriptionStatus

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_dispute(tenant, self.subscription_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """SUB-7: reactivating needs all that registering needs, the rest only ownership."""
        subscription = _own(tenant, self)
        if subscription is None:
            return Absent()
        if subscription.status is self.status:
            return Decided()
        seller = facts.partners[subscription.partner_id]
        refusals = broken(
            rules.sub_3(subscription, self.status),
            standing(tenant, seller, facts) if self.status is SubscriptionStatus.ACTIVE else None,
        )
        if refusals:
            return Refused(refusals)
        changed = subscription.but(status=self.status, updated_at=facts.at)
        return Decided((Event(_EVENTS[self.status], changed),))


@final
@dataclass(frozen=True, slots=True)
class SetPartnerOfRecord(SubscriptionCommand):
    """POR-3: the provider fills what is empty, once."""

    name: ClassVar = "set-partner-of-record"
    body: PartnerOfRecordBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        seller, mpn_id = self.actor.tenant_id, self.body.partner_of_record
        return Needs(
            details=reasons.of_dispute(tenant, self.subscription_id),
            partners_of_record=frozenset({(seller, mpn_id)}),
        )

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """POR-3: once, where it is empty."""
        subscription = _own(tenant, self)
        if subscription is None:
            return Absent()
        seller = facts.partners[subscription.partner_id]
        wanted = self.body.partner_of_record
        if subscription.partner_of_record == wanted:
            return Decided()
        reseller_id = facts.mpn_holders.get(wanted)
        changed = subscription.but(
            partner_of_record=wanted,
            partner_of_record_name=name_of(reseller_id, facts),
            indirect_reseller_id=reseller_id,
            updated_at=facts.at,
        )
        if denied := broken(rules.por_3(seller, subscription.partner_of_record, wanted)):
            return Refused(denied)
        refusals = broken(
            rules.sub_3(subscription, SubscriptionStatus.ACTIVE),
            partner_of_record("partnerOfRecord", changed, seller, facts),
            invitations.inv_9_room(
                tenant.head, filter(None, [changed.indirect_reseller_id]), "partnerOfRecord"
            ),
        )
        if refusals:
            return Refused(refusals)
        return Decided((Event(EventType.PARTNER_OF_RECORD_SET, changed),))


@final
@dataclass(frozen=True, slots=True)
class DisputeSubscription(SubscriptionCommand):
    """SUB-6: the customer says that a registration is none of its."""

    name: ClassVar = "dispute-subscription"
    body: ReasonBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_dispute(tenant, self.subscription_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """SUB-6: the customer's Global admin says that it bought no such thing."""
        subscription = tenant.subscription(self.subscription_id)
        if subscription is None or self.actor.tenant_id != self.customer_id:
            return Absent()
        disputed_at, where = subscription.disputed_at, subscription_details(subscription.id)
        kept = tenant.details.get(where) if disputed_at else None
        reason = self.body.reason
        if disputed_at and (
            subscription.status is SubscriptionStatus.ANNULLED
            or reason in {None, kept.dispute_reason if kept else None}
        ):
            return Decided()
        changed = subscription.but(disputed_at=disputed_at or facts.at, updated_at=facts.at)
        event = Event(EventType.SUBSCRIPTION_DISPUTED, changed)
        return reasons.given(tenant, event, where, Details(dispute_reason=reason))


@final
@dataclass(frozen=True, slots=True)
class AnnulSubscription(SubscriptionCommand):
    """SUB-6: the operator annuls a disputed registration."""

    name: ClassVar = "annul-subscription"
    body: ReasonBody

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        return Needs(details=reasons.of_dispute(tenant, self.subscription_id))

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """SUB-6: terminal; history is kept, the id is free again."""
        subscription = tenant.subscription(self.subscription_id)
        if subscription is None:
            return Absent()
        if subscription.status is SubscriptionStatus.ANNULLED:
            return Decided()
        if refusals := broken(rules.sub_6(subscription)):
            return Refused(refusals)
        changed = subscription.but(status=SubscriptionStatus.ANNULLED, updated_at=facts.at)
        where = subscription_details(subscription.id)
        kept = tenant.details.get(where, Details()).but(annulment_reason=self.body.reason)
        event = Event(EventType.SUBSCRIPTION_ANNULLED, changed)
        return reasons.given(tenant, event, where, kept)


def _own(
    tenant: Tenant, command: UpdateSubscription | SetSubscriptionStatus | SetPartnerOfRecord
) -> Subscription | None:
    """What the actor's partner transacts; another partner's does not exist for it (SUB-4)."""
    subscription = tenant.subscription(command.subscription_id)
    if subscription and subscription.partner_id == command.actor.tenant_id:
        return subscription
    return None
