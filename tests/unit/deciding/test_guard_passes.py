"""The guard lets through what each command is there for."""

from dataclasses import replace

import pytest
from immutables import Map

from shared.deciding import guard
from shared.deciding.accepting import DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.guard import Allowance
from shared.deciding.inviting import Invite
from shared.model.models import LinkStatus, SubscriptionStatus
from shared.model.personal import Details
from shared.model.state import Tenant
from tests.cast.bodies import accept_body, decline_body, invite_body
from tests.cast.decisions import events_of, facts
from tests.cast.every_command import (
    ACCEPT,
    ACCEPT_LINK,
    AGREE,
    ANNUL,
    ASK_END,
    BLOCK,
    CANCEL,
    CHANGES,
    COMMANDS,
    DECLINE,
    DELETE,
    DISPUTE,
    DROP,
    END,
    ENROL,
    ERASE,
    EXPIRE,
    FILL,
    IMPORT,
    INVITE,
    ISSUE,
    LAPSE,
    PROFILE,
    REACTIVATE,
    REGISTER,
    REMOVE,
    REQUEST,
    REVOKE,
    REVOKE_LINK,
    SUSPEND,
    SUSPEND_PARTNER,
    UPDATE,
)
from tests.cast.ids import (
    AGENCY,
    AT,
    BUREAU,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
)
from tests.cast.resources import (
    agreement,
    customer,
    invitation,
    invitation_link,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)

EVERYBODY = (partner(DIRECT), partner(PROVIDER), partner(RESELLER))
ALL = facts(*EVERYBODY, links=[link()], invitation_links=[invitation_link()])
OTHERS = (relationship(OTHER_DIRECT), invitation(7, OTHER_DIRECT), subscription(7, OTHER_DIRECT))
TWO_TIER = invitation(1, PROVIDER, indirect_reseller_id=RESELLER)
OVERDUE = invitation(1, expires_at=AT - DAY)
ALTERS = {each: frozenset(CHANGES[type(each)]) for each in (DISPUTE, ANNUL)}
BLOCKING = DeclineInvitation(DECLINE.actor, AGENCY, invitation_id(), decline_body(block=True))
ACCEPT_ALL = replace(ACCEPT, body=accept_body())
BUYING = tenant(AGENCY, *OTHERS, customer(), agreement(), relationship(PROVIDER))

MINE = (*OTHERS, customer(), agreement(), relationship())
KEPT = Map({invitation_id(): Details(message="Hello")})
STANDING = replace(tenant(AGENCY, *MINE, subscription()), details=KEPT)
TWO_TIERS = (
    *(*OTHERS, relationship(PROVIDER, indirect_reseller_id=RESELLER)),
    relationship(RESELLER, indirect_provider_id=PROVIDER),
)


PASSES = [
    (ENROL, tenant(AGENCY, invitation(1), invitation(2, PROVIDER))),
    (PROFILE, tenant(AGENCY, *OTHERS)),
    (INVITE, tenant(AGENCY, *OTHERS)),
    (Invite(actor(DIRECT), AGENCY, invitation_id(2), invite_body()), tenant(AGENCY, OVERDUE)),
    (ACCEPT_ALL, tenant(AGENCY, *OTHERS, invitation(1))),
    (ACCEPT_ALL, tenant(AGENCY, *OTHERS, TWO_TIER)),
    (DECLINE, tenant(AGENCY, *OTHERS, invitation(1))),
    (BLOCKING, tenant(AGENCY, *OTHERS, invitation(1))),
    (CANCEL, tenant(AGENCY, *OTHERS, invitation(1))),
    (EXPIRE, tenant(AGENCY, *OTHERS, OVERDUE)),
    (REQUEST, tenant(PROVIDER, partner(PROVIDER))),
    (replace(AGREE, actor=actor(RESELLER)), tenant(PROVIDER, link(status=LinkStatus.PENDING))),
    (END, tenant(PROVIDER, partner(PROVIDER), link())),
    (REGISTER, BUYING),
    (SUSPEND_PARTNER, tenant(DIRECT, partner())),
    (ISSUE, tenant(DIRECT, partner())),
    (REVOKE_LINK, tenant(DIRECT, partner(), invitation_link())),
    (ACCEPT_LINK, tenant(AGENCY, *OTHERS)),
    (ACCEPT_LINK, tenant(AGENCY, *OTHERS, OVERDUE)),
    (BLOCK, tenant(AGENCY, *OTHERS)),
    (REVOKE, STANDING),
    (DROP, STANDING),
    (LAPSE, tenant(AGENCY, *OTHERS, relationship(delegated_admin_until=AT))),
    (ASK_END, STANDING),
    (IMPORT, tenant(AGENCY, customer(), *OTHERS)),
    (REMOVE, tenant(AGENCY, *OTHERS, relationship())),
    (replace(REMOVE, actor=actor(PROVIDER), partner_id=PROVIDER), tenant(AGENCY, *TWO_TIERS)),
    (UPDATE, STANDING),
    (SUSPEND, STANDING),
    (REACTIVATE, tenant(AGENCY, *MINE, subscription(status=SubscriptionStatus.SUSPENDED))),
    (DELETE, STANDING),
    (replace(FILL, actor=actor(PROVIDER)), tenant(AGENCY, *OTHERS, subscription(1, PROVIDER))),
    (DISPUTE, STANDING),
    (ANNUL, tenant(AGENCY, *MINE, subscription(disputed_at=AT))),
    (ERASE, STANDING),
]


@pytest.mark.parametrize(("command", "before"), PASSES)
def test_what_a_command_is_there_for(command: Command, before: Tenant):
    events = events_of(decide(before, command, ALL))
    assert events
    after = evolve_all(before, events)
    assert after != before or command is ERASE
    guard.check(before, after, guard.allowance(before, command, invitation_link()))


def test_every_kind_of_command_is_tried():
    assert {command.name for command, _ in PASSES} == COMMANDS.keys()


@pytest.mark.parametrize("command", [ACCEPT, DECLINE, CANCEL, EXPIRE, DISPUTE, ANNUL])
def test_of_what_does_not_exist_nothing_may_be_touched(command: Command):
    assert guard.allowance(tenant(), command) == Allowance(alters=ALTERS.get(command, frozenset()))


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
