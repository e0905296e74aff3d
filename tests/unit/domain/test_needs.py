"""What a command reads, by point reads alone: the rows its path names, and what else it needs."""

import pytest

from shared.domain.base import SYSTEM
from shared.domain.commands import (
    AcceptInvitation,
    AcceptResellerLink,
    CancelInvitation,
    Command,
    DeclineInvitation,
    EndResellerLink,
    EnrolPartner,
    Invite,
    RecordExpiry,
    RegisterSubscriptions,
    RequestResellerLink,
    SetCustomerProfile,
)
from shared.domain.facts import Needs
from shared.domain.models import InvitationStatus
from shared.domain.reading import named_rows, needs
from shared.domain.state import RowKind
from tests.building import (
    AGENCY,
    DIRECT,
    MPN,
    OPERATOR,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    accept_body,
    actor,
    customer_body,
    decline_body,
    invitation,
    invitation_id,
    invite_body,
    partner_body,
    sale,
    subscription_id,
    tenant,
)

CG = actor(AGENCY, "CG")
HERE = (AGENCY, invitation_id())
INVITATION = (RowKind.INVITATION, invitation_id())
LINK = (PROVIDER, RESELLER)

ENROL = EnrolPartner(actor(OPERATOR, "OP"), AGENCY, partner_body(DIRECT))
PROFILE = SetCustomerProfile(CG, AGENCY, customer_body())
INVITE = Invite(actor(DIRECT), *HERE, invite_body())
ACCEPT = AcceptInvitation(CG, *HERE, accept_body())
DECLINE = DeclineInvitation(CG, *HERE, decline_body())
EXPLAINED = DeclineInvitation(CG, *HERE, decline_body(reason="No"))
CANCEL = CancelInvitation(actor(DIRECT), *HERE)
EXPIRE = RecordExpiry(SYSTEM, *HERE)
REQUEST, AGREE, END = (
    kind(actor(PROVIDER), *LINK)
    for kind in (RequestResellerLink, AcceptResellerLink, EndResellerLink)
)
REGISTER = RegisterSubscriptions(
    actor(PROVIDER),
    AGENCY,
    (
        (subscription_id(1), sale(partnerOfRecord=MPN[RESELLER])),
        (subscription_id(2), sale(partnerOfRecord=MPN[RESELLER])),
        (subscription_id(3), sale()),
    ),
)


@pytest.mark.parametrize(
    ("command", "tenant_id", "rows"),
    [
        (ENROL, AGENCY, set()),
        (PROFILE, AGENCY, set()),
        (INVITE, AGENCY, {INVITATION}),
        (ACCEPT, AGENCY, {INVITATION}),
        (DECLINE, AGENCY, {INVITATION}),
        (CANCEL, AGENCY, {INVITATION}),
        (EXPIRE, AGENCY, {INVITATION}),
        (REQUEST, PROVIDER, {(RowKind.RESELLER, RESELLER)}),
        (AGREE, PROVIDER, {(RowKind.RESELLER, RESELLER)}),
        (END, PROVIDER, {(RowKind.RESELLER, RESELLER)}),
        (
            REGISTER,
            AGENCY,
            {(RowKind.SUBSCRIPTION, subscription_id(number)) for number in (1, 2, 3)},
        ),
    ],
)
def test_one_partition_and_the_rows_that_the_path_names(command: Command, tenant_id: str, rows):
    assert command.tenant_id == tenant_id
    assert named_rows(command) == rows


@pytest.mark.parametrize("command", [PROFILE, DECLINE, CANCEL, EXPIRE, AGREE, END, ENROL, ACCEPT])
def test_nothing_else_is_needed(command: Command):
    assert needs(tenant(), command) == Needs()


def both(*ids: str) -> frozenset[str]:
    return frozenset(ids)


def test_enrolling_reads_the_invitations_that_it_cancels():
    invited = tenant(
        AGENCY,
        invitation(1),
        invitation(2, OTHER_DIRECT),
        invitation(3, PROVIDER, status=InvitationStatus.DECLINED),
    )
    waiting = {(RowKind.INVITATION, invitation_id(number)) for number in (1, 2)}
    assert needs(invited, ENROL) == Needs(rows=frozenset(waiting))


def test_asking_for_a_link_reads_the_reseller():
    assert needs(tenant(PROVIDER), REQUEST) == Needs(partners=both(RESELLER))


def test_inviting_reads_the_partner():
    assert needs(tenant(), INVITE) == Needs(partners=both(DIRECT))


def test_inviting_again_reads_what_was_asked():
    assert needs(tenant(AGENCY, invitation()), INVITE) == Needs(
        partners=both(DIRECT), details=both(invitation_id())
    )


def test_inviting_reads_the_partners_own_pending_invitation():
    known = tenant(AGENCY, invitation(2), invitation(3, OTHER_DIRECT))
    assert needs(known, INVITE) == Needs(
        partners=both(DIRECT), rows=frozenset({(RowKind.INVITATION, invitation_id(2))})
    )


@pytest.mark.parametrize(
    ("inviter", "named"),
    [(PROVIDER, {"indirectResellerId": RESELLER}), (RESELLER, {"indirectProviderId": PROVIDER})],
)
def test_two_tiers_read_both_sides_and_their_link(inviter: str, named: dict[str, str]):
    command = Invite(actor(inviter), *HERE, invite_body(**named))
    wanted = Needs(partners=both(PROVIDER, RESELLER), links=frozenset({LINK}))
    assert needs(tenant(), command) == wanted
    asked = invitation(
        1,
        inviter,
        indirect_reseller_id=named.get("indirectResellerId"),
        indirect_provider_id=named.get("indirectProviderId"),
    )
    assert needs(tenant(AGENCY, asked), ACCEPT) == wanted


def test_accepting_reads_who_invited():
    assert needs(tenant(AGENCY, invitation()), ACCEPT) == Needs(partners=both(DIRECT))


def test_declining_reads_personal_data_only_to_add_a_reason():
    assert needs(tenant(AGENCY, invitation()), EXPLAINED) == Needs(details=both(invitation_id()))


def test_registering_reads_the_seller_and_each_partner_of_record_once():
    assert needs(tenant(), REGISTER) == Needs(
        partners=both(PROVIDER), partners_of_record=frozenset({(PROVIDER, MPN[RESELLER])})
    )
