"""The guard on recorded entries: what each command may do, and no other name helps."""

from dataclasses import replace

import pytest

from shared.deciding.evolve import evolve_all
from shared.deciding.guard import NonInterferenceError
from shared.model.base import SYSTEM, Actor
from shared.model.events import Event, EventType
from shared.model.ledger import Commission, next_entry
from shared.model.models import (
    DelegatedAdmin,
    InvitationStatus,
    Origin,
    RelationshipStatus,
    SubscriptionStatus,
)
from shared.model.state import Tenant
from shared.proving.recheck import recheck
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    STRANGER,
    actor,
    operator,
)
from tests.cast.resources import (
    block,
    customer,
    event,
    invitation,
    partner,
    relationship,
    subscription,
    tenant,
)

CUSTOMER = actor(AGENCY, "CG")
OPERATING = operator()
BLOCK = Event(EventType.PARTNER_BLOCKED, block(OTHER_DIRECT))
ASKED = invitation(1, PROVIDER, indirect_reseller_id=RESELLER)
GONE = {"status": RelationshipStatus.REMOVED, "removed_at": AT}
SUSPENDED = subscription(status=SubscriptionStatus.SUSPENDED)


def closed(number: int, partner_id: str, status: InvitationStatus, **changes: object) -> Event:
    return event(invitation(number, partner_id, status=status, **changes))


def removed(partner_id: str, **changes: object) -> Event:
    return Event(EventType.RELATIONSHIP_REMOVED, relationship(partner_id, **GONE, **changes))


def imported(partner_id: str = STRANGER, **changes: object) -> Event:
    said = {"delegated_admin": DelegatedAdmin.NONE, "origin": Origin.IMPORTED, **changes}
    return Event(EventType.RELATIONSHIP_IMPORTED, relationship(partner_id, **said))


def agency() -> Tenant:
    """Two direct partners, one of which sold; two invitations, one of them for two tiers."""
    return tenant(
        AGENCY,
        customer(),
        relationship(),
        relationship(OTHER_DIRECT),
        relationship(PROVIDER, indirect_reseller_id=RESELLER),
        relationship(RESELLER, indirect_provider_id=PROVIDER),
        ASKED,
        invitation(2, OTHER_DIRECT),
        subscription(),
    )


def recorded(command: str, by: Actor, *events: Event) -> None:
    before = agency()
    entry = next_entry(before.head, Commission(by, "1", command, AT, "usGovernment", "1"), events)
    recheck(before, evolve_all(before, events), entry, events)


ENDED = relationship(OTHER_DIRECT, delegated_admin=DelegatedAdmin.EXPIRED)
ACCEPTED = closed(1, PROVIDER, InvitationStatus.ACCEPTED, indirect_reseller_id=RESELLER)


