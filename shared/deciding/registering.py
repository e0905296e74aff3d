"""Registering what a partner sold: one subscription, or up to fifty in one atomic step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, final, override

from shared.canonical import digest
from shared.deciding import reasons
from shared.deciding.command import CustomerCommand
from shared.deciding.facts import Decided, Decision, Facts, Needs, Refused
from shared.deciding.sales import SubscriptionBody
from shared.model.events import Event, EventType
from shared.model.models import InvitationLink, Partner, Subscription, SubscriptionStatus
from shared.model.state import RowKey, RowKind, Tenant
from shared.model.terms import Term
from shared.policy import agreements, invitations
from shared.policy import subscriptions as rules
from shared.policy.refusals import Refusal, broken


@final
@dataclass(frozen=True, slots=True)
class RegisterSubscriptions(CustomerCommand):
    """The actor's partner registers what it sold: all or nothing, each id once."""

    name: ClassVar = "register-subscriptions"
    sales: tuple[tuple[str, SubscriptionBody], ...]

    @property
    @override
    def names(self) -> frozenset[RowKey]:
        return frozenset((RowKind.SUBSCRIPTION, sale_id) for sale_id, _ in self.sales)

    def target(self, position: int, field: str) -> str:
        """The JSON path of a field of one sale; a single sale's body is the sale itself."""
        return field if len(self.sales) == 1 else f"subscriptions[{position}].{field}"

    @override
    def needs(self, tenant: Tenant, invitation_link: InvitationLink | None) -> Needs:
        seller = self.actor.tenant_id
        of_record = {body.partner_of_record for _, body in self.sales} - {None}
        return Needs(
            details=reasons.of_dispute(tenant, *(sale_id for sale_id, _ in self.sales)),
            partners_of_record=frozenset((seller, mpn_id) for mpn_id in of_record if mpn_id),
        )

    @override
    def decide(self, tenant: Tenant, facts: Facts) -> Decision:
        """New ids are registered, the same content again changes nothing, the rest is refused."""
        seller = facts.partners[self.actor.tenant_id]
        sold = [_subscription(self, item, seller, facts) for item in self.sales]
        held = broken(
            *(
                rules.sub_2(
                    tenant.subscription(item.id),
                    seller.id,
                    item.create_digest,
                    self.target(n, "id"),
                )
                for n, item in enumerate(sold)
            )
        )
        new = [item for item in sold if tenant.subscription(item.id) is None]
        if not new and not held:
            return Decided()
        if lapsed := broken(rules.sub_1_relationship(tenant.head, seller.id)):
            # Alone: a stranger learns nothing else about the tenant, not even that it exists.
            return Refused(lapsed)
        refusals = broken(
            standing(tenant, seller, facts),
            held,
            invitations.inv_9_room(tenant.head, _resellers(new), "partnerOfRecord"),
            *(
                partner_of_record(self.target(n, "partnerOfRecord"), item, seller, facts)
                for n, item in enumerate(sold)
                if item in new
            ),
        )
        if refusals:
            return Refused(refusals)
        return Decided(tuple(Event(EventType.SUBSCRIPTION_REGISTERED, item) for item in new))


def _resellers(sold: Iterable[Subscription]) -> Iterator[str]:
    return (item.indirect_reseller_id for item in sold if item.indirect_reseller_id)


def create_digest(body: SubscriptionBody) -> str:
    """The digest by which a repeated registration is told from a different one."""
    return digest(body.model_dump(mode="json"))


def name_of(partner_id: str | None, facts: Facts) -> str | None:
    """What the partner is called now; None for nobody."""
    partner = facts.partners.get(partner_id) if partner_id else None
    return partner.name if partner else None


def standing(tenant: Tenant, seller: Partner, facts: Facts) -> tuple[Refusal, ...]:
    """SUB-1, AGR-1, AGR-3: what a seller needs to bring a subscription to life (SUB-7)."""
    stranger = rules.sub_1_relationship(tenant.head, seller.id)
    return broken(
        stranger,
        rules.sub_1_transacts(seller),
        agreements.agr_1(seller, facts.at),
        None if stranger else agreements.agr_3_registration(tenant.head),
    )


def partner_of_record(
    target: str, item: Subscription, seller: Partner, facts: Facts
) -> tuple[Refusal, ...]:
    """POR-1, POR-2, AGR-2 for one subscription."""
    if item.partner_of_record is None:
        return ()
    if wrong := broken(rules.por_1(seller, item.partner_of_record, target)):
        return wrong
    holder_id = facts.mpn_holders.get(item.partner_of_record)
    reseller = facts.partners.get(holder_id) if holder_id else None
    link = facts.links.get((seller.id, holder_id)) if holder_id else None
    return broken(
        rules.por_2(item.partner_of_record, reseller, link, target, taken=holder_id is not None),
        agreements.agr_2(reseller, facts.at, target) if reseller else None,
    )


def _subscription(
    command: RegisterSubscriptions,
    sale: tuple[str, SubscriptionBody],
    seller: Partner,
    facts: Facts,
) -> Subscription:
    subscription_id, body = sale
    of_record = body.partner_of_record
    reseller_id = facts.mpn_holders.get(of_record) if of_record else None
    return Subscription(
        id=subscription_id,
        customer_id=command.customer_id,
        partner_id=seller.id,
        partner_name=seller.name,
        partner_mpn_id=seller.mpn_id,
        partner_of_record=of_record,
        partner_of_record_name=name_of(reseller_id, facts),
        indirect_reseller_id=reseller_id,
        product_type=body.product_type,
        offer_id=body.offer_id,
        offer_name=body.offer_name,
        friendly_name=body.friendly_name,
        external_reference=body.external_reference,
        billing_type=body.billing_type,
        quantity=body.quantity,
        unit_type=body.unit_type,
        auto_renew=body.auto_renew,
        term=Term(**body.term.model_dump(by_alias=False)),
        status=SubscriptionStatus.ACTIVE,
        registered_at=facts.at,
        updated_at=facts.at,
        create_digest=create_digest(body),
    )
