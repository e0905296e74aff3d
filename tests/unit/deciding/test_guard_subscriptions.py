"""Slip each forbidden change of a subscription into a change set: NIF-1 to NIF-4."""

import pytest

from shared.deciding.commands import Command
from shared.deciding.evolve import evolve
from shared.model.base import Model
from shared.model.models import Subscription, SubscriptionStatus
from shared.model.state import RowKind
from shared.model.terms import BillingCycle, ProductType
from tests.cast.every_command import (
    ANNUL,
    CHANGES,
    COMMANDS,
    DELETE,
    FILL,
    REACTIVATE,
    SUSPEND,
    UPDATE,
)
from tests.cast.ids import AT, BUREAU, DAY, DIRECT, OTHER_DIRECT, subscription_id
from tests.cast.resources import event, invitation, invitation_link, link, subscription
from tests.unit.deciding.guarded import BEFORE, OTHERS, SOLD, everybody, refuse, with_row

DELETED = SubscriptionStatus.DELETED
ALTERS = {
    **{kind.name: {*fields, "updated_at"} for kind, fields in CHANGES.items()},
    "register-subscriptions": {"updated_at"},
}
"""By the command's name: what may change of the subscription that it names."""

SUBSCRIPTION_CHANGES: dict[str, object] = {
    "id": subscription_id(9),
    "customer_id": BUREAU,
    "partner_id": BUREAU,
    "partner_name": "other",
    "partner_mpn_id": "9",
    "partner_of_record": "3001",
    "partner_of_record_name": "other",
    "indirect_reseller_id": BUREAU,
    "product_type": ProductType.SOFTWARE,
    "offer_id": "other",
    "offer_name": "other",
    "friendly_name": "other",
    "external_reference": "other",
    "billing_type": "usage",
    "quantity": 26,
    "unit_type": "seats",
    "auto_renew": False,
    "term": SOLD.term.but(ends_at=SOLD.term.ends_at + DAY),
    "status": SubscriptionStatus.SUSPENDED,
    "disputed_at": AT,
    "registered_at": AT,
    "updated_at": AT,
    "create_digest": "other",
}
PROMISES = {
    **dict.fromkeys(SUBSCRIPTION_CHANGES, "NIF-3"),
    **dict.fromkeys(("id", "customer_id", "partner_id", "partner_name", "partner_mpn_id"), "NIF-2"),
    **dict.fromkeys(
        ("partner_of_record", "partner_of_record_name", "indirect_reseller_id"), "NIF-4"
    ),
    **dict.fromkeys(
        ("status", "disputed_at", "registered_at", "updated_at", "create_digest"), "NIF-1"
    ),
}


def test_every_field_is_tried():
    assert SUBSCRIPTION_CHANGES.keys() == set(Subscription.model_fields)


@everybody
@pytest.mark.parametrize("field", SUBSCRIPTION_CHANGES)
def test_no_field_of_anothers_subscription(command: Command, field: str):
    changed = OTHERS.but(**{field: SUBSCRIPTION_CHANGES[field]})
    refuse(command, with_row(RowKind.SUBSCRIPTION, OTHERS.id, changed), PROMISES[field])


@pytest.mark.parametrize(
    ("command", "field"),
    [
        pytest.param(command, field, id=f"{command.name}-{field}")
        for command in COMMANDS.values()
        for field in SUBSCRIPTION_CHANGES
        if field not in ALTERS.get(command.name, set())
    ],
)
def test_no_other_field_of_the_own_subscription(command: Command, field: str):
    changed = SOLD.but(**{field: SUBSCRIPTION_CHANGES[field]})
    refuse(command, with_row(RowKind.SUBSCRIPTION, SOLD.id, changed), PROMISES[field])


@pytest.mark.parametrize(
    ("command", "was", "changes", "promise"),
    [
        (FILL, {"partner_of_record": "3001"}, {"partner_of_record": "3002"}, "NIF-4"),
        (FILL, {"partner_of_record": "3001"}, {"partner_of_record": None}, "NIF-4"),
        (UPDATE, {}, {"term": SOLD.term.but(ends_at=SOLD.term.ends_at - DAY)}, "NIF-3"),
        (UPDATE, {}, {"term": SOLD.term.but(ends_at=None)}, "NIF-3"),
        (UPDATE, {}, {"term": SOLD.term.but(duration="P3Y")}, "NIF-3"),
        (UPDATE, {}, {"term": SOLD.term.but(starts_at=AT)}, "NIF-3"),
        (UPDATE, {}, {"term": SOLD.term.but(billing_cycle=BillingCycle.ANNUAL)}, "NIF-3"),
        (REACTIVATE, {"status": DELETED}, {"status": SubscriptionStatus.ACTIVE}, "NIF-1"),
        (SUSPEND, {"status": DELETED}, {"status": SubscriptionStatus.SUSPENDED}, "NIF-1"),
        (DELETE, {"status": SubscriptionStatus.ANNULLED}, {"status": DELETED}, "NIF-1"),
        (ANNUL, {"status": DELETED}, {"status": SubscriptionStatus.ACTIVE}, "NIF-1"),
    ],
)
def test_what_may_change_changes_in_its_own_way_only(command, was, changes, promise: str):
    sold = SOLD.but(**was)
    before = with_row(RowKind.SUBSCRIPTION, SOLD.id, sold)
    after = with_row(RowKind.SUBSCRIPTION, SOLD.id, sold.but(**changes))
    refuse(command, after, promise, before)


@everybody
def test_no_new_subscription_of_another_partner(command: Command):
    stolen = subscription(3, OTHER_DIRECT)
    refuse(command, with_row(RowKind.SUBSCRIPTION, stolen.id, stolen), "NIF-2")


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c.name not in ALTERS])
def test_no_subscription_at_all_but_by_selling(command: Command):
    refuse(command, evolve(BEFORE, event(subscription(3, DIRECT))), "NIF-1")
    uncounted = subscription(3, DIRECT, status=SubscriptionStatus.DELETED)
    refuse(command, evolve(BEFORE, event(uncounted)), "NIF-2")


@everybody
@pytest.mark.parametrize(
    "row", [invitation(1), link(), invitation_link()], ids=["invitation", "link", "offer"]
)
def test_no_subscription_becomes_something_else(command: Command, row: Model):
    refuse(command, with_row(RowKind.SUBSCRIPTION, SOLD.id, row), "NIF-1")
