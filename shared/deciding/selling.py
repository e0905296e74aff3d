"""What happens to a registered subscription: SUB-3, SUB-6, SUB-7, SUB-8, POR-3."""

from typing import Final

from shared.deciding.commands_subscriptions import (
    AnnulSubscription,
    DisputeSubscription,
    SetPartnerOfRecord,
    SetSubscriptionStatus,
    UpdateSubscription,
)
from shared.deciding.facts import Absent, Decided, Decision, Facts, NotEnrolled, Refused
from shared.deciding.registering import partner_of_record, standing
from shared.model.events import Event, EventType
from shared.model.models import Subscription, SubscriptionStatus
from shared.model.state import Tenant
from shared.policy import invitations, relationships
from shared.policy import subscriptions as rules
from shared.policy.refusals import broken

_EVENTS: Final = {
    SubscriptionStatus.ACTIVE: EventType.SUBSCRIPTION_REACTIVATED,
    SubscriptionStatus.SUSPENDED: EventType.SUBSCRIPTION_SUSPENDED,
    SubscriptionStatus.DELETED: EventType.SUBSCRIPTION_DELETED,
}


def update(tenant: Tenant, command: UpdateSubscription, facts: Facts) -> Decision:
    """SUB-8: four fields, and nothing else of a subscription ever changes."""
    subscription = _own(tenant, command)
    if subscription is None:
        return Absent()
    seller = facts.partners.get(subscription.partner_id)
    if seller is None:
        return NotEnrolled()
    ends_at = command.body.term.ends_at if command.body.term else None
    refusals = broken(
        relationships.prt_1(seller),
        rules.sub_3(subscription, SubscriptionStatus.ACTIVE),
        rules.sub_8(subscription.term, ends_at),
    )
    if refusals:
        return Refused(refusals)
    changes = {
        name: getattr(command.body, name)
        for name in ("quantity", "friendly_name", "auto_renew")
        if name in command.body.model_fields_set
    }
    if ends_at:
        changes["term"] = subscription.term.but(ends_at=ends_at)
    changed = subscription.but(**changes)
    if changed == subscription:
        return Decided()
    event = Event(EventType.SUBSCRIPTION_UPDATED, changed.but(updated_at=facts.at))
    return Decided((event,))


def set_status(tenant: Tenant, command: SetSubscriptionStatus, facts: Facts) -> Decision:
    """SUB-7: reactivating needs all that registering needs, the rest only ownership."""
    subscription = _own(tenant, command)
    if subscription is None:
        return Absent()
    if subscription.status is command.status:
        return Decided()
    seller = facts.partners.get(subscription.partner_id)
    if seller is None:
        return NotEnrolled()
    refusals = broken(
        relationships.prt_1(seller),
        rules.sub_3(subscription, command.status),
        standing(tenant, seller, facts) if command.status is SubscriptionStatus.ACTIVE else None,
    )
    if refusals:
        return Refused(refusals)
    changed = subscription.but(status=command.status, updated_at=facts.at)
    return Decided((Event(_EVENTS[command.status], changed),))


def set_partner_of_record(tenant: Tenant, command: SetPartnerOfRecord, facts: Facts) -> Decision:
    """POR-3: once, where it is empty."""
    subscription = _own(tenant, command)
    if subscription is None:
        return Absent()
    seller = facts.partners.get(subscription.partner_id)
    if seller is None:
        return NotEnrolled()
    wanted = command.body.partner_of_record
    if subscription.partner_of_record == wanted:
        return Decided()
    changed = subscription.but(
        partner_of_record=wanted,
        indirect_reseller_id=facts.mpn_holders.get(wanted),
        updated_at=facts.at,
    )
    if denied := broken(rules.por_3(seller, subscription.partner_of_record, wanted)):
        return Refused(denied)
    refusals = broken(
        relationships.prt_1(seller),
        rules.sub_3(subscription, SubscriptionStatus.ACTIVE),
        partner_of_record("partnerOfRecord", changed, seller, facts),
        invitations.inv_9_heard(tenant.head, filter(None, [changed.indirect_reseller_id])),
    )
    if refusals:
        return Refused(refusals)
    return Decided((Event(EventType.PARTNER_OF_RECORD_SET, changed),))


def dispute(tenant: Tenant, command: DisputeSubscription, facts: Facts) -> Decision:
    """SUB-6: the customer's Global admin says that it bought no such thing."""
    subscription = tenant.subscription(command.subscription_id)
    if subscription is None or command.actor.tenant_id != command.customer_id:
        return Absent()
    if subscription.disputed_at:
        return Decided()
    changed = subscription.but(disputed_at=facts.at, updated_at=facts.at)
    return Decided((Event(EventType.SUBSCRIPTION_DISPUTED, changed),))


def annul(tenant: Tenant, command: AnnulSubscription, facts: Facts) -> Decision:
    """SUB-6: terminal; history is kept, the id is free again."""
    subscription = tenant.subscription(command.subscription_id)
    if subscription is None:
        return Absent()
    if subscription.status is SubscriptionStatus.ANNULLED:
        return Decided()
    if refusals := broken(rules.sub_6(subscription)):
        return Refused(refusals)
    changed = subscription.but(status=SubscriptionStatus.ANNULLED, updated_at=facts.at)
    return Decided((Event(EventType.SUBSCRIPTION_ANNULLED, changed),))


def _own(
    tenant: Tenant, command: UpdateSubscription | SetSubscriptionStatus | SetPartnerOfRecord
) -> Subscription | None:
    """What the actor's partner transacts; another partner's does not exist for it (SUB-4)."""
    subscription = tenant.subscription(command.subscription_id)
    if subscription and subscription.partner_id == command.actor.tenant_id:
        return subscription
    return None
