"""What a resource says about itself at a moment."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from shared.model.base import Actor, Who
from shared.model.models import (
    DelegatedAdmin,
    InvitationStatus,
    Partner,
    ResellerLink,
    SubscriptionStatus,
)
from shared.model.terms import ProductType
from tests.cast.ids import AT, actor
from tests.cast.resources import invitation, link, partner, relationship, subscription

TICK = timedelta(microseconds=1)


def test_a_pending_invitation_is_expired_from_its_last_moment_on():
    asked = invitation(expires_at=AT)
    assert asked.status_at(AT - TICK) is InvitationStatus.PENDING
    assert asked.status_at(AT) is InvitationStatus.EXPIRED


@pytest.mark.parametrize("status", sorted(set(InvitationStatus) - {InvitationStatus.PENDING}))
def test_a_closed_invitation_stays_what_it_is(status: InvitationStatus):
    assert invitation(status=status, expires_at=AT).status_at(AT + TICK) is status


def test_privileges_lapse_by_themselves():
    held = relationship(delegated_admin_until=AT)
    assert held.delegated_admin_at(AT - TICK) is DelegatedAdmin.GRANTED
    assert held.delegated_admin_at(AT) is DelegatedAdmin.EXPIRED
    assert relationship().delegated_admin_at(AT) is DelegatedAdmin.GRANTED


@pytest.mark.parametrize("held", sorted(set(DelegatedAdmin) - {DelegatedAdmin.GRANTED}))
def test_what_is_not_granted_does_not_lapse(held: DelegatedAdmin):
    ended = relationship(delegated_admin=held, delegated_admin_until=AT)
    assert ended.delegated_admin_at(AT) is held


@pytest.mark.parametrize(
    ("product", "blocking"),
    [
        (ProductType.ONLINE_SERVICE, {"active"}),
        (ProductType.AZURE_PLAN, {"active"}),
        (ProductType.AZURE_RESERVATION, {"active", "suspended"}),
        (ProductType.SOFTWARE, {"active", "suspended"}),
    ],
)
@pytest.mark.parametrize("status", SubscriptionStatus)
def test_what_blocks_the_removal_of_a_relationship(
    product: ProductType, blocking: set[str], status: SubscriptionStatus
):
    sold = subscription(product_type=product, status=status)
    assert sold.blocks_removal is (status in blocking)


def test_others_see_of_an_actor_no_person():
    assert Who.of(actor("t", "G")) == Who(tenant_id="t", role="G")
    assert "person" not in str(Who.of(actor("t", "G")))


def test_models_are_frozen_and_a_change_is_a_copy():
    before = partner()
    with pytest.raises(ValidationError, match="frozen"):
        before.name = "New"  # type: ignore[misc] - this is what must fail
    assert before.but(name="New").name == "New"
    assert before.name != "New"


def test_an_unknown_field_is_an_error():
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Partner.model_validate(partner().model_dump() | {"surprise": 1})
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Actor.model_validate(actor().model_dump() | {"email": "a@b.example"})


def test_times_are_kept_in_utc_and_written_with_six_decimals():
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    ended = ResellerLink.model_validate({**dict(link()), "since": elsewhere})
    assert ended.since.tzinfo is UTC
    assert ended.model_dump(mode="json")["since"] == "2026-11-01T08:00:00.000000Z"


def test_a_time_without_a_zone_is_no_time():
    with pytest.raises(ValidationError, match="timezone"):
        ResellerLink.model_validate(
            {
                "providerId": "a",
                "resellerId": "b",
                "status": "ended",
                "since": datetime(2026, 11, 1),  # noqa: DTZ001 - this is what must fail
            }
        )
