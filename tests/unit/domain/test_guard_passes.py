"""The guard lets through what each command is there for."""

from dataclasses import replace

import pytest

from shared.domain import guard
from shared.domain.commands import Command, DeclineInvitation, Invite
from shared.domain.decide import decide
from shared.domain.evolve import evolve_all
from shared.domain.guard import Allowance
from shared.domain.models import LinkStatus
from shared.domain.state import Tenant
from tests.building import (
    AGENCY,
    AT,
    BUREAU,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    accept_body,
    actor,
    agreement,
    customer,
    decline_body,
    events_of,
    facts,
    invitation,
    invitation_id,
    invite_body,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)
from tests.unit.domain.test_needs import (
    ACCEPT,
    AGREE,
    CANCEL,
    DECLINE,
    END,
    ENROL,
    EXPIRE,
    INVITE,
    PROFILE,
    REGISTER,
    REQUEST,
)

ALL = facts(partner(DIRECT), partner(PROVIDER), partner(RESELLER), links=[link()])
OTHERS = (relationship(OTHER_DIRECT), invitation(7, OTHER_DIRECT), subscription(7, OTHER_DIRECT))
TWO_TIER = invitation(1, PROVIDER, indirect_reseller_id=RESELLER)
OVERDUE = invitation(1, expires_at=AT - DAY)
BLOCK = DeclineInvitation(DECLINE.actor, AGENCY, invitation_id(), decline_body(block=True))
ACCEPT_ALL = replace(ACCEPT, body=accept_body())
BUYING = tenant(AGENCY, *OTHERS, customer(), agreement(), relationship(PROVIDER))


@pytest.mark.parametrize(
    ("command", "before"),
    [
        (ENROL, tenant(AGENCY, invitation(1), invitation(2, PROVIDER))),
        (PROFILE, tenant(AGENCY, *OTHERS)),
        (INVITE, tenant(AGENCY, *OTHERS)),
        (Invite(actor(DIRECT), AGENCY, invitation_id(2), invite_body()), tenant(AGENCY, OVERDUE)),
        (ACCEPT_ALL, tenant(AGENCY, *OTHERS, invitation(1))),
        (ACCEPT_ALL, tenant(AGENCY, *OTHERS, TWO_TIER)),
        (DECLINE, tenant(AGENCY, *OTHERS, invitation(1))),
        (BLOCK, tenant(AGENCY, *OTHERS, invitation(1))),
        (CANCEL, tenant(AGENCY, *OTHERS, invitation(1))),
        (EXPIRE, tenant(AGENCY, *OTHERS, OVERDUE)),
        (REQUEST, tenant(PROVIDER, partner(PROVIDER))),
        (replace(AGREE, actor=actor(RESELLER)), tenant(PROVIDER, link(status=LinkStatus.PENDING))),
        (END, tenant(PROVIDER, partner(PROVIDER), link())),
        (REGISTER, BUYING),
    ],
)
def test_what_a_command_is_there_for(command: Command, before: Tenant):
    events = events_of(decide(before, command, ALL))
    assert events
    after = evolve_all(before, events)
    assert after != before
    guard.check(before, after, guard.allowance(before, command))


@pytest.mark.parametrize("command", [ACCEPT, DECLINE, CANCEL, EXPIRE])
def test_of_what_does_not_exist_nothing_may_be_touched(command: Command):
    assert guard.allowance(tenant(), command) == Allowance()


@pytest.mark.parametrize(
    ("asked", "sides"),
    [
        (invitation(1), {DIRECT}),
        (TWO_TIER, {PROVIDER, RESELLER}),
        (invitation(1, RESELLER, indirect_provider_id=PROVIDER), {PROVIDER, RESELLER}),
    ],
)
def test_accepting_touches_the_sides_that_the_invitation_names(asked, sides: set[str]):
    allowed = guard.allowance(tenant(AGENCY, asked, relationship(BUREAU)), ACCEPT)
    assert allowed == Allowance(frozenset({asked.partner_id}), frozenset(sides))
