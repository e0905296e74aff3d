"""ISO-1: what a partner is told rests on what it may see, whatever it asks."""

from dataclasses import replace
from itertools import product

import pytest

from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.facts import NotEnrolled
from shared.model.models import LinkStatus, PartnerStatus, RelationshipStatus
from shared.policy.callers import PARTNER_ROLES
from tests.cast.bodies import invite_body
from tests.cast.decisions import facts, rules_of
from tests.cast.every_command import COMMANDS, INVITE
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, actor
from tests.cast.resources import (
    agreement,
    block,
    customer,
    invitation,
    link,
    partner,
    relationship,
    subscription,
    tenant,
)

PARTNERS_ASK = [command for command in COMMANDS.values() if command.actor.role in PARTNER_ROLES]
STATED = (customer(country="KR"), agreement())
OTHERS = (relationship(OTHER_DIRECT), invitation(7, OTHER_DIRECT), subscription(7, OTHER_DIRECT))


@pytest.mark.parametrize("command", PARTNERS_ASK, ids=lambda command: command.name)
def test_a_suspended_partner_hears_of_its_suspension_alone(command: Command):
    """Whatever it asks for, also where that is so already or is nobody's business of its."""
    who = command.actor.tenant_id
    suspended = partner(who, status=PartnerStatus.SUSPENDED)
    own = command.tenant_id == who
    everything = (
        invitation(),
        subscription(),
        relationship(who, status=RelationshipStatus.REMOVED),
        *STATED,
    )
    places = (
        [tenant(command.tenant_id, suspended)]
        if own
        else [
            tenant(command.tenant_id),
            tenant(command.tenant_id, *everything),
        ]
    )
    for place in places:
        assert rules_of(decide(place, command, facts(suspended))) == ["PRT-1 partnerId"]


@pytest.mark.parametrize("command", PARTNERS_ASK, ids=lambda command: command.name)
def test_partner_roles_count_only_in_a_partner(command: Command):
    assert decide(tenant(command.tenant_id, *OTHERS), command, facts()) == NotEnrolled()


@pytest.mark.parametrize(
    "own",
    [[], [invitation(2)], [relationship(status=RelationshipStatus.REMOVED)]],
    ids=["nothing", "invited", "removed"],
)
@pytest.mark.parametrize("command", PARTNERS_ASK, ids=lambda command: command.name)
def test_a_partner_without_a_relationship_hears_nothing_of_the_rest(command: Command, own):
    if command.tenant_id != AGENCY or command.actor.tenant_id != DIRECT:
        return
    known = facts(partner(), partner(OTHER_DIRECT), partner(RESELLER, country="KR"))
    there, alone = tenant(AGENCY, *STATED, *OTHERS, *own), tenant(AGENCY, *own)
    assert decide(there, command, known) == decide(alone, command, known)


BLOCK = block(RESELLER)
OTHER_SIDES = [
    [],
    [partner(RESELLER)],
    [partner(RESELLER, status=PartnerStatus.SUSPENDED)],
    [partner(RESELLER, country="KR", mpn_country="KR")],
    [partner(RESELLER, affiliated_tenant_ids=(AGENCY,))],
    [partner(RESELLER, partner_agreement_signed_at=None)],
]
UNLINKED = [[], [link(status=LinkStatus.PENDING)], [link(status=LinkStatus.ENDED)]]


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize(("other", "links"), list(product(OTHER_SIDES, UNLINKED)))
def test_of_a_partner_that_is_not_linked_it_hears_that_alone(other, links, blocked: bool):
    asked = replace(INVITE, actor=actor(PROVIDER), body=invite_body(indirectResellerId=RESELLER))
    known = facts(partner(PROVIDER), *other, links=links)
    before = tenant(AGENCY, *([BLOCK] if blocked else []))
    assert rules_of(decide(before, asked, known)) == ["INV-6 indirectResellerId"]


def test_of_one_that_is_linked_it_hears_what_stands_against_it():
    asked = replace(INVITE, actor=actor(PROVIDER), body=invite_body(indirectResellerId=RESELLER))
    other = partner(RESELLER, status=PartnerStatus.SUSPENDED, affiliated_tenant_ids=(AGENCY,))
    known = facts(partner(PROVIDER), other, links=[link()])
    assert rules_of(decide(tenant(AGENCY, BLOCK), asked, known)) == [
        "ELG-4 indirectResellerId",
        "PRT-1 indirectResellerId",
        "INV-9 partnerId",
    ]
