"""The life of a subscription: SUB-3, SUB-7, SUB-8. Only its transacting partner changes it."""

from dataclasses import replace
from itertools import product

import pytest

from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Decided, NotEnrolled
from shared.model.models import RelationshipStatus, SubscriptionStatus
from shared.model.state import Tenant
from tests.cast.bodies import subscription_patch
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.every_command import DELETE, FILL, REACTIVATE, SUSPEND, UPDATE
from tests.cast.ids import AGENCY, AT, DIRECT, OTHER_DIRECT, RESELLER, actor
from tests.cast.resources import agreement, customer, partner, relationship, subscription, tenant

ACTIVE, SUSPENDED = SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED
DELETED, ANNULLED = SubscriptionStatus.DELETED, SubscriptionStatus.ANNULLED
NOW = facts(partner())
LATER, EARLIER = "2028-11-01T00:00:00Z", "2027-10-31T23:59:59Z"
COMMANDS = {ACTIVE: REACTIVATE, SUSPENDED: SUSPEND, DELETED: DELETE}
EVENTS = {
    ACTIVE: "subscription-reactivated",
    SUSPENDED: "subscription-suspended",
    DELETED: "subscription-deleted",
}


def selling(**changes: object) -> Tenant:
    """The agency with one subscription of DIRECT, and all that registering needs."""
    return tenant(AGENCY, customer(), agreement(), relationship(), subscription(**changes))


def update(**body: object):
    return replace(UPDATE, body=subscription_patch(**body))


@pytest.mark.parametrize(("was", "wanted"), list(product(SubscriptionStatus, COMMANDS)))
def test_every_step(was: SubscriptionStatus, wanted: SubscriptionStatus):
    decision = decide(selling(status=was), COMMANDS[wanted], NOW)
    if was is wanted:
        assert decision == Decided()
    elif was in {DELETED, ANNULLED}:
        assert rules_of(decision) == ["SUB-3 subscriptionId"]
        assert decision.refusals[0].params == {"status": was.value}
    else:
        (happened,) = events_of(decision)
        assert happened.type == EVENTS[wanted]
        assert happened.data == subscription(status=wanted, updated_at=AT)


def test_suspending_and_deleting_need_only_ownership():
    alone = tenant(AGENCY, subscription())
    unsigned = facts(partner(RESELLER).but(id=DIRECT, partner_agreement_signed_at=None))
    for command in (SUSPEND, DELETE):
        assert events_of(decide(alone, command, unsigned))


def test_reactivating_needs_all_that_registering_needs():
    alone = tenant(AGENCY, subscription(status=SUSPENDED))
    seller = partner(RESELLER).but(id=DIRECT, partner_agreement_signed_at=None)
    assert rules_of(decide(alone, REACTIVATE, facts(seller))) == [
        "SUB-1 customerId",
        "SUB-1 partnerId",
        "AGR-1 partnerId",
    ]


def test_not_even_the_first_time_after_a_removal():
    removed = relationship(status=RelationshipStatus.REMOVED)
    known = (customer(), agreement(), removed, subscription(status=SUSPENDED))
    assert rules_of(decide(tenant(AGENCY, *known), REACTIVATE, NOW)) == ["SUB-1 customerId"]


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ({"quantity": 30}, {"quantity": 30}),
        ({"friendlyName": "Mail"}, {"friendly_name": "Mail"}),
        ({"autoRenew": False}, {"auto_renew": False}),
    ],
)
@pytest.mark.parametrize("status", [ACTIVE, SUSPENDED])
def test_each_field_alone(body, changes, status: SubscriptionStatus):
    (happened,) = events_of(decide(selling(status=status), update(**body), NOW))
    assert happened.type == "subscription-updated"
    assert happened.data == subscription(**changes, status=status, updated_at=AT)


def test_a_term_ends_later_and_keeps_the_rest():
    (happened,) = events_of(decide(selling(), update(term={"endsAt": LATER}), NOW))
    was, now = subscription().term, happened.data.term
    assert now.ends_at.year == 2028
    assert now == was.but(ends_at=now.ends_at)
    refused = decide(selling(), update(term={"endsAt": EARLIER}, quantity=30), NOW)
    assert rules_of(refused) == ["SUB-8 term.endsAt"]


def test_an_end_is_set_where_there_is_none_and_never_taken_back():
    forever = subscription().term.but(duration=None, ends_at=None)
    (happened,) = events_of(decide(selling(term=forever), update(term={"endsAt": LATER}), NOW))
    now = happened.data.term
    assert (now.duration, now.ends_at.year) == (None, 2028)
    refused = decide(selling(term=now), update(term={"endsAt": EARLIER}), NOW)
    assert rules_of(refused) == ["SUB-8 term.endsAt"]


def test_all_fields_at_once_and_a_name_is_cleared():
    command = update(quantity=1, friendlyName=None, autoRenew=False, term={"endsAt": LATER})
    (happened,) = events_of(decide(selling(friendly_name="Mail"), command, NOW))
    now = happened.data
    assert (now.quantity, now.friendly_name, now.auto_renew) == (1, None, False)
    kept = subscription(friendly_name="Mail")
    changed = ("quantity", "friendly_name", "auto_renew", "term", "updated_at")
    assert now.but(**{name: getattr(kept, name) for name in changed}) == kept


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"quantity": 25},
        {"friendlyName": None},
        {"autoRenew": True},
        {"term": {"endsAt": "2027-11-01T00:00:00Z"}},
    ],
)
def test_what_is_so_already_changes_nothing(body):
    assert decide(selling(), update(**body), NOW) == Decided()


@pytest.mark.parametrize("status", [DELETED, ANNULLED])
def test_what_is_over_is_not_updated(status: SubscriptionStatus):
    decision = decide(selling(status=status), update(term={"endsAt": EARLIER}), NOW)
    assert rules_of(decision) == ["SUB-3 subscriptionId", "SUB-8 term.endsAt"]


@pytest.mark.parametrize("command", [UPDATE, SUSPEND, DELETE, REACTIVATE, FILL])
@pytest.mark.parametrize("who", [OTHER_DIRECT, RESELLER])
def test_for_anybody_else_it_does_not_exist(command, who: str):
    before = selling(partner_of_record="3001", indirect_reseller_id=RESELLER)
    everybody = facts(partner(), partner(OTHER_DIRECT), partner(RESELLER))
    assert decide(before, replace(command, actor=actor(who)), everybody) == Absent()
    assert decide(tenant(), command, NOW) == Absent()


@pytest.mark.parametrize("command", [UPDATE, SUSPEND, DELETE, FILL])
def test_partner_roles_count_only_in_a_partner(command):
    assert decide(selling(), command, facts()) == NotEnrolled()
