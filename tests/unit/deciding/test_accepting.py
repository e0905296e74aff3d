"""What the customer's Global admin accepts, and what that creates: ACC-2, ACC-3, INV-6, INV-7."""

from dataclasses import replace
from datetime import timedelta

import pytest
from immutables import Map

from shared.deciding.accepting import AcceptInvitation
from shared.deciding.decide import decide
from shared.deciding.facts import Absent, Decided, Incomplete
from shared.model.customers import CustomerAgreement, TenantKind
from shared.model.models import DelegatedAdmin, InvitationStatus, OtherSide, RelationshipStatus
from shared.model.personal import Details, Signer
from tests.cast.bodies import accept_body
from tests.cast.commands import accept
from tests.cast.decisions import events_of, facts, rules_of, types_of
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
)
from tests.cast.resources import (
    agreement,
    customer,
    invitation,
    partner,
    relationship,
    subscription,
    tenant,
)
from tests.unit.deciding.accepted import ALL, SECOND, relationships_of


def test_all_that_a_first_acceptance_does():
    decision = decide(tenant(AGENCY, invitation()), accept(name="Agency"), ALL)
    assert types_of(decision) == [
        "invitation-accepted",
        "customer-updated",
        "customer-agreement-accepted",
        "reseller-relationship-accepted-by-customer",
        "dap-admin-relationship-approved",
    ]
    closed, profile, agreed, related, granted = (item.data for item in events_of(decision))
    assert (closed.status, closed.closed_at, closed.close_reason) == ("accepted", AT, None)
    assert (closed.closed_by.tenant_id, closed.closed_by.role) == (AGENCY, "CG")
    assert profile == customer(name="Agency", domain=None)
    assert agreed == CustomerAgreement(
        customer_id=AGENCY, accepted_at=AT, accepted_by=closed.closed_by
    )
    expected = relationship(invitation_id=invitation_id(1), since=AT, updated_at=AT)
    assert related == expected.but(delegated_admin=DelegatedAdmin.NONE)
    assert granted == expected


def test_the_signer_lies_beside_the_events():
    decision = decide(tenant(AGENCY, invitation()), accept(), ALL)
    assert isinstance(decision, Decided)
    signer = Signer(first_name="Ada", last_name="Lee", email="ada@agency.example")
    assert decision.details == Map({"agreement": Details(signer=signer)})
    assert "Ada" not in str(decision.events)


def test_an_accepted_agreement_is_not_overwritten():
    before = tenant(AGENCY, invitation(), customer(), agreement())
    decision = decide(before, accept(), ALL)
    assert isinstance(decision, Decided)
    assert "customer-agreement-accepted" not in types_of(decision)
    assert not decision.details


def test_nothing_more_is_asked_the_second_time():
    before = tenant(AGENCY, invitation(), customer(), agreement())
    assert types_of(decide(before, SECOND, ALL)) == [
        "invitation-accepted",
        "reseller-relationship-accepted-by-customer",
        "dap-admin-relationship-approved",
    ]


def test_accepting_is_an_own_act_that_makes_a_customer():
    supplied = customer(kind=TenantKind.UNKNOWN)
    before = tenant(AGENCY, invitation(), supplied, agreement())
    _, updated, *_ = events_of(decide(before, SECOND, ALL))
    assert updated.data == customer()


def test_without_privileges_none_are_granted():
    public = replace(ALL, cloud=facts(cloud="public").cloud)
    before = invitation(delegated_admin=False)
    assert relationships_of(before, known=public)[DIRECT].delegated_admin == "none"


def test_privileges_until_a_day():
    until = "2027-01-01T00:00:00Z"
    accepted = relationships_of(invitation(), command=accept(delegatedAdminUntil=until))[DIRECT]
    assert accepted.delegated_admin_at(AT) is DelegatedAdmin.GRANTED
    assert accepted.delegated_admin_at(AT + 61 * DAY) is DelegatedAdmin.EXPIRED


TIERS = [
    invitation(1, PROVIDER, indirect_reseller_id=RESELLER),
    invitation(1, RESELLER, indirect_provider_id=PROVIDER),
]


