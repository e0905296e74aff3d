"""The one place where a state change is written down."""

import pytest

from shared.deciding.evolve import evolve, evolve_all, replay
from shared.model.claims import ClaimKey, ClaimKind, claims_of
from shared.model.customers import Erasure, TenantKind
from shared.model.events import Event, EventType
from shared.model.ledger import Commission, next_entry
from shared.model.models import (
    InvitationStatus,
    PartnerStatus,
    RelationshipStatus,
    SubscriptionStatus,
)
from shared.model.state import Head, Related, RowKind, Tenant
from shared.model.terms import ProductType
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.cast.resources import (
    agreement,
    block,
    customer,
    event,
    invitation,
    invitation_link,
    partner,
    relationship,
    subscription,
    tenant,
)
from tests.cast.resources import link as reseller_link


def test_a_partner():
    head = tenant(DIRECT, partner()).head
    assert (head.kind, head.partner) == (TenantKind.PARTNER, partner())
    assert not head.related


@pytest.mark.parametrize("kind", [TenantKind.CUSTOMER, TenantKind.UNKNOWN])
def test_a_customer(kind: TenantKind):
    head = tenant(AGENCY, customer(kind=kind), agreement()).head
    assert (head.kind, head.customer, head.agreement) == (kind, customer(kind=kind), agreement())


def test_being_invited_leaves_a_tenant_unknown():
    assert tenant(AGENCY, invitation(), relationship()).head.kind is TenantKind.UNKNOWN


def test_a_link_lies_with_the_provider():
    state = tenant(PROVIDER, partner(PROVIDER), reseller_link())
    assert state.reseller(RESELLER) == reseller_link()
    assert not state.head.related


def test_a_pending_invitation():
    state = tenant(AGENCY, invitation())
    related = state.head.of(DIRECT)
    assert state.invitation(invitation_id()) == invitation()
    assert (related.pending.id, related.pending.expires_at) == (
        invitation_id(),
        invitation().expires_at,
    )
    assert related.invited == (invitation().created_at,)


@pytest.mark.parametrize("status", sorted(set(InvitationStatus) - {InvitationStatus.PENDING}))
def test_a_closed_invitation_is_pending_no_more(status: InvitationStatus):
    closed = invitation(status=status)
    state = tenant(AGENCY, invitation(), closed)
    assert state.head.of(DIRECT).pending is None
    assert state.head.of(DIRECT).invited == (closed.created_at,)
    assert state.invitation(invitation_id()) == closed


def test_closing_one_leaves_a_newer_one_pending():
    state = tenant(AGENCY, invitation(2), invitation(1, status=InvitationStatus.EXPIRED))
    assert state.head.of(DIRECT).pending.id == invitation_id(2)


def test_the_last_three_times_are_kept():
    times = [AT + day * DAY for day in range(5)]
    asked = [invitation(number, created_at=time) for number, time in enumerate(times)]
    assert tenant(AGENCY, *asked).head.of(DIRECT).invited == tuple(times[-3:])


def test_a_block_keeps_everything_else():
    before = tenant(AGENCY, relationship(), invitation())
    after = evolve(before, event(block()))
    was = before.head.of(DIRECT)
    assert after.head.of(DIRECT) == was.but(blocked=block(), feed=was.feed + 1)
    assert after.rows == before.rows


def test_an_unblocked_partner_is_blocked_no_more():
    blocked = tenant(AGENCY, relationship(), block())
    after = evolve(blocked, Event(EventType.PARTNER_UNBLOCKED, block()))
    was = blocked.head.of(DIRECT)
    assert after.head.of(DIRECT) == was.but(blocked=None, feed=was.feed + 1)


def test_removals_are_counted_whatever_comes_between():
    gone = relationship(status=RelationshipStatus.REMOVED)
    state = tenant(AGENCY, relationship())
    for times in (1, 2):
        state = evolve(state, Event(EventType.RELATIONSHIP_REMOVED, gone))
        assert (state.head.of(DIRECT).relationship, state.head.of(DIRECT).removals) == (gone, times)
        state = evolve(state, event(relationship()))
        assert (state.head.of(DIRECT).relationship.status, state.head.of(DIRECT).removals) == (
            RelationshipStatus.ACTIVE,
            times,
        )


def test_an_erasure_leaves_no_trace_in_the_state():
    before = tenant(AGENCY, invitation(), relationship())
    assert evolve(before, event(Erasure(customer_id=AGENCY, invitation_id=None))) == before


def test_a_partners_standing_is_that_of_its_last_event():
    suspended = Event(EventType.PARTNER_SUSPENDED, partner(status=PartnerStatus.SUSPENDED))
    after = evolve(tenant(DIRECT, partner()), suspended)
    assert after.head.partner.status is PartnerStatus.SUSPENDED
    resumed = evolve(after, Event(EventType.PARTNER_RESUMED, partner()))
    assert resumed == tenant(DIRECT, partner())


def test_a_relationship_keeps_everything_else():
    before = tenant(AGENCY, invitation(), subscription())
    after = evolve(before, event(relationship()))
    was = before.head.of(DIRECT)
    changed = was.but(changed_at=relationship().updated_at, feed=was.feed + 1)
    assert after.head.of(DIRECT) == changed.but(relationship=relationship())


