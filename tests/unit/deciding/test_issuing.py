"""INV-5: a partner issues a link, limited in time and number, and revokes it."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Clash, Decided, NotEnrolled
from shared.deciding.issuing import IssueLink
from shared.model.models import LinkStatus
from tests.cast.bodies import link_body
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.every_command import ISSUE, REVOKE_LINK
from tests.cast.ids import AT, DAY, DIRECT, OTHER_DIRECT, PROVIDER, RESELLER, actor, link_id
from tests.cast.resources import invitation_link, link, partner, tenant

NOW = facts()
ISSUER = tenant(DIRECT, partner())


def issue(partner_id: str = DIRECT, **body: object) -> IssueLink:
    return IssueLink(actor(partner_id), partner_id, link_id(), link_body(**body))


def test_what_is_issued():
    (issued,) = events_of(decide(ISSUER, ISSUE, NOW))
    assert issued.type == "link-issued"
    assert issued.data == invitation_link(expires_at=AT + 30 * DAY, created_at=AT, updated_at=AT)


def test_its_limits_are_as_asked():
    (issued,) = events_of(decide(ISSUER, issue(expiresInDays=7, maxAcceptances=3), NOW))
    assert (issued.data.expires_at, issued.data.max_acceptances) == (AT + 7 * DAY, 3)


@pytest.mark.parametrize("kept", [invitation_link(), invitation_link(revoked_at=AT)])
def test_the_same_again_is_the_same_link(kept):
    before = tenant(DIRECT, partner(), kept)
    assert decide(before, ISSUE, NOW) == Decided()
    assert decide(before, issue(maxAcceptances=99), NOW) == Clash()


@pytest.mark.parametrize("before", [tenant(DIRECT), tenant(DIRECT, invitation_link())])
def test_partner_roles_count_only_in_a_partner(before):
    assert decide(before, ISSUE, NOW) == NotEnrolled()
    assert decide(before, REVOKE_LINK, NOW) == NotEnrolled()


def test_nobody_else_issues_or_revokes():
    stranger = actor(OTHER_DIRECT)
    known = facts(partner(OTHER_DIRECT))
    assert decide(ISSUER, replace(ISSUE, actor=stranger), known) == NotEnrolled()
    before = tenant(DIRECT, partner(), invitation_link())
    assert decide(before, replace(REVOKE_LINK, actor=stranger), known) == Absent()


def test_every_broken_rule_at_once():
    unsigned = tenant(DIRECT, partner(partner_agreement_signed_at=None))
    command = issue(delegatedAdmin=False, indirectResellerId=RESELLER)
    assert rules_of(decide(unsigned, command, NOW)) == [
        "AGR-1 partnerId",
        "GOV-1 delegatedAdmin",
        "INV-1 indirectResellerId",
        "INV-6 indirectResellerId",
    ]


@pytest.mark.parametrize(
    ("links", "refused"),
    [
        ([link()], []),
        ([link(status=LinkStatus.PENDING)], ["INV-6 indirectResellerId"]),
        ([link(status=LinkStatus.ENDED)], ["INV-6 indirectResellerId"]),
        ([], ["INV-6 indirectResellerId"]),
    ],
)
def test_two_tiers_need_their_active_link(links, refused: list[str]):
    before = tenant(PROVIDER, partner(PROVIDER))
    decision = decide(before, issue(PROVIDER, indirectResellerId=RESELLER), facts(links=links))
    if refused:
        assert rules_of(decision) == refused
    else:
        assert events_of(decision)[0].data.indirect_reseller_id == RESELLER


def test_a_provider_names_its_reseller():
    before = tenant(PROVIDER, partner(PROVIDER))
    assert rules_of(decide(before, issue(PROVIDER), NOW)) == ["INV-1 indirectResellerId"]


def test_revoking_changes_nothing_else():
    (revoked,) = events_of(decide(tenant(DIRECT, partner(), invitation_link()), REVOKE_LINK, NOW))
    assert revoked.type == "link-revoked"
    assert revoked.data == invitation_link(revoked_at=AT, updated_at=AT)


def test_revoking_again_keeps_the_first_time():
    before = tenant(DIRECT, partner(), invitation_link(revoked_at=AT - DAY))
    assert decide(before, REVOKE_LINK, NOW) == Decided()


def test_what_was_never_issued_is_absent():
    assert decide(ISSUER, REVOKE_LINK, NOW) == Absent()
