"""Declining, taking back, and expiring: INV-2, INV-4."""

from dataclasses import replace

import pytest
from immutables import Map

from shared.deciding.accepting import DeclineInvitation
from shared.deciding.closing import closed
from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Decided, NotEnrolled
from shared.deciding.inviting import CancelInvitation, RecordExpiry
from shared.model.base import SYSTEM
from shared.model.models import InvitationStatus, PartnerStatus
from shared.model.personal import Contact, Details
from tests.cast.bodies import decline_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.ids import AGENCY, AT, DAY, DIRECT, OTHER_DIRECT, actor, invitation_id
from tests.cast.resources import block, invitation, partner, tenant

CANCEL = CancelInvitation(actor(DIRECT), AGENCY, invitation_id())
EXPIRE = RecordExpiry(SYSTEM, AGENCY, invitation_id())
NOW = facts(partner(DIRECT))


def decline(tenant_id: str = AGENCY, **body: object) -> DeclineInvitation:
    return DeclineInvitation(actor(tenant_id, "CG"), AGENCY, invitation_id(), decline_body(**body))


@pytest.mark.parametrize(
    ("command", "kind", "status", "who"),
    [
        (decline(), "invitation-declined", InvitationStatus.DECLINED, (AGENCY, "CG")),
        (CANCEL, "invitation-canceled", InvitationStatus.CANCELED, (DIRECT, "G")),
    ],
)
def test_a_pending_one_is_closed(command, kind: str, status: InvitationStatus, who):
    (happened,) = events_of(decide(tenant(AGENCY, invitation()), command, NOW))
    assert happened.type == kind
    data = happened.data
    assert (data.closed_by.tenant_id, data.closed_by.role) == who
    assert data == invitation(status=status, closed_at=AT, closed_by=data.closed_by, updated_at=AT)


@pytest.mark.parametrize(
    ("command", "status"),
    [(decline(), InvitationStatus.DECLINED), (CANCEL, InvitationStatus.CANCELED)],
)
def test_where_it_leads_already(command, status: InvitationStatus):
    assert decide(tenant(AGENCY, invitation(status=status)), command, NOW) == Decided()


@pytest.mark.parametrize("command", [decline(), CANCEL])
@pytest.mark.parametrize("status", ["accepted", "declined", "canceled", "expired", "overdue"])
def test_what_is_closed_otherwise_is_refused(command, status: str):
    leads_to = "declined" if isinstance(command, DeclineInvitation) else "canceled"
    if status == "overdue":
        before = invitation(expires_at=AT)
    else:
        before = invitation(status=InvitationStatus(status))
    decision = decide(tenant(AGENCY, before), command, NOW)
    if status == leads_to:
        assert decision == Decided()
    else:
        rule = "INV-4" if status in {"expired", "overdue"} else "INV-2"
        assert rules_of(decision) == [f"{rule} invitationId"]


@pytest.mark.parametrize(
    "command",
    [
        decline(DIRECT),
        CancelInvitation(actor(OTHER_DIRECT), AGENCY, invitation_id()),
        CancelInvitation(actor(AGENCY, "CG"), AGENCY, invitation_id()),
    ],
)
def test_nobody_else_closes_it(command):
    known = facts(partner(DIRECT), partner(OTHER_DIRECT))
    assert decide(tenant(AGENCY, invitation()), command, known) == Absent()


@pytest.mark.parametrize("command", [decline(), CANCEL])
def test_what_does_not_exist_is_absent(command):
    assert decide(tenant(), command, NOW) == Absent()


def test_a_partner_that_is_no_more_or_suspended_takes_nothing_back():
    waiting = tenant(AGENCY, invitation())
    assert decide(waiting, CANCEL, facts()) == NotEnrolled()
    suspended = facts(partner(DIRECT, status=PartnerStatus.SUSPENDED))
    assert rules_of(decide(waiting, CANCEL, suspended)) == ["PRT-1 partnerId"]


def test_declining_may_block():
    before = tenant(AGENCY, invitation())
    _, blocked = events_of(decide(before, decline(block=True), NOW))
    assert blocked.type == "partner-blocked"
    assert blocked.data == block(met=True)
    assert types_of(decide(before, decline(block=False), NOW)) == ["invitation-declined"]


def test_a_block_that_stands_stays_as_it_is_when_declining_asks_for_one():
    before = tenant(AGENCY, invitation(), block(met=True))
    assert types_of(decide(before, decline(block=True), NOW)) == ["invitation-declined"]


def test_the_reason_joins_the_personal_data():
    kept = Details(create_digest="d", contact=Contact(email="a@b.example", locale="en"))
    before = replace(tenant(AGENCY, invitation()), details=Map({invitation_id(): kept}))
    decision = decide(before, decline(reason="No budget"), NOW)
    assert isinstance(decision, Decided)
    assert decision.details == Map({invitation_id(): kept.but(decline_reason="No budget")})
    assert "No budget" not in str(decision.events)


def test_without_a_reason_no_personal_data_is_written():
    decision = decide(tenant(AGENCY, invitation()), decline(), NOW)
    assert isinstance(decision, Decided)
    assert not decision.details


def test_the_timer_records_what_is_overdue():
    overdue = invitation(expires_at=AT - DAY)
    (expired,) = events_of(decide(tenant(AGENCY, overdue), EXPIRE, NOW))
    assert expired.type == "invitation-expired"
    assert expired.data.status is InvitationStatus.EXPIRED
    assert (expired.data.closed_at, expired.data.updated_at) == (AT - DAY, AT)
    assert expired.data.closed_by.role == "system"


@pytest.mark.parametrize(
    "before",
    [
        [],
        [invitation()],
        [invitation(status=InvitationStatus.ACCEPTED, expires_at=AT)],
        [invitation(status=InvitationStatus.EXPIRED, expires_at=AT)],
    ],
)
def test_the_timer_leaves_anything_else_alone(before):
    assert decide(tenant(AGENCY, *before), EXPIRE, NOW) == Decided()


@pytest.mark.parametrize("status", sorted(set(InvitationStatus) - {InvitationStatus.PENDING}))
def test_what_is_overdue_can_only_expire(status: InvitationStatus):
    happened = closed(invitation(expires_at=AT), status, actor(), AT, reason="ELG-1")
    assert happened.type == "invitation-expired"
    assert happened.data.status is InvitationStatus.EXPIRED
    assert (happened.data.closed_by.role, happened.data.close_reason) == ("system", None)
