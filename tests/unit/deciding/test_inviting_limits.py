"""How often and how many may invite: INV-3, INV-4, INV-9, and MUL-1 where a cloud bends it."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.facts import Facts
from shared.deciding.inviting import Invite
from shared.model.models import InvitationStatus, RelationshipStatus
from shared.model.state import Tenant
from tests.cast.bodies import invite_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
)
from tests.cast.resources import (
    block,
    invitation,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)

ALL = facts(
    partner(DIRECT), partner(OTHER_DIRECT), partner(PROVIDER), partner(RESELLER), links=[link()]
)


def invite(partner_id: str = DIRECT, number: int = 1, **body: object) -> Invite:
    return Invite(actor(partner_id), AGENCY, invitation_id(number), invite_body(**body))


def test_one_pending_at_a_time_and_the_refusal_names_it():
    decision = decide(tenant(AGENCY, invitation(1)), invite(number=2), ALL)
    assert rules_of(decision) == ["INV-3 invitationId"]
    assert decision.refusals[0].params == {"pending": invitation_id(1)}
    others = tenant(AGENCY, invitation(1, OTHER_DIRECT))
    assert types_of(decide(others, invite(number=2), ALL)) == ["invitation-created"]


def test_an_overdue_one_is_recorded_expired_on_the_way():
    overdue = tenant(AGENCY, invitation(1, expires_at=AT))
    expired, created = events_of(decide(overdue, invite(number=2), ALL))
    assert (expired.type, created.type) == ("invitation-expired", "invitation-created")
    assert (expired.data.id, expired.data.closed_at) == (invitation_id(1), AT)


def test_a_blocked_partner_is_refused_and_no_other():
    blocked = tenant(AGENCY, block())
    assert rules_of(decide(blocked, invite(), ALL)) == ["INV-9 partnerId"]
    assert types_of(decide(blocked, invite(OTHER_DIRECT), ALL)) == ["invitation-created"]


def canceled(*created_days_ago: int) -> Tenant:
    """The agency after so many invitations that the partner took back."""
    asked = [
        invitation(number, created_at=AT - days * DAY)
        for number, days in enumerate(created_days_ago, 10)
    ]
    return tenant(
        AGENCY,
        *(item for one in asked for item in (one, one.but(status=InvitationStatus.CANCELED))),
    )


def test_three_invitations_in_thirty_days():
    assert rules_of(decide(canceled(29, 2, 1), invite(), ALL)) == ["INV-9 partnerId"]
    assert types_of(decide(canceled(30, 2, 1), invite(), ALL)) == ["invitation-created"]
    assert types_of(decide(canceled(2, 1), invite(), ALL)) == ["invitation-created"]


def test_the_refusal_says_when_to_try_again():
    decision = decide(canceled(29, 2, 1), invite(), ALL)
    assert decision.refusals[0].params == {"again": "2026-11-02T08:00:00.000000Z"}


def crowd(count: int, **changes: object) -> Tenant:
    """The agency with as many other partners that invited it."""
    return tenant(
        AGENCY,
        *(
            invitation(number).but(
                partner_id=f"{number:08d}-0000-4000-8000-000000000000", **changes
            )
            for number in range(100, 100 + count)
        ),
    )


def test_twenty_wait_for_a_customers_answer():
    assert rules_of(decide(crowd(20), invite(), ALL)) == ["INV-9 customerId"]
    assert types_of(decide(crowd(19), invite(), ALL)) == ["invitation-created"]
    overdue = crowd(20, expires_at=AT)
    assert types_of(decide(overdue, invite(), ALL)) == ["invitation-created"]


def test_a_hundred_partners_per_customer():
    full = crowd(100, expires_at=AT)
    assert rules_of(decide(full, invite(), ALL)) == ["INV-9 customerId"]
    assert types_of(decide(crowd(99, expires_at=AT), invite(), ALL)) == ["invitation-created"]
    two_tier = invite(PROVIDER, indirectResellerId=RESELLER)
    assert rules_of(decide(crowd(99, expires_at=AT), two_tier, ALL)) == ["INV-9 customerId"]
    assert types_of(decide(crowd(98, expires_at=AT), two_tier, ALL)) == ["invitation-created"]


def test_who_is_among_the_hundred_may_invite_again():
    known = replace(full := crowd(99, expires_at=AT), head=tenant(AGENCY, relationship()).head)
    known = replace(
        known, head=replace(known.head, related={**full.head.related, **known.head.related})
    )
    assert len(known.head.related) == 100
    assert types_of(decide(known, invite(), ALL)) == ["invitation-created"]


def single(known: Facts) -> Facts:
    """A cloud in which a customer has one partner."""
    return replace(known, cloud=replace(known.cloud, multi_partner=False))


def test_another_partner_is_no_reason_unless_the_cloud_says_so():
    others = (relationship(OTHER_DIRECT), subscription(1, OTHER_DIRECT))
    taken = tenant(AGENCY, relationship(), *others)
    assert types_of(decide(taken, invite(), ALL)) == ["invitation-created"]
    assert rules_of(decide(taken, invite(), single(ALL))) == ["MultiPartnerNotAvailable customerId"]
    unheard_of = tenant(AGENCY, *others)
    assert types_of(decide(unheard_of, invite(), single(ALL))) == ["invitation-created"]


@pytest.mark.parametrize(
    "others",
    [
        [relationship(DIRECT)],
        [relationship(OTHER_DIRECT, status=RelationshipStatus.REMOVED)],
        [invitation(5, OTHER_DIRECT)],
    ],
)
def test_only_anothers_active_relationship_counts_there(others):
    assert types_of(decide(tenant(AGENCY, *others), invite(), single(ALL))) == [
        "invitation-created"
    ]