@pytest.mark.parametrize("asked", TIERS)
def test_one_acceptance_covers_both_tiers(asked):
    decision = decide(tenant(AGENCY, asked), accept(), ALL)
    assert sorted(types_of(decision)[3:]) == [
        "dap-admin-relationship-approved",
        "dap-admin-relationship-approved",
        "indirect-reseller-relationship-accepted-by-customer",
        "reseller-relationship-accepted-by-customer",
    ]
    both = relationships_of(asked)
    new = {"invitation_id": invitation_id(1), "since": AT, "updated_at": AT}
    assert both == {
        PROVIDER: relationship(
            PROVIDER,
            indirect_reseller_id=RESELLER,
            other_side=OtherSide.of(partner(RESELLER)),
            **new,
        ),
        RESELLER: relationship(
            RESELLER,
            indirect_provider_id=PROVIDER,
            other_side=OtherSide.of(partner(PROVIDER)),
            **new,
        ),
    }


def test_accepting_again_gives_the_same_result():
    accepted = invitation(status=InvitationStatus.ACCEPTED, expires_at=AT - DAY)
    assert decide(tenant(AGENCY, accepted), accept(), ALL) == Decided()


@pytest.mark.parametrize(
    ("closed", "broken"),
    [
        ({"status": InvitationStatus.DECLINED}, ["ACC-3 invitationId"]),
        ({"status": InvitationStatus.CANCELED}, ["ACC-3 invitationId"]),
        ({"status": InvitationStatus.EXPIRED}, ["INV-4 invitationId", "ACC-3 invitationId"]),
        ({"expires_at": AT}, ["INV-4 invitationId", "ACC-3 invitationId"]),
    ],
)
def test_what_is_closed_is_refused_with_the_reason(closed, broken: list[str]):
    assert rules_of(decide(tenant(AGENCY, invitation(**closed)), accept(), ALL)) == broken


def test_until_the_last_moment_it_can_be_accepted():
    nearly = tenant(AGENCY, invitation(expires_at=AT + timedelta(microseconds=1)))
    assert "invitation-accepted" in types_of(decide(nearly, accept(), ALL))


@pytest.mark.parametrize("caller", [DIRECT, OTHER_DIRECT])
def test_nobody_else_accepts(caller: str):
    command = AcceptInvitation(actor(caller, "CG"), AGENCY, invitation_id(), accept_body())
    assert decide(tenant(AGENCY, invitation()), command, ALL) == Absent()


def test_what_does_not_exist_is_absent():
    assert decide(tenant(), accept(), ALL) == Absent()


@pytest.mark.parametrize(
    ("before", "command", "targets"),
    [
        ([invitation()], accept(country=None), ["country"]),
        ([customer(country=None), invitation()], accept(country=None), ["country"]),
        (
            [invitation(delegated_admin=False)],
            accept(delegatedAdminUntil="2027-01-01T00:00:00Z"),
            ["delegatedAdminUntil"],
        ),
        (
            [invitation()],
            accept(delegatedAdminUntil="2026-11-01T08:00:00Z"),
            ["delegatedAdminUntil"],
        ),
        (
            [invitation()],
            accept(country=None, customerAgreement=None),
            ["customerAgreement", "country"],
        ),
        ([agreement(), invitation()], accept(country=None, customerAgreement=None), ["country"]),
        (
            [invitation(delegated_admin=False)],
            accept(
                country=None, customerAgreement=None, delegatedAdminUntil="2020-01-01T00:00:00Z"
            ),
            ["customerAgreement", "country", "delegatedAdminUntil"],
        ),
    ],
)
def test_what_only_the_stored_state_shows_missing_is_told_at_once(
    before, command, targets: list[str]
):
    decision = decide(tenant(AGENCY, *before), command, ALL)
    assert isinstance(decision, Incomplete)
    assert list(decision.fields) == targets