@pytest.mark.parametrize(
    ("command", "by", "events"),
    [
        (
            "enrol-partner",
            OPERATING,
            [
                Event(EventType.PARTNER_ENROLLED, partner().but(id=AGENCY)),
                closed(1, PROVIDER, InvitationStatus.CANCELED, indirect_reseller_id=RESELLER),
                closed(2, OTHER_DIRECT, InvitationStatus.CANCELED),
            ],
        ),
        ("set-customer-profile", CUSTOMER, [event(customer(name="Renamed"))]),
        ("invite", actor(), [event(invitation(3))]),
        (
            "cancel-invitation",
            actor(OTHER_DIRECT),
            [closed(2, OTHER_DIRECT, InvitationStatus.CANCELED)],
        ),
        ("record-expiry", SYSTEM, [closed(2, OTHER_DIRECT, InvitationStatus.EXPIRED)]),
        (
            "decline-invitation",
            CUSTOMER,
            [closed(2, OTHER_DIRECT, InvitationStatus.DECLINED), BLOCK],
        ),
        (
            "accept-invitation",
            CUSTOMER,
            [
                ACCEPTED,
                event(relationship(PROVIDER, indirect_reseller_id=RESELLER, updated_at=AT)),
                event(relationship(RESELLER, indirect_provider_id=PROVIDER, updated_at=AT)),
            ],
        ),
        (
            "accept-link",
            CUSTOMER,
            [
                closed(2, OTHER_DIRECT, InvitationStatus.EXPIRED),
                event(invitation(3, OTHER_DIRECT)),
                closed(3, OTHER_DIRECT, InvitationStatus.ACCEPTED),
                event(relationship(OTHER_DIRECT, updated_at=AT)),
            ],
        ),
        ("set-block", CUSTOMER, [BLOCK]),
        ("revoke-delegated-admin", CUSTOMER, [event(ENDED)]),
        ("revoke-delegated-admin", actor(OTHER_DIRECT), [event(ENDED)]),
        ("record-lapse", SYSTEM, [event(ENDED)]),
        ("request-end", CUSTOMER, [event(relationship(OTHER_DIRECT, end_requested_at=AT))]),
        (
            "remove-relationship",
            actor(PROVIDER),
            [
                removed(PROVIDER, indirect_reseller_id=RESELLER),
                removed(RESELLER, indirect_provider_id=PROVIDER),
            ],
        ),
        (
            "import-relationship",
            OPERATING,
            [
                imported(indirect_reseller_id=BUREAU),
                imported(BUREAU, indirect_provider_id=STRANGER),
            ],
        ),
        ("register-subscriptions", actor(), [event(subscription(2)), event(subscription(3))]),
        ("update-subscription", actor(), [event(subscription(quantity=1))]),
        ("set-subscription-status", actor(), [event(SUSPENDED)]),
        ("set-partner-of-record", actor(), [event(subscription(partner_of_record="3001"))]),
        ("dispute-subscription", CUSTOMER, [event(subscription(disputed_at=AT))]),
        (
            "annul-subscription",
            OPERATING,
            [event(subscription(status=SubscriptionStatus.ANNULLED))],
        ),
    ],
)
def test_what_a_command_does_is_what_it_may(command: str, by: Actor, events: list[Event]):
    recorded(command, by, *events)
    for other in ("request-reseller-link", "issue-link"):
        if command != "set-customer-profile":
            with pytest.raises(NonInterferenceError):
                recorded(other, by, *events)


@pytest.mark.parametrize(
    ("command", "by", "happened"),
    [
        ("invite", actor(), event(invitation(3, OTHER_DIRECT))),
        ("record-expiry", SYSTEM, event(customer())),
        ("revoke-delegated-admin", actor(), event(ENDED)),
        ("remove-relationship", actor(), removed(OTHER_DIRECT)),
        ("remove-relationship", actor(RESELLER), removed(PROVIDER)),
        ("import-relationship", OPERATING, imported(delegated_admin=DelegatedAdmin.GRANTED)),
        ("import-relationship", OPERATING, imported(OTHER_DIRECT)),
        ("import-relationship", OPERATING, event(invitation(3, OTHER_DIRECT))),
        ("import-relationship", OPERATING, event(subscription(9))),
        ("update-subscription", actor(OTHER_DIRECT), event(subscription(quantity=1))),
        ("update-subscription", actor(), event(subscription(offer_name="Other"))),
        ("set-subscription-status", actor(), event(subscription(quantity=1))),
        ("register-subscriptions", actor(), event(subscription(quantity=1))),
        ("annul-subscription", CUSTOMER, event(customer())),
    ],
)
def test_another_partners_and_other_fields_stay(command: str, by: Actor, happened: Event):
    if happened == event(customer()):
        recorded(command, by, happened)
        happened = event(relationship(OTHER_DIRECT, updated_at=AT))
    with pytest.raises(NonInterferenceError):
        recorded(command, by, happened)


def test_counters_and_rows_that_an_entry_is_not_about_are_not_looked_at():
    """They are compared elsewhere; here they would make an entry of a large tenant dear."""
    before = agency()
    events = [event(subscription(2))]
    after = evolve_all(before, events)
    entry = next_entry(
        before.head, Commission(actor(), "1", "register-subscriptions", AT, "", "1"), events
    )
    recheck(before, replace(after, rows=after.rows.delete(next(iter(before.rows)))), entry, events)
