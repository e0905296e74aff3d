"""INV-5: accepting by link makes the invitation and accepts it; all rules are checked then."""

from dataclasses import replace

import pytest

from shared.deciding.bodies import AcceptBody
from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Absent, Decided, Incomplete
from shared.deciding.redeeming import AcceptLink, invitation_id_of, offered
from shared.model.base import Who
from shared.model.models import (
    DelegatedAdmin,
    InvitationStatus,
    LinkStatus,
    Origin,
    RelationshipStatus,
)
from shared.model.state import Tenant
from tests.cast.bodies import accept_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.every_command import ACCEPT_LINK, CG, REMOVE
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    link_id,
)
from tests.cast.resources import (
    agreement,
    block,
    customer,
    invitation,
    invitation_link,
    link,
    partner,
    relationship,
    tenant,
)

NOW = facts(partner(), invitation_links=[invitation_link()])
KNOWN = (customer(), agreement())
TWO_TIER = facts(
    partner(PROVIDER),
    partner(RESELLER),
    links=[link()],
    invitation_links=[invitation_link(1, PROVIDER, indirect_reseller_id=RESELLER)],
)
PROVIDERS = AcceptLink(CG, AGENCY, PROVIDER, link_id(), accept_body())


def with_offer(**changes: object):
    return facts(partner(), invitation_links=[invitation_link(**changes)])


def then(before: Tenant, command=ACCEPT_LINK, known=NOW) -> Tenant:
    return evolve_all(before, events_of(decide(before, command, known)))


def test_what_happens():
    decision = decide(tenant(), ACCEPT_LINK, NOW)
    assert types_of(decision) == [
        "invitation-created",
        "invitation-accepted",
        "customer-updated",
        "customer-agreement-accepted",
        "reseller-relationship-accepted-by-customer",
        "dap-admin-relationship-approved",
    ]
    made = events_of(decision)[0].data
    assert (made.status, made.link_id) == (InvitationStatus.PENDING, link_id())
    assert made.created_by == Who(tenant_id=DIRECT, role="link")
    assert (made.created_at, made.expires_at) == (AT, invitation_link().expires_at)
    assert decision.details["agreement"].signer.first_name == "Ada"


def test_what_it_leads_to():
    after = then(tenant())
    related = after.head.of(DIRECT)
    made = after.invitation(invitation_id_of(tenant(), ACCEPT_LINK))
    assert made.status is InvitationStatus.ACCEPTED
    assert (made.closed_by.tenant_id, made.closed_by.role) == (AGENCY, "CG")
    assert related.pending is None
    assert related.relationship.origin is Origin.LINK
    assert related.relationship.invitation_id == made.id
    assert related.relationship.delegated_admin is DelegatedAdmin.GRANTED


def test_no_privileges_that_the_link_did_not_ask_for():
    public = facts(
        partner(), invitation_links=[invitation_link(delegated_admin=False)], cloud="public"
    )
    granted = then(tenant(), known=public).head.of(DIRECT).relationship
    assert granted.delegated_admin is DelegatedAdmin.NONE


@pytest.mark.parametrize("changes", [{}, {"revoked_at": AT}, {"expires_at": AT}])
def test_the_second_acceptance_is_a_replay_whatever_became_of_the_link(changes):
    accepted = then(tenant())
    assert decide(accepted, ACCEPT_LINK, with_offer(**changes)) == Decided()


def test_after_a_removal_it_is_a_new_invitation():
    accepted = then(tenant())
    removed = then(accepted, REMOVE)
    again = then(removed)
    first, second = (invitation_id_of(state, ACCEPT_LINK) for state in (accepted, removed))
    assert first != second
    for one in (first, second):
        assert again.invitation(one).status is InvitationStatus.ACCEPTED
    related = again.head.of(DIRECT)
    assert related.relationship.invitation_id == second
    assert related.relationship.status is RelationshipStatus.ACTIVE
    assert decide(again, ACCEPT_LINK, NOW) == Decided()


def test_another_customer_or_link_is_another_invitation():
    ids = {
        invitation_id_of(tenant(), command)
        for command in (
            ACCEPT_LINK,
            PROVIDERS,
            replace(ACCEPT_LINK, link_id=link_id(2)),
            replace(ACCEPT_LINK, customer_id=OTHER_DIRECT),
        )
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("changes", "variants"),
    [
        ({"revoked_at": AT - DAY}, ["revoked"]),
        ({"expires_at": AT}, ["expired"]),
        ({"revoked_at": AT - DAY, "expires_at": AT}, ["revoked", "expired"]),
    ],
)
def test_a_link_that_is_used_up(changes, variants: list[str]):
    decision = decide(tenant(), ACCEPT_LINK, with_offer(**changes))
    assert rules_of(decision) == ["INV-5 linkId"] * len(variants)
    assert [refusal.variant for refusal in decision.refusals] == variants


