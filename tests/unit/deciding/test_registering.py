"""Registering what a partner sold: SUB-1, SUB-2, AGR-1 to AGR-3, POR-1, POR-2, MUL-1."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.facts import Decided, NotEnrolled
from shared.deciding.registering import RegisterSubscriptions, create_digest
from shared.model.models import LinkStatus, RelationshipStatus, SubscriptionStatus
from shared.model.state import Tenant
from tests.cast.bodies import sale
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    actor,
    subscription_id,
)
from tests.cast.resources import (
    agreement,
    customer,
    invitation,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)

EVERYBODY = [partner(one) for one in (DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, OTHER_RESELLER)]
ALL = facts(*EVERYBODY, links=[link()])


def register(
    *numbers: int, seller: str = DIRECT, sales: dict | None = None, **changes: object
) -> RegisterSubscriptions:
    """So many sales with the same content, or `sales` by number."""
    sold = sales or dict.fromkeys(numbers or (1,), sale(**changes))
    return RegisterSubscriptions(
        actor(seller),
        AGENCY,
        tuple((subscription_id(number), body) for number, body in sold.items()),
    )


def buying(*more, seller: str = DIRECT) -> Tenant:
    """The agency, ready to buy from `seller`."""
    return tenant(AGENCY, customer(), agreement(), relationship(seller), *more)


def test_what_is_recorded():
    (registered,) = events_of(decide(buying(), register(), ALL))
    assert registered.type == "subscription-registered"
    assert registered.data == subscription(registered_at=AT, updated_at=AT)


def test_fifty_in_one_step():
    decision = decide(buying(), register(*range(1, 51)), ALL)
    assert [item.data.id for item in events_of(decision)] == [
        subscription_id(number) for number in range(1, 51)
    ]


def test_the_same_content_again_is_the_same_result():
    before = buying(subscription(1), subscription(2, status=SubscriptionStatus.SUSPENDED))
    assert decide(before, register(1, 2), ALL) == Decided()


def test_a_replay_needs_no_relationship_any_more():
    left = relationship(status=RelationshipStatus.REMOVED)
    before = tenant(AGENCY, left, subscription(1))
    assert decide(before, register(), ALL) == Decided()
    assert rules_of(decide(before, register(1, 2), ALL)) == ["SUB-1 customerId"]


def test_of_old_and_new_only_the_new_are_registered():
    decision = decide(buying(subscription(1)), register(1, 2), ALL)
    assert [item.data.id for item in events_of(decision)] == [subscription_id(2)]


def test_other_content_or_another_seller_is_refused():
    before = buying(subscription(1), subscription(2, OTHER_DIRECT))
    assert rules_of(decide(before, register(quantity=26), ALL)) == ["SUB-2 id"]
    assert rules_of(decide(before, register(2), ALL)) == ["SUB-2 id"]
    assert rules_of(decide(before, register(2, 3, 1), ALL)) == ["SUB-2 subscriptions[0].id"]


def test_an_annulled_id_stays_refused_to_others_here():
    before = buying(subscription(1, OTHER_DIRECT, status=SubscriptionStatus.ANNULLED))
    assert rules_of(decide(before, register(), ALL)) == ["SUB-2 id"]


def test_partner_roles_count_only_in_a_partner():
    assert decide(buying(), register(seller=BUREAU), ALL) == NotEnrolled()


@pytest.mark.parametrize(
    "before",
    [
        [],
        [customer(), agreement()],
        [customer(), agreement(), invitation()],
        [customer(), agreement(), relationship(OTHER_DIRECT)],
        [customer(), agreement(), relationship(status=RelationshipStatus.REMOVED)],
        [subscription(1, OTHER_DIRECT)],
    ],
)
def test_a_stranger_learns_only_that_there_is_no_relationship(before):
    unsigned = facts(partner(partner_agreement_signed_at=None))
    assert rules_of(decide(tenant(AGENCY, *before), register(), unsigned)) == ["SUB-1 customerId"]


def test_every_other_broken_rule_is_named():
    before = tenant(AGENCY, relationship(), subscription(2, OTHER_DIRECT))
    unsigned = facts(partner(partner_agreement_signed_at=None))
    decision = decide(before, register(1, 2, partnerOfRecord=MPN[RESELLER]), unsigned)
    assert rules_of(decision) == [
        "AGR-1 partnerId",
        "AGR-3 customerId",
        "SUB-2 subscriptions[1].id",
        "POR-1 subscriptions[0].partnerOfRecord",
    ]


def test_a_reseller_does_not_transact():
    decision = decide(buying(seller=RESELLER), register(seller=RESELLER), ALL)
    assert rules_of(decision) == ["SUB-1 partnerId"]


def by_provider(mpn_id: str | None = MPN[RESELLER], known=ALL):
    sold = register(seller=PROVIDER, partnerOfRecord=mpn_id)
    return decide(buying(seller=PROVIDER), sold, known)


def test_a_provider_sells_through_its_reseller():
    (registered,) = events_of(by_provider())
    assert registered.data.partner_of_record == MPN[RESELLER]
    assert registered.data.indirect_reseller_id == RESELLER


def test_a_provider_may_leave_the_partner_of_record_open():
    (registered,) = events_of(by_provider(None))
    assert registered.data.partner_of_record is None
    assert registered.data.indirect_reseller_id is None


@pytest.mark.parametrize(
    ("mpn_id", "known", "rule"),
    [
        (MPN[PROVIDER], ALL, "POR-1"),
        (f"0{MPN[PROVIDER]}", ALL, "POR-1"),
        ("424242", ALL, "POR-2"),
        (MPN[DIRECT], ALL, "POR-2"),
        (MPN[OTHER_RESELLER], ALL, "POR-2"),
        (MPN[RESELLER], facts(*EVERYBODY, links=[link(status=LinkStatus.PENDING)]), "POR-2"),
        (MPN[RESELLER], facts(*EVERYBODY, links=[link(status=LinkStatus.ENDED)]), "POR-2"),
        (
            MPN[RESELLER],
            facts(
                partner(PROVIDER),
                partner(RESELLER, partner_agreement_signed_at=None),
                links=[link()],
            ),
            "AGR-2",
        ),
    ],
)
def test_the_partner_of_record_is_a_linked_reseller_that_has_signed(mpn_id, known, rule: str):
    assert rules_of(by_provider(mpn_id, known)) == [f"{rule} partnerOfRecord"]


@pytest.mark.parametrize("mpn_id", [MPN[DIRECT], MPN[RESELLER]])
def test_a_direct_bill_partner_has_no_partner_of_record(mpn_id: str):
    decision = decide(buying(), register(partnerOfRecord=mpn_id), ALL)
    assert rules_of(decision) == ["POR-1 partnerOfRecord"]


def test_only_new_sales_are_checked():
    sold = sale(partnerOfRecord=MPN[RESELLER])
    held = subscription(
        1,
        PROVIDER,
        partner_of_record=MPN[RESELLER],
        indirect_reseller_id=RESELLER,
        create_digest=create_digest(sold),
    )
    unlinked = replace(ALL, links={})
    both = register(seller=PROVIDER, sales={1: sold, 2: sale()})
    decision = decide(buying(held, seller=PROVIDER), both, unlinked)
    assert [item.data.id for item in events_of(decision)] == [subscription_id(2)]


def test_another_partners_subscriptions_are_no_reason():
    taken = buying(relationship(OTHER_DIRECT), *(subscription(n, OTHER_DIRECT) for n in (5, 6)))
    assert types_of(decide(taken, register(), ALL)) == ["subscription-registered"]


def test_equal_sales_have_equal_digests():
    in_utc = sale(term=sale_term("2026-11-01T00:00:00Z"))
    elsewhere = sale(term=sale_term("2026-11-01T09:00:00.000+09:00"))
    assert create_digest(in_utc) == create_digest(elsewhere)
    assert create_digest(sale(partnerOfRecord=None)) == create_digest(sale())
    assert create_digest(sale(quantity=2)) != create_digest(sale())


def sale_term(starts_at: str) -> dict[str, str]:
    return {
        "duration": "P1Y",
        "billingCycle": "annual",
        "startsAt": starts_at,
        "endsAt": "2027-11-01T00:00:00Z",
    }