LATER = AT + DAY


def test_the_partners_reference_is_the_last_one_that_it_gave():
    state = tenant(AGENCY, invitation(1, external_reference="first"))
    assert state.head.of(DIRECT).reference == "first"
    later = invitation(2, external_reference=None, updated_at=LATER)
    state = evolve(state, Event(EventType.INVITATION_CREATED, later))
    assert state.head.of(DIRECT).reference == "first"
    assert state.head.of(DIRECT).changed_at == LATER
    again = invitation(3, external_reference="second", updated_at=LATER)
    state = evolve(state, Event(EventType.INVITATION_CREATED, again))
    assert state.head.of(DIRECT).reference == "second"


def test_a_partner_keeps_the_name_that_it_saw_last():
    """Not one that came later, and none once the relationship stands again."""
    state = tenant(AGENCY, customer(name="Old"), relationship())
    assert state.head.of(DIRECT).last_name is None
    gone = relationship(status=RelationshipStatus.REMOVED, updated_at=LATER)
    state = evolve(state, Event(EventType.RELATIONSHIP_REMOVED, gone))
    state = evolve(state, event(customer(name="New")))
    assert state.head.of(DIRECT).last_name == "Old"
    assert state.head.of(DIRECT).changed_at == LATER
    assert evolve(state, event(relationship())).head.of(DIRECT).last_name is None


def test_subscriptions_that_block_removal_are_counted():
    state = tenant(
        AGENCY,
        subscription(1),
        subscription(2, product_type=ProductType.SOFTWARE, status=SubscriptionStatus.SUSPENDED),
        subscription(3, status=SubscriptionStatus.SUSPENDED),
        subscription(4, OTHER_DIRECT),
    )
    assert state.head.of(DIRECT).blocking == 2
    assert state.head.of(OTHER_DIRECT).blocking == 1
    ended = evolve(state, event(subscription(1, status=SubscriptionStatus.DELETED)))
    again = evolve(ended, event(subscription(1, status=SubscriptionStatus.DELETED)))
    assert ended.head.of(DIRECT).blocking == again.head.of(DIRECT).blocking == 1
    assert ended.subscription(subscription_id(1)).status is SubscriptionStatus.DELETED


def test_subscriptions_are_counted_once_whatever_becomes_of_them():
    state = tenant(AGENCY, subscription(1), subscription(2), subscription(3, OTHER_DIRECT))
    state = evolve(state, event(subscription(1, status=SubscriptionStatus.DELETED)))
    assert state.head.of(DIRECT).subscriptions == 2
    assert state.head.of(OTHER_DIRECT).subscriptions == 1


def test_feeds_count_what_goes_to_them():
    state = tenant(
        AGENCY,
        invitation(1, PROVIDER, indirect_reseller_id=RESELLER),
        relationship(),
        customer(),
        subscription(1, PROVIDER, indirect_reseller_id=RESELLER),
    )
    assert {one: related.feed for one, related in state.head.related.items()} == {
        PROVIDER: 2,
        RESELLER: 2,
        DIRECT: 2,
    }


def test_evolving_leaves_the_state_before_as_it_was():
    before = tenant(AGENCY, relationship())
    evolve(before, event(subscription()))
    assert before == tenant(AGENCY, relationship())


def test_a_replayed_entry_moves_the_head():
    happened = [event(customer()), event(relationship())]
    entry = next_entry(
        Head(id=AGENCY), Commission(actor(), "c", "accept", AT, "usGovernment", "1"), happened
    )
    before = Tenant(Head(id=AGENCY))
    after = replay(before, entry)
    assert (after.head.sequence, after.head.hash, after.head.at) == (1, entry.hash, AT)
    assert after.head.related == evolve_all(before, happened).head.related


def test_nothing_is_known_of_a_stranger():
    assert Head(id=AGENCY).of(DIRECT) == Related()
    assert tenant().id == AGENCY


def test_a_row_is_found_under_its_own_kind_only():
    state = tenant(AGENCY, invitation(), subscription(), reseller_link(), invitation_link())
    assert state.invitation(subscription_id()) is None
    assert state.invitation_link(RESELLER) is None
    assert state.invitation_link(link_id()) == invitation_link()
    assert state.subscription(invitation_id()) is None
    assert state.reseller(DIRECT) is None
    assert {kind for kind, _ in state.rows} == set(RowKind)


def test_a_partner_holds_its_mpn_id_its_tenant_and_its_affiliates():
    assert claims_of(tenant(DIRECT, partner(affiliated_tenant_ids=(BUREAU,)))) == {
        ClaimKey(ClaimKind.MPN, "1001"),
        ClaimKey(ClaimKind.TENANT, DIRECT),
        ClaimKey(ClaimKind.TENANT, BUREAU),
    }


def test_a_customer_holds_its_subscriptions_but_no_annulled_one():
    state = tenant(
        AGENCY,
        customer(),
        invitation(),
        subscription(1),
        subscription(2, OTHER_DIRECT, status=SubscriptionStatus.DELETED),
        subscription(3, status=SubscriptionStatus.ANNULLED),
    )
    held = {ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id(number)) for number in (1, 2)}
    assert claims_of(state) == held
