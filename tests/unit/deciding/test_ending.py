"""Blocks, the end of privileges, and the wish for an end: INV-9, DAP-1, REM-3."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Absent, Decided, NotEnrolled
from shared.model.base import SYSTEM
from shared.model.models import DelegatedAdmin, RelationshipStatus
from shared.model.state import Head, Related, Tenant
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.every_command import ASK_END, BLOCK, DROP, INVITE, LAPSE, REVOKE
from tests.cast.ids import AGENCY, AT, DAY, DIRECT, OTHER_DIRECT, actor
from tests.cast.resources import block, invitation, partner, relationship, subscription, tenant

NOW = facts(partner())
UNBLOCK = replace(BLOCK, blocked=False)
BLOCKED = block()
STANDING = tenant(AGENCY, relationship(), relationship(OTHER_DIRECT), subscription())


@pytest.mark.parametrize("known", [[], [relationship()], [invitation()]])
def test_a_customer_blocks_whom_it_wants_and_reads_the_names_of_whom_it_met(known):
    before = tenant(AGENCY, *known)
    (happened,) = events_of(decide(before, BLOCK, NOW))
    assert (happened.type, happened.data) == ("partner-blocked", block(met=bool(known)))
    assert decide(evolve_all(before, [happened]), BLOCK, NOW) == Decided()


def test_a_blocked_partner_invites_again_once_it_is_unblocked():
    blocked = tenant(AGENCY, BLOCKED)
    assert rules_of(decide(blocked, INVITE, NOW)) == ["INV-9 partnerId"]
    (happened,) = events_of(decide(blocked, UNBLOCK, NOW))
    assert (happened.type, happened.data) == ("partner-unblocked", BLOCKED)
    unblocked = evolve_all(blocked, [happened])
    assert decide(unblocked, UNBLOCK, NOW) == Decided()
    assert events_of(decide(unblocked, INVITE, NOW))
    assert not unblocked.head.related, "a place in the head is given back (INV-9)"


def test_blocks_end_where_the_head_is_full():
    crowd = {f"partner {n}": Related(blocked=block()) for n in range(240)}
    full = Tenant(Head(AGENCY, related=crowd))
    assert rules_of(decide(full, BLOCK, facts())) == ["INV-9 partnerId"]


@pytest.mark.parametrize("who", [DIRECT, OTHER_DIRECT])
def test_nobody_else_answers_for_the_customer(who: str):
    for command in (BLOCK, UNBLOCK, ASK_END):
        known = facts(partner(DIRECT), partner(OTHER_DIRECT))
        assert decide(STANDING, replace(command, actor=actor(who)), known) == Absent()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (REVOKE, DelegatedAdmin.REVOKED_BY_CUSTOMER),
        (DROP, DelegatedAdmin.REVOKED_BY_PARTNER),
    ],
)
def test_privileges_go_and_the_relationship_stays(command, why: DelegatedAdmin):
    (happened,) = events_of(decide(STANDING, command, NOW))
    assert happened.type == "dap-admin-relationship-terminated"
    assert happened.data == relationship(delegated_admin=why, updated_at=AT)
    after = evolve_all(STANDING, [happened])
    assert after.rows == STANDING.rows
    assert after.head.of(OTHER_DIRECT) == STANDING.head.of(OTHER_DIRECT)


@pytest.mark.parametrize("command", [REVOKE, DROP])
def test_what_has_lapsed_is_expired_whoever_takes_it_back(command):
    lapsed = tenant(AGENCY, relationship(delegated_admin_until=AT))
    (happened,) = events_of(decide(lapsed, command, NOW))
    assert happened.data.delegated_admin is DelegatedAdmin.EXPIRED


@pytest.mark.parametrize("command", [REVOKE, DROP, LAPSE])
@pytest.mark.parametrize("gone", sorted(set(DelegatedAdmin) - {DelegatedAdmin.GRANTED}))
def test_what_is_gone_stays_gone_for_its_first_reason(command, gone: DelegatedAdmin):
    assert decide(tenant(AGENCY, relationship(delegated_admin=gone)), command, NOW) == Decided()


def test_without_a_relationship_there_are_no_privileges():
    for command in (REVOKE, DROP):
        assert decide(tenant(AGENCY, invitation()), command, NOW) == Absent()
    assert decide(tenant(AGENCY, invitation()), LAPSE, NOW) == Decided()


def test_nobody_takes_anothers_privileges():
    other = replace(DROP, actor=actor(OTHER_DIRECT))
    assert decide(STANDING, other, facts(partner(OTHER_DIRECT))) == Absent()


def test_partner_roles_count_only_in_a_partner():
    assert decide(STANDING, DROP, facts()) == NotEnrolled()


def test_the_timer_records_a_lapse():
    lapsed = relationship(delegated_admin_until=AT)
    (happened,) = events_of(decide(tenant(AGENCY, lapsed), LAPSE, NOW))
    assert happened.type == "dap-admin-relationship-terminated"
    assert happened.data == lapsed.but(delegated_admin=DelegatedAdmin.EXPIRED, updated_at=AT)


@pytest.mark.parametrize("until", [None, AT + DAY])
def test_the_timer_leaves_what_stands(until):
    before = tenant(AGENCY, relationship(delegated_admin_until=until))
    assert decide(before, LAPSE, NOW) == Decided()
    assert LAPSE.actor == SYSTEM


def test_asking_for_the_end_ends_nothing():
    (happened,) = events_of(decide(STANDING, ASK_END, NOW))
    assert happened.type == "reseller-relationship-end-requested"
    assert happened.data == relationship(end_requested_at=AT, updated_at=AT)
    after = evolve_all(STANDING, [happened])
    assert after.head.of(DIRECT).relationship.status is RelationshipStatus.ACTIVE
    assert after.rows == STANDING.rows


def test_asking_again_keeps_the_first_time():
    for known in (
        relationship(end_requested_at=AT - DAY),
        relationship(status=RelationshipStatus.REMOVED, removed_at=AT - DAY),
    ):
        assert decide(tenant(AGENCY, known), ASK_END, NOW) == Decided()


def test_there_is_no_end_of_what_never_was():
    assert decide(tenant(AGENCY, invitation()), ASK_END, NOW) == Absent()
