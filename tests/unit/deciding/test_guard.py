"""Slip each forbidden change into a change set: the commit guards itself (NIF-1 to NIF-5)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from shared.deciding.commands import Command
from shared.deciding.evolve import evolve
from shared.model.base import Who
from shared.model.customers import CustomerAgreement
from shared.model.models import (
    DelegatedAdmin,
    Invitation,
    InvitationStatus,
    Origin,
    OtherSide,
    Relationship,
    RelationshipStatus,
    SubscriptionStatus,
)
from shared.model.state import Related, RowKind, Tenant
from tests.cast.every_command import (
    ACCEPT,
    ACCEPT_LINK,
    AGREE,
    COMMANDS,
    END,
    ENROL,
    FILL,
    PROFILE,
    REQUEST,
    SELL,
    SUSPEND,
    UPDATE,
)
from tests.cast.ids import AT, BUREAU, DAY, DIRECT, OTHER_DIRECT, PROVIDER, invitation_id
from tests.cast.resources import agreement, event, invitation, partner, relationship
from tests.unit.deciding.guarded import BEFORE, everybody, refuse, with_row

DELETED = SubscriptionStatus.DELETED


def with_related(partner_id: str, **changes: object) -> Tenant:
    related: Mapping[str, Related] = BEFORE.head.related
    changed = {**related, partner_id: related[partner_id].but(**changes)}
    return replace(BEFORE, head=replace(BEFORE.head, related=changed))


RELATES = ["revoke-delegated-admin", "record-lapse", "request-end", "remove-relationship"]

RELATIONSHIP_CHANGES: dict[str, object] = {
    "customer_id": BUREAU,
    "partner_id": BUREAU,
    "partner_name": "other",
    "partner_mpn_id": "9",
    "status": RelationshipStatus.REMOVED,
    "delegated_admin": DelegatedAdmin.NONE,
    "delegated_admin_until": AT,
    "indirect_reseller_id": BUREAU,
    "indirect_provider_id": BUREAU,
    "other_side": OtherSide.of(partner(PROVIDER)),
    "invitation_id": invitation_id(9),
    "origin": Origin.IMPORTED,
    "evidence": "contract 4711",
    "since": AT,
    "end_requested_at": AT,
    "removed_at": AT,
    "updated_at": AT,
}

INVITATION_CHANGES: dict[str, object] = {
    "id": invitation_id(9),
    "customer_id": BUREAU,
    "partner_name": "other",
    "partner_mpn_id": "9",
    "indirect_reseller_id": BUREAU,
    "indirect_provider_id": BUREAU,
    "other_side": OtherSide.of(partner(PROVIDER)),
    "delegated_admin": False,
    "external_reference": "other",
    "microsoft_request_url": "https://admin.microsoft.us/other",
    "created_at": AT,
    "created_by": Who(tenant_id=BUREAU, role="G"),
    "expires_at": AT,
    "link_id": BUREAU,
}

CLOSING = {"status", "closed_at", "closed_by", "close_reason", "updated_at"}

AGREEMENT_CHANGES: dict[str, object] = {
    "customer_id": BUREAU,
    "accepted_at": AT,
    "accepted_by": Who(tenant_id=BUREAU, role="CG"),
}


def test_every_field_is_tried():
    assert RELATIONSHIP_CHANGES.keys() == set(Relationship.model_fields)
    assert INVITATION_CHANGES.keys() | CLOSING | {"partner_id"} == set(Invitation.model_fields)
    assert AGREEMENT_CHANGES.keys() == set(CustomerAgreement.model_fields)


@everybody
@pytest.mark.parametrize("field", RELATIONSHIP_CHANGES)
def test_no_field_of_anothers_relationship(command: Command, field: str):
    changed = relationship(OTHER_DIRECT).but(**{field: RELATIONSHIP_CHANGES[field]})
    refuse(command, with_related(OTHER_DIRECT, relationship=changed), "NIF-5")


@everybody
def test_no_relationship_taken_away_or_made_for_another(command: Command):
    refuse(command, with_related(OTHER_DIRECT, relationship=None), "NIF-5")
    refuse(command, evolve(BEFORE, event(relationship(BUREAU))), "NIF-5")
    refuse(command, with_related(OTHER_DIRECT, removals=1), "NIF-5")


@pytest.mark.parametrize(
    "command",
    [
        command
        for command in COMMANDS.values()
        if command not in {ACCEPT, ACCEPT_LINK} and command.name not in RELATES
    ],
)
def test_not_even_the_own_relationship_but_by_what_is_about_it(command: Command):
    refuse(command, with_related(DIRECT, relationship=None), "NIF-5")


ASKED: dict[str, object] = {
    "pending": None,
    "invited": (AT,),
    "blocked": True,
    "reference": "of somebody",
    "last_name": "Somebody",
    "changed_at": AT + DAY,
}
"""What a head knows of what a partner asked, and of what it sees of the customer."""


@pytest.mark.parametrize("field", ASKED)
@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c is not ENROL])
def test_nothing_of_what_another_asked(command: Command, field: str):
    refuse(command, with_related(OTHER_DIRECT, **{field: ASKED[field]}), "NIF-5")


@pytest.mark.parametrize("command", [PROFILE, REQUEST, AGREE, END, SELL, UPDATE, SUSPEND, FILL])
@pytest.mark.parametrize("field", ASKED)
def test_nothing_of_what_anybody_asked(command: Command, field: str):
    refuse(command, with_related(DIRECT, **{field: ASKED[field]}), "NIF-5")


@pytest.mark.parametrize("command", [c for c in COMMANDS.values() if c is not ENROL])
def test_no_invitation_of_another(command: Command):
    canceled = invitation(2, OTHER_DIRECT, status=InvitationStatus.CANCELED)
    refuse(command, with_row(RowKind.INVITATION, canceled.id, canceled), "NIF-5")
    new = invitation(3, OTHER_DIRECT)
    refuse(command, with_row(RowKind.INVITATION, new.id, new), "NIF-5")


@everybody
@pytest.mark.parametrize("field", INVITATION_CHANGES)
def test_nothing_that_an_invitation_asked(command: Command, field: str):
    changed = invitation(1).but(**{field: INVITATION_CHANGES[field]})
    refuse(command, with_row(RowKind.INVITATION, invitation_id(1), changed), "NIF-5")


@everybody
def test_an_invitation_goes_to_no_other_partner(command: Command):
    taken = invitation(2, OTHER_DIRECT).but(partner_id=DIRECT)
    refuse(command, with_row(RowKind.INVITATION, invitation_id(2), taken), "NIF-5")


@everybody
@pytest.mark.parametrize("field", AGREEMENT_CHANGES)
def test_an_accepted_agreement_stays(command: Command, field: str):
    changed = agreement().but(**{field: AGREEMENT_CHANGES[field]})
    refuse(command, replace(BEFORE, head=replace(BEFORE.head, agreement=changed)), "NIF-3")
    refuse(command, replace(BEFORE, head=replace(BEFORE.head, agreement=None)), "NIF-3")


@everybody
@pytest.mark.parametrize("key", BEFORE.rows)
def test_no_row_disappears(command: Command, key):
    refuse(command, replace(BEFORE, rows=BEFORE.rows.delete(key)), "NIF-1")


@everybody
@pytest.mark.parametrize("partner_id", [DIRECT, OTHER_DIRECT])
def test_no_counter_goes_back(command: Command, partner_id: str):
    refuse(command, with_related(partner_id, feed=0), "NIF-5")
    others = {k: v for k, v in BEFORE.head.related.items() if k != partner_id}
    refuse(command, replace(BEFORE, head=replace(BEFORE.head, related=others)), "NIF-")
    # A feed that moves on does not hide that.
    refuse(command, with_related(partner_id, feed=9), "NIF-5", with_related(partner_id, removals=1))


@everybody
def test_no_count_of_anothers_subscriptions(command: Command):
    refuse(command, with_related(OTHER_DIRECT, blocking=0), "NIF-1")
    refuse(command, with_related(OTHER_DIRECT, subscriptions=9), "NIF-2")
