"""PRT-1: the operator suspends a partner, which then can do nothing, and lets it go on."""

from dataclasses import replace

import pytest

from shared.deciding.commands import Command
from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Decided
from shared.model.models import PartnerStatus, SubscriptionStatus
from shared.model.state import Tenant
from tests.cast.bodies import partner_body
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.every_command import (
    ACCEPT,
    ACCEPT_LINK,
    CANCEL,
    DELETE,
    DROP,
    ENROL,
    FILL,
    INVITE,
    ISSUE,
    REACTIVATE,
    REMOVE,
    REVOKE,
    REVOKE_LINK,
    SELL,
    SUSPEND,
    SUSPEND_PARTNER,
    UPDATE,
)
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, RESELLER, actor
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

SUSPENDED = partner(status=PartnerStatus.SUSPENDED)
RESUME = replace(SUSPEND_PARTNER, status=PartnerStatus.ACTIVE)
MINE = (customer(), agreement(), relationship())


@pytest.mark.parametrize(
    ("was", "command", "kind"),
    [(partner(), SUSPEND_PARTNER, "partner-suspended"), (SUSPENDED, RESUME, "partner-resumed")],
)
def test_only_the_status_changes(was, command, kind: str):
    (happened,) = events_of(decide(tenant(DIRECT, was), command, facts()))
    assert happened.type == kind
    assert happened.data == was.but(status=command.status)


@pytest.mark.parametrize(("was", "command"), [(SUSPENDED, SUSPEND_PARTNER), (partner(), RESUME)])
def test_where_it_stands_already(was, command):
    assert decide(tenant(DIRECT, was), command, facts()) == Decided()


@pytest.mark.parametrize("before", [[], [customer(DIRECT)]])
def test_only_a_partner_has_a_standing(before):
    assert decide(tenant(DIRECT, *before), SUSPEND_PARTNER, facts()) == Absent()


def test_replacing_what_is_recorded_resumes_nobody():
    command = replace(ENROL, partner_id=DIRECT, body=partner_body(name="Renamed"))
    (happened,) = events_of(decide(tenant(DIRECT, SUSPENDED), command, facts()))
    assert happened.data == SUSPENDED.but(name="Renamed")


@pytest.mark.parametrize(
    ("before", "command"),
    [
        (tenant(), INVITE),
        (tenant(AGENCY, invitation()), CANCEL),
        (tenant(AGENCY, invitation()), ACCEPT),
        (tenant(), ACCEPT_LINK),
        (tenant(DIRECT, SUSPENDED), ISSUE),
        (tenant(DIRECT, SUSPENDED, invitation_link()), REVOKE_LINK),
        (tenant(AGENCY, *MINE), replace(SELL, sales=SELL.sales[2:])),
        (tenant(AGENCY, *MINE, subscription()), UPDATE),
        (tenant(AGENCY, *MINE, subscription()), SUSPEND),
        (tenant(AGENCY, *MINE, subscription()), DELETE),
        (tenant(AGENCY, *MINE, subscription(status=SubscriptionStatus.SUSPENDED)), REACTIVATE),
        (tenant(AGENCY, *MINE), DROP),
        (tenant(AGENCY, *MINE), REMOVE),
    ],
)
def test_a_suspended_partner_can_do_nothing(before: Tenant, command: Command):
    known = facts(SUSPENDED, invitation_links=[invitation_link()])
    assert rules_of(decide(before, command, known)) == ["PRT-1 partnerId"]


def test_a_suspended_provider_fills_no_partner_of_record():
    provider = partner(PROVIDER, status=PartnerStatus.SUSPENDED)
    known = facts(provider, partner(RESELLER), links=[link()])
    before = tenant(AGENCY, subscription(1, PROVIDER))
    decision = decide(before, replace(FILL, actor=actor(PROVIDER)), known)
    assert rules_of(decision) == ["PRT-1 partnerId"]


def test_its_customers_still_take_its_privileges_away():
    before = tenant(AGENCY, *MINE)
    assert events_of(decide(before, REVOKE, facts(SUSPENDED)))


@pytest.mark.parametrize(
    ("inviter", "named"), [(PROVIDER, "indirect_reseller_id"), (RESELLER, "indirect_provider_id")]
)
def test_nor_can_it_be_the_other_side_of_two_tiers(inviter: str, named: str):
    other = RESELLER if inviter == PROVIDER else PROVIDER
    known = facts(partner(inviter), partner(other, status=PartnerStatus.SUSPENDED), links=[link()])
    before = tenant(AGENCY, invitation(1, inviter, **{named: other}))
    refused = rules_of(decide(before, ACCEPT, known))
    target = "indirectResellerId" if inviter == PROVIDER else "indirectProviderId"
    assert refused == [f"PRT-1 {target}"]
