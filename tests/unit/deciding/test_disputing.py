"""Squatted ids and empty partners of record: SUB-6, POR-1 to POR-3."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Absent, Decided
from shared.deciding.selling import SetPartnerOfRecord
from shared.model.claims import ClaimKey, ClaimKind, claims_of
from shared.model.models import LinkStatus, SubscriptionStatus
from shared.model.state import Related, Tenant
from shared.policy.invitations import KEPT_FOR_BLOCKS, RELATED_PER_CUSTOMER
from tests.cast.bodies import of_record_body
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.every_command import ANNUL, DELETE, DISPUTE, REACTIVATE, SOLD, SUSPEND, UPDATE
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    MPN,
    OTHER_DIRECT,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    actor,
    subscription_id,
)
from tests.cast.resources import link, partner, subscription, tenant

NOW = facts(partner())
ANNULLED = SubscriptionStatus.ANNULLED
HELD = ClaimKey(ClaimKind.SUBSCRIPTION, subscription_id())
DISPUTED = subscription(disputed_at=AT - DAY)
ALL = facts(
    *map(partner, (PROVIDER, RESELLER, OTHER_RESELLER)), links=[link(), link(OTHER_RESELLER)]
)


def fill(mpn_id: str = MPN[RESELLER], seller: str = PROVIDER) -> SetPartnerOfRecord:
    return SetPartnerOfRecord(actor(seller), *SOLD, of_record_body(mpn_id))


def providers(**changes: object) -> Tenant:
    return tenant(AGENCY, subscription(1, PROVIDER, **changes))


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - {ANNULLED}))
def test_a_dispute_changes_nothing_else(status: SubscriptionStatus):
    before = tenant(AGENCY, subscription(status=status))
    (happened,) = events_of(decide(before, DISPUTE, NOW))
    assert happened.type == "subscription-disputed"
    assert happened.data == subscription(status=status, disputed_at=AT, updated_at=AT)


def test_disputing_again_keeps_the_first_time():
    assert decide(tenant(AGENCY, DISPUTED), DISPUTE, NOW) == Decided()


def test_only_the_customer_disputes_what_exists():
    before = tenant(AGENCY, subscription())
    for who in (DIRECT, OTHER_DIRECT):
        assert decide(before, replace(DISPUTE, actor=actor(who, "CG")), NOW) == Absent()
    assert decide(tenant(), DISPUTE, NOW) == Absent()
    assert decide(tenant(), ANNUL, NOW) == Absent()


def test_only_what_is_disputed_is_annulled():
    undisputed = tenant(AGENCY, subscription())
    assert rules_of(decide(undisputed, ANNUL, NOW)) == ["SUB-6 subscriptionId"]


@pytest.mark.parametrize("status", sorted(set(SubscriptionStatus) - {ANNULLED}))
def test_annulling_frees_the_id_and_keeps_the_row(status: SubscriptionStatus):
    before = tenant(AGENCY, DISPUTED.but(status=status), subscription(2))
    (happened,) = events_of(decide(before, ANNUL, NOW))
    assert happened.type == "subscription-annulled"
    assert happened.data == DISPUTED.but(status=ANNULLED, updated_at=AT)
    after = evolve_all(before, [happened])
    assert claims_of(before) - claims_of(after) == {HELD}
    assert after.head.of(DIRECT).blocking == 1
    assert after.subscription(subscription_id()) == happened.data


def test_annulled_is_the_end():
    before = tenant(AGENCY, DISPUTED.but(status=ANNULLED))
    assert decide(before, ANNUL, NOW) == Decided()
    assert decide(before, DISPUTE, NOW) == Decided()
    for command in (UPDATE, SUSPEND, DELETE):
        assert rules_of(decide(before, command, NOW)) == ["SUB-3 subscriptionId"]
    assert "SUB-3 subscriptionId" in rules_of(decide(before, REACTIVATE, NOW))


def test_an_empty_partner_of_record_is_filled():
    (happened,) = events_of(decide(providers(), fill(), ALL))
    assert happened.type == "subscription-partner-of-record-set"
    assert happened.data == subscription(
        1,
        PROVIDER,
        partner_of_record="3001",
        partner_of_record_name="Partner 3001",
        indirect_reseller_id=RESELLER,
        updated_at=AT,
    )


def test_filling_again_is_the_same_result_and_never_another():
    filled = providers(partner_of_record=MPN[RESELLER], indirect_reseller_id=RESELLER)
    assert decide(filled, fill(), ALL) == Decided()
    other = decide(filled, fill(MPN[OTHER_RESELLER]), ALL)
    assert rules_of(other) == ["POR-3 partnerOfRecord"]


def test_a_direct_bill_partner_has_none_to_fill():
    decision = decide(tenant(AGENCY, subscription()), fill(seller=DIRECT), NOW)
    assert rules_of(decision) == ["POR-3 partnerOfRecord"]
    assert decision.refusals[0].variant == "provider"


@pytest.mark.parametrize(
    ("mpn_id", "known", "refused"),
    [
        (MPN[PROVIDER], ALL, ["POR-1 partnerOfRecord"]),
        ("424242", ALL, ["POR-2 partnerOfRecord"]),
        (MPN[RESELLER], facts(partner(PROVIDER), partner(RESELLER)), ["POR-2 partnerOfRecord"]),
        (
            MPN[RESELLER],
            facts(partner(PROVIDER), partner(RESELLER), links=[link(status=LinkStatus.ENDED)]),
            ["POR-2 partnerOfRecord"],
        ),
        (
            MPN[RESELLER],
            facts(
                partner(PROVIDER),
                partner(RESELLER, partner_agreement_signed_at=None),
                links=[link()],
            ),
            ["AGR-2 partnerOfRecord"],
        ),
    ],
)
def test_filling_needs_what_registering_with_it_needs(mpn_id: str, known, refused: list[str]):
    assert rules_of(decide(providers(), fill(mpn_id), known)) == refused


@pytest.mark.parametrize("status", [SubscriptionStatus.DELETED, ANNULLED])
def test_what_is_over_is_not_filled(status: SubscriptionStatus):
    assert rules_of(decide(providers(status=status), fill(), ALL)) == ["SUB-3 subscriptionId"]


def test_a_reseller_is_heard_of_only_where_there_is_room():
    before = providers()
    crowd = {
        f"other-{number}": Related() for number in range(RELATED_PER_CUSTOMER - KEPT_FOR_BLOCKS - 1)
    }
    full = before.with_head(replace(before.head, related={**crowd, **before.head.related}))
    assert rules_of(decide(full, fill(), ALL)) == ["INV-9 partnerOfRecord"]
    known = before.with_head(replace(full.head, related={**full.head.related, RESELLER: Related()}))
    room = dict(list(known.head.related.items())[1:])
    assert events_of(decide(known.with_head(replace(known.head, related=room)), fill(), ALL))