@pytest.mark.parametrize(
    ("by_whom", "command", "broken"),
    [
        (partner(partner_agreement_signed_at=None), accept(), ["AGR-1 partnerId"]),
        (partner(), accept(customerAgreement=None), ["AGR-3 customerAgreement"]),
        (partner(affiliated_tenant_ids=(AGENCY,)), accept(), ["ELG-4 customerId"]),
        (partner(), accept(country="KR"), ["ELG-6 country"]),
        (
            partner(affiliated_tenant_ids=(AGENCY,)),
            accept(country="KR", customerAgreement=None),
            ["AGR-3 customerAgreement", "ELG-4 customerId", "ELG-6 country"],
        ),
    ],
)
def test_all_rules_are_checked_again(by_whom, command, broken: list[str]):
    assert rules_of(decide(tenant(AGENCY, invitation()), command, facts(by_whom))) == broken


def test_a_partner_tenant_accepts_nothing():
    enrolled = tenant(AGENCY, invitation(), partner())
    assert rules_of(decide(enrolled, accept(), ALL)) == ["ELG-1 customerId"]


def test_government_knows_no_relationship_without_privileges():
    refused = decide(tenant(AGENCY, invitation(delegated_admin=False)), accept(), ALL)
    assert rules_of(refused) == ["GOV-1 delegatedAdmin"]


@pytest.mark.parametrize("asked", TIERS)
def test_both_tiers_need_their_link(asked):
    unlinked = replace(ALL, links={})
    named = "indirectResellerId" if asked.indirect_reseller_id else "indirectProviderId"
    assert rules_of(decide(tenant(AGENCY, asked), accept(), unlinked)) == [f"INV-6 {named}"]


@pytest.mark.parametrize("asked", TIERS)
def test_both_tiers_are_still_in_one_region(asked):
    other = asked.indirect_reseller_id or asked.indirect_provider_id
    moved = replace(ALL, partners={**ALL.partners, other: partner(other, country="KR")})
    named = "indirectResellerId" if asked.indirect_reseller_id else "indirectProviderId"
    assert rules_of(decide(tenant(AGENCY, asked), accept(), moved)) == [f"ELG-6 {named}"]


def test_another_partner_is_no_reason_unless_the_cloud_says_so():
    before = [customer(), agreement(), relationship(OTHER_DIRECT), subscription(1, OTHER_DIRECT)]
    state = tenant(AGENCY, *before, invitation())
    assert "invitation-accepted" in types_of(decide(state, SECOND, ALL))
    single = replace(ALL, cloud=replace(ALL.cloud, multi_partner=False))
    assert rules_of(decide(state, SECOND, single)) == ["MultiPartnerNotAvailable customerId"]


REVOKED = DelegatedAdmin.REVOKED_BY_CUSTOMER


def test_it_restores_privileges_and_leaves_the_rest_of_a_standing_relationship():
    before = relationship(delegated_admin=REVOKED, end_requested_at=AT - DAY)
    after = relationships_of(before, customer(), agreement(), invitation(), command=SECOND)[DIRECT]
    assert after == before.but(
        delegated_admin=DelegatedAdmin.GRANTED, invitation_id=invitation_id(), updated_at=AT
    )


def test_without_asking_for_privileges_the_standing_grant_stays():
    public = replace(ALL, cloud=facts(cloud="public").cloud)
    for held, until in ((DelegatedAdmin.GRANTED, AT + DAY), (REVOKED, None)):
        before = relationship(delegated_admin=held, delegated_admin_until=until)
        asked = invitation(delegated_admin=False)
        after = relationships_of(before, asked, known=public)[DIRECT]
        assert (after.delegated_admin, after.delegated_admin_until) == (held, until)


def test_it_re_establishes_a_removed_relationship():
    before = relationship(
        status=RelationshipStatus.REMOVED,
        delegated_admin=DelegatedAdmin.REVOKED_BY_REMOVAL,
        end_requested_at=AT - DAY,
        removed_at=AT - DAY,
    )
    after = relationships_of(before, invitation())[DIRECT]
    assert after == relationship(invitation_id=invitation_id(), since=AT, updated_at=AT)
