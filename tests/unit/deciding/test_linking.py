"""Links between a provider and its resellers: LNK-1."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.facts import Absent, NotEnrolled
from shared.deciding.linking import AcceptResellerLink, EndResellerLink, RequestResellerLink
from shared.model.models import LinkStatus, PartnerStatus
from shared.model.state import Tenant
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.ids import AT, DAY, DIRECT, PROVIDER, RESELLER, STRANGER, actor
from tests.cast.resources import link, partner, tenant

LATER = facts(partner(RESELLER), at=AT + DAY)
LINK = (PROVIDER, RESELLER)
REQUEST = RequestResellerLink(actor(PROVIDER), PROVIDER, RESELLER)
ACCEPT = AcceptResellerLink(actor(RESELLER), PROVIDER, RESELLER)
END = EndResellerLink(actor(PROVIDER), PROVIDER, RESELLER)


def provider(status: LinkStatus | None = None) -> Tenant:
    links = [link(status=status)] if status else []
    return tenant(PROVIDER, partner(PROVIDER), *links)


@pytest.mark.parametrize(
    ("command", "status", "kind", "becomes"),
    [
        (REQUEST, None, "reseller-link-requested", LinkStatus.PENDING),
        (REQUEST, LinkStatus.ENDED, "reseller-link-requested", LinkStatus.PENDING),
        (ACCEPT, LinkStatus.PENDING, "reseller-link-accepted", LinkStatus.ACTIVE),
        (END, LinkStatus.PENDING, "reseller-link-ended", LinkStatus.ENDED),
        (END, LinkStatus.ACTIVE, "reseller-link-ended", LinkStatus.ENDED),
        (
            EndResellerLink(actor(RESELLER), PROVIDER, RESELLER),
            LinkStatus.ACTIVE,
            "reseller-link-ended",
            LinkStatus.ENDED,
        ),
    ],
)
def test_a_step(command, status: LinkStatus | None, kind: str, becomes: LinkStatus):
    (happened,) = events_of(decide(provider(status), command, LATER))
    assert happened.type == kind
    assert happened.data == link(status=becomes).but(since=AT + DAY)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (REQUEST, LinkStatus.PENDING),
        (REQUEST, LinkStatus.ACTIVE),
        (ACCEPT, LinkStatus.ACTIVE),
        (END, LinkStatus.ENDED),
    ],
)
def test_where_it_leads_already(command, status: LinkStatus):
    assert events_of(decide(provider(status), command, LATER)) == ()


@pytest.mark.parametrize(
    "command",
    [ACCEPT, END],
)
def test_what_was_never_asked_is_absent(command):
    assert decide(provider(), command, LATER) == Absent()


@pytest.mark.parametrize(
    "command",
    [
        AcceptResellerLink(actor(PROVIDER), PROVIDER, RESELLER),
        AcceptResellerLink(actor(STRANGER), PROVIDER, RESELLER),
        EndResellerLink(actor(STRANGER), PROVIDER, RESELLER),
    ],
)
def test_nobody_else_acts_on_it(command):
    known = replace(LATER, partners={**LATER.partners, STRANGER: partner(STRANGER, mpn_id="9")})
    assert decide(provider(LinkStatus.PENDING), command, known) == Absent()


def test_a_stranger_cannot_ask():
    assert decide(tenant(PROVIDER), REQUEST, LATER) == NotEnrolled()


def test_an_ended_link_is_not_accepted():
    assert rules_of(decide(provider(LinkStatus.ENDED), ACCEPT, LATER)) == ["LNK-1 resellerId"]


def test_sides_are_a_provider_and_an_enrolled_reseller():
    absent = decide(provider(), REQUEST, facts())
    assert rules_of(absent) == ["LNK-1 resellerId"]
    asking = RequestResellerLink(actor(DIRECT), DIRECT, PROVIDER)
    wrong = decide(tenant(DIRECT, partner(DIRECT)), asking, facts(partner(PROVIDER)))
    assert rules_of(wrong) == ["LNK-1 partnerId", "LNK-1 resellerId"]


def test_both_sides_are_in_one_region():
    abroad = facts(partner(RESELLER, country="KR"))
    waiting = provider(LinkStatus.PENDING)
    assert rules_of(decide(waiting, ACCEPT, abroad)) == ["ELG-6 resellerId"]


def test_who_asks_does_not_learn_where_the_reseller_is_from():
    at_home, abroad = facts(partner(RESELLER)), facts(partner(RESELLER, country="KR"))
    assert decide(provider(), REQUEST, at_home) == decide(provider(), REQUEST, abroad)


AS_RESELLER = EndResellerLink(actor(RESELLER), PROVIDER, RESELLER)


@pytest.mark.parametrize("command", [ACCEPT, AS_RESELLER])
def test_partner_roles_count_only_in_a_partner(command):
    assert decide(provider(LinkStatus.PENDING), command, facts()) == NotEnrolled()
    assert decide(tenant(PROVIDER, link()), END, facts()) == NotEnrolled()


@pytest.mark.parametrize(
    ("command", "status", "suspended"),
    [
        (REQUEST, LinkStatus.ENDED, PROVIDER),
        (END, LinkStatus.ACTIVE, PROVIDER),
        (ACCEPT, LinkStatus.PENDING, RESELLER),
        (AS_RESELLER, LinkStatus.ACTIVE, RESELLER),
    ],
)
def test_a_suspended_side_takes_no_step_but_the_other_may(command, status, suspended: str):
    stopped = partner(suspended, status=PartnerStatus.SUSPENDED)
    sides = {PROVIDER: partner(PROVIDER), RESELLER: partner(RESELLER), suspended: stopped}
    before = tenant(PROVIDER, sides[PROVIDER], link(status=status))
    assert rules_of(decide(before, command, facts(sides[RESELLER]))) == ["PRT-1 partnerId"]
    other = EndResellerLink(actor(({*LINK} - {suspended}).pop()), *LINK)
    if status is not LinkStatus.ENDED:
        assert events_of(decide(before, other, facts(sides[RESELLER])))