@pytest.mark.parametrize(
    ("command", "known"),
    [
        (ACCEPT_LINK, facts(partner())),
        (ACCEPT_LINK, facts(invitation_links=[invitation_link()])),
        (replace(ACCEPT_LINK, link_id=link_id(2)), NOW),
        (replace(ACCEPT_LINK, actor=actor(DIRECT)), NOW),
        (replace(ACCEPT_LINK, actor=actor(OTHER_DIRECT, "CG")), NOW),
    ],
)
def test_absent(command: AcceptLink, known):
    assert decide(tenant(), command, known) == Absent()


@pytest.mark.parametrize(
    ("before", "known", "refused"),
    [
        ([partner(AGENCY, mpn_id="1")], NOW, ["ELG-1 customerId"]),
        ([invitation()], NOW, ["INV-3 invitationId"]),
        ([block()], NOW, ["INV-9 partnerId"]),
        ([customer(country="KR")], NOW, ["ELG-6 country"]),
        ([], with_offer(delegated_admin=False), ["GOV-1 delegatedAdmin"]),
        (
            [],
            facts(partner(affiliated_tenant_ids=(AGENCY,)), invitation_links=[invitation_link()]),
            ["ELG-4 customerId"],
        ),
        (
            [],
            facts(partner(partner_agreement_signed_at=None), invitation_links=[invitation_link()]),
            ["AGR-1 partnerId"],
        ),
    ],
)
def test_all_rules_are_checked_then(before, known, refused: list[str]):
    assert rules_of(decide(tenant(AGENCY, *before), ACCEPT_LINK, known)) == refused


def test_the_own_resellers_tenant_is_no_end_customer():
    linked = facts(
        partner(), links=[link(AGENCY, provider_id=DIRECT)], invitation_links=[invitation_link()]
    )
    before = tenant(AGENCY, partner(AGENCY, mpn_id="1"))
    assert rules_of(decide(before, ACCEPT_LINK, linked)) == ["ELG-1 customerId", "ELG-5 customerId"]
    ended = facts(
        partner(),
        links=[link(AGENCY, LinkStatus.ENDED, DIRECT)],
        invitation_links=[invitation_link()],
    )
    assert rules_of(decide(before, ACCEPT_LINK, ended)) == ["ELG-1 customerId"]


def test_the_country_and_the_agreement_are_asked_for():
    nowhere = replace(ACCEPT_LINK, body=accept_body(country=None))
    assert isinstance(decide(tenant(), nowhere, NOW), Incomplete)
    empty = decide(tenant(), replace(ACCEPT_LINK, body=AcceptBody()), NOW)
    assert isinstance(empty, Incomplete)
    assert list(empty.fields) == ["customerAgreement", "country"]
    unsigned = replace(ACCEPT_LINK, body=accept_body(customerAgreement=None))
    assert rules_of(decide(tenant(), unsigned, NOW)) == ["AGR-3 customerAgreement"]


def test_an_own_earlier_invitation_that_is_overdue_expires_on_the_way():
    before = tenant(AGENCY, *KNOWN, invitation(1, expires_at=AT - DAY))
    assert types_of(decide(before, ACCEPT_LINK, NOW))[:3] == [
        "invitation-expired",
        "invitation-created",
        "invitation-accepted",
    ]
    assert then(before).invitation(invitation_id()).status is InvitationStatus.EXPIRED


def test_a_two_tier_link_covers_both_sides():
    after = then(tenant(), PROVIDERS, TWO_TIER).head
    assert after.of(PROVIDER).relationship.indirect_reseller_id == RESELLER
    assert after.of(RESELLER).relationship.indirect_provider_id == PROVIDER
    for side in (PROVIDER, RESELLER):
        assert after.of(side).relationship.delegated_admin is DelegatedAdmin.GRANTED
        assert after.of(side).relationship.origin is Origin.LINK


def test_a_two_tier_link_needs_the_link_of_both_sides_still():
    ended = replace(TWO_TIER, links={(PROVIDER, RESELLER): link(status=LinkStatus.ENDED)})
    assert rules_of(decide(tenant(), PROVIDERS, ended)) == ["INV-6 indirectResellerId"]


def test_others_stay_as_they_are():
    before = tenant(AGENCY, *KNOWN, relationship(OTHER_DIRECT), invitation(2, OTHER_DIRECT))
    after = then(before)
    was, now = before.head.of(OTHER_DIRECT), after.head.of(OTHER_DIRECT)
    assert now.but(feed=0) == was.but(feed=0)
    assert after.invitation(invitation_id(2)) == invitation(2, OTHER_DIRECT)


def test_without_the_link_or_its_partner_nothing_is_offered():
    assert offered(tenant(AGENCY), ACCEPT_LINK, NOW)
    for unknown in (facts(partner()), facts(invitation_links=[invitation_link()])):
        assert offered(tenant(AGENCY), ACCEPT_LINK, unknown) is None
