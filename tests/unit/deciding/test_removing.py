"""The partner removes the relationship: REM-1, REM-2, REM-5."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.ending import RemoveRelationship
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Absent, Decided, NotEnrolled
from shared.model.base import Actor
from shared.model.models import (
    DelegatedAdmin,
    RelationshipStatus,
    Subscription,
    SubscriptionStatus,
)
from shared.model.state import Tenant
from shared.model.terms import ProductType
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.every_command import INVITE, REMOVE, SELL
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    actor,
    subscription_id,
)
from tests.cast.resources import agreement, customer, partner, relationship, subscription, tenant

ALL = facts(partner(), partner(PROVIDER), partner(RESELLER))
GONE = {
    "status": RelationshipStatus.REMOVED,
    "delegated_admin": DelegatedAdmin.REVOKED_BY_REMOVAL,
    "removed_at": AT,
    "updated_at": AT,
}
THROUGH = relationship(RESELLER, indirect_provider_id=PROVIDER)
TWO_TIERS = (relationship(PROVIDER, indirect_reseller_id=RESELLER), THROUGH)


def removing(partner_id: str) -> RemoveRelationship:
    return RemoveRelationship(actor(partner_id), AGENCY, partner_id)


def after(before: Tenant, command: RemoveRelationship = REMOVE) -> Tenant:
    return evolve_all(before, events_of(decide(before, command, ALL)))


def test_privileges_and_relationship_go():
    decision = decide(tenant(AGENCY, relationship()), REMOVE, ALL)
    assert types_of(decision) == [
        "dap-admin-relationship-terminated",
        "reseller-relationship-removed",
    ]
    terminated, removed = (event.data for event in events_of(decision))
    assert terminated == relationship(
        delegated_admin=DelegatedAdmin.REVOKED_BY_REMOVAL, updated_at=AT
    )
    assert removed == relationship(**GONE)


def test_without_privileges_only_the_relationship_goes():
    without = relationship(delegated_admin=DelegatedAdmin.REVOKED_BY_CUSTOMER)
    (removed,) = events_of(decide(tenant(AGENCY, without), REMOVE, ALL))
    assert removed.type == "reseller-relationship-removed"
    assert removed.data == without.but(
        status=RelationshipStatus.REMOVED, removed_at=AT, updated_at=AT
    )


def test_lapsed_privileges_are_expired_and_not_taken():
    lapsed = tenant(AGENCY, relationship(delegated_admin_until=AT))
    assert after(lapsed).head.of(DIRECT).relationship.delegated_admin is DelegatedAdmin.EXPIRED


def test_no_subscription_changes_and_none_can_be_registered():
    ended = subscription(2, status=SubscriptionStatus.SUSPENDED)
    others = subscription(3, OTHER_DIRECT)
    known = (customer(), agreement(), relationship(), relationship(OTHER_DIRECT))
    before = tenant(AGENCY, *known, ended, others)
    now = after(before)
    assert [row.model_dump_json() for row in now.rows.values()] == [
        row.model_dump_json() for row in before.rows.values()
    ]
    assert now.head.of(OTHER_DIRECT) == before.head.of(OTHER_DIRECT)
    assert rules_of(decide(now, SELL, facts(partner()))) == ["SUB-1 customerId"]


KEPT = [ProductType.AZURE_RESERVATION, ProductType.SOFTWARE]


@pytest.mark.parametrize("product", ProductType)
@pytest.mark.parametrize("status", SubscriptionStatus)
def test_what_keeps_a_relationship(product: ProductType, status: SubscriptionStatus):
    before = tenant(AGENCY, relationship(), subscription(1, product_type=product, status=status))
    keeps = {SubscriptionStatus.ACTIVE}
    if product in KEPT:
        keeps.add(SubscriptionStatus.SUSPENDED)
    decision = decide(before, REMOVE, facts(partner(), blockers=[subscription_id(1)]))
    if status in keeps:
        assert rules_of(decision) == ["REM-1 partnerId"]
    else:
        assert events_of(decision)


def test_a_refusal_lists_what_keeps_it():
    before = tenant(AGENCY, relationship(), subscription(1), subscription(2))
    ids = [subscription_id(2), subscription_id(1)]
    decision = decide(before, REMOVE, facts(partner(), blockers=ids))
    (refusal,) = decision.refusals
    assert refusal.params["count"] == "2"
    assert refusal.params["subscriptions"] == ", ".join(sorted(ids))


def sold(number: int, **changes: object) -> Subscription:
    return subscription(number, OTHER_DIRECT, **changes)


def test_other_partners_never_keep_it():
    others = [sold(number, product_type=product) for number, product in enumerate(ProductType)]
    assert events_of(decide(tenant(AGENCY, relationship(), *others), REMOVE, ALL))


def test_removing_again_is_the_same_result():
    before = tenant(AGENCY, relationship())
    assert decide(after(before), REMOVE, ALL) == Decided()
    assert decide(tenant(AGENCY, relationship(**GONE), subscription()), REMOVE, ALL) == Decided()


def test_both_sides_go_with_the_providers_removal():
    before = tenant(AGENCY, *TWO_TIERS, relationship(OTHER_DIRECT))
    now = after(before, removing(PROVIDER)).head
    assert now.of(PROVIDER).relationship == TWO_TIERS[0].but(**GONE)
    assert now.of(RESELLER).relationship == THROUGH.but(**GONE)
    assert (now.of(PROVIDER).removals, now.of(RESELLER).removals) == (1, 1)
    assert now.of(OTHER_DIRECT) == before.head.of(OTHER_DIRECT)


def test_every_reseller_through_the_provider_goes_and_no_other():
    second = relationship(OTHER_RESELLER, indirect_provider_id=PROVIDER)
    own = relationship(DIRECT, indirect_provider_id=OTHER_DIRECT)
    now = after(tenant(AGENCY, *TWO_TIERS, second, own), removing(PROVIDER)).head
    assert now.of(RESELLER).relationship.status is RelationshipStatus.REMOVED
    assert now.of(OTHER_RESELLER).relationship.status is RelationshipStatus.REMOVED
    assert now.of(DIRECT).relationship == own


def test_a_side_that_went_before_is_not_removed_twice():
    earlier = THROUGH.but(**GONE | {"removed_at": AT - DAY})
    now = after(tenant(AGENCY, TWO_TIERS[0], earlier), removing(PROVIDER)).head
    assert now.of(RESELLER).relationship == earlier
    assert now.of(RESELLER).removals == 0


def test_a_reseller_in_two_tiers_cannot_remove_it():
    decision = decide(tenant(AGENCY, *TWO_TIERS), removing(RESELLER), ALL)
    assert rules_of(decision) == ["REM-5 partnerId"]
    assert decision.refusals[0].params == {"provider": PROVIDER}


def test_a_reseller_alone_removes_its_own():
    now = after(tenant(AGENCY, relationship(RESELLER)), removing(RESELLER)).head
    assert now.of(RESELLER).relationship == relationship(RESELLER, **GONE)


@pytest.mark.parametrize("who", [actor(AGENCY, "CG"), actor(OTHER_DIRECT)])
def test_nobody_else_removes(who: Actor):
    before = tenant(AGENCY, relationship())
    known = facts(partner(), partner(OTHER_DIRECT))
    assert decide(before, replace(REMOVE, actor=who), known) == Absent()
    assert decide(tenant(), REMOVE, ALL) == Absent()


def test_partner_roles_count_only_in_a_partner():
    assert decide(tenant(AGENCY, relationship()), REMOVE, facts()) == NotEnrolled()


def test_after_a_removal_the_partner_may_invite_again():
    gone = after(tenant(AGENCY, customer(), agreement(), relationship()))
    assert types_of(decide(gone, INVITE, ALL)) == ["invitation-created"]
