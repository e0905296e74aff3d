"""What a command reads, by point reads alone: the rows its path names, and what else it needs."""

from dataclasses import replace
from datetime import datetime

import pytest

from shared.deciding.accepting import DeclineInvitation
from shared.deciding.commands import Command
from shared.deciding.decide import needs
from shared.deciding.facts import Needs
from shared.deciding.inviting import Invite
from shared.deciding.issuing import IssueLink
from shared.deciding.redeeming import AcceptLink, invitation_id_of
from shared.model.models import InvitationStatus
from shared.model.state import RowKind
from tests.cast.bodies import decline_body, invite_body, link_body
from tests.cast.every_command import (
    ACCEPT,
    ACCEPT_LINK,
    AGREE,
    ANNUL,
    ASK_END,
    BLOCK,
    CANCEL,
    CG,
    COMMANDS,
    DECLINE,
    DISPUTE,
    DROP,
    END,
    ENROL,
    ERASE,
    EXPIRE,
    FILL,
    HERE,
    INVITE,
    ISSUE,
    LAPSE,
    LINK,
    PROFILE,
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
    DIRECT,
    MPN,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    link_id,
    subscription_id,
)
from tests.cast.resources import (
    invitation,
    invitation_link,
    partner,
    relationship,
    subscription,
    tenant,
)

INVITATION = (RowKind.INVITATION, invitation_id())
SUBSCRIPTION = (RowKind.SUBSCRIPTION, subscription_id())
OFFER = (RowKind.INVITATION_LINK, link_id())
EXPLAINED = DeclineInvitation(CG, *HERE, decline_body(reason="No"))


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
        (SUSPEND_PARTNER, DIRECT, set()),
        (ISSUE, DIRECT, {OFFER}),
        (REVOKE_LINK, DIRECT, {OFFER}),
        (ACCEPT_LINK, AGENCY, set()),
        (BLOCK, AGENCY, set()),
        (REVOKE, AGENCY, set()),
        (LAPSE, AGENCY, set()),
        (ASK_END, AGENCY, set()),
        (REMOVE, AGENCY, set()),
        (UPDATE, AGENCY, {SUBSCRIPTION}),
        (SUSPEND, AGENCY, {SUBSCRIPTION}),
        (FILL, AGENCY, {SUBSCRIPTION}),
        (DISPUTE, AGENCY, {SUBSCRIPTION}),
        (ANNUL, AGENCY, {SUBSCRIPTION}),
        (ERASE, AGENCY, set()),
        (
            REGISTER,
            AGENCY,
            {(RowKind.SUBSCRIPTION, subscription_id(number)) for number in (1, 2, 3)},
        ),
    ],
)
def test_one_partition_and_the_rows_that_the_path_names(command: Command, tenant_id: str, rows):
    assert command.tenant_id == tenant_id
    assert command.names == rows


@pytest.mark.parametrize(
    "command",
    [
        *(PROFILE, DECLINE, EXPIRE, END, ENROL, ACCEPT, ACCEPT_LINK, SUSPEND_PARTNER, BLOCK),
        *(ISSUE, REVOKE_LINK, REVOKE, LAPSE, ASK_END, DISPUTE, ANNUL),
    ],
)
def test_nothing_else_is_needed(command: Command):
    assert needs(command, tenant(command.tenant_id), None) == Needs()


@pytest.mark.parametrize("command", [REVOKE, DROP, ASK_END, REMOVE])
@pytest.mark.parametrize(
    ("asked_at", "removals", "read"), [(None, 0, False), (AT, 0, True), (None, 1, True)]
)
def test_an_answer_that_shows_a_relationship_reads_why_it_is_to_end(
    command: Command, asked_at: datetime | None, removals: int, *, read: bool
):
    known = tenant(AGENCY, relationship(end_requested_at=asked_at))
    related = {DIRECT: known.head.of(DIRECT).but(removals=removals)}
    needed = needs(command, known.with_head(replace(known.head, related=related)), None)
    assert needed.details == (both(f"relationship.{DIRECT}") if read else both())


@pytest.mark.parametrize("command", [REGISTER, UPDATE, SUSPEND, FILL, DISPUTE, ANNUL])
@pytest.mark.parametrize("disputed_at", [None, AT])
def test_an_answer_that_shows_a_subscription_reads_why_it_is_disputed(
    command: Command, disputed_at: datetime | None
):
    needed = needs(command, tenant(AGENCY, subscription(disputed_at=disputed_at)), None)
    assert needed.details == both(*([f"subscription.{subscription_id()}"] if disputed_at else []))


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
    assert needs(ENROL, invited, None) == Needs(rows=frozenset(waiting))


@pytest.mark.parametrize("command", [REQUEST, AGREE, replace(END, actor=AGREE.actor)])
def test_a_link_reads_the_reseller_as_the_providers_profile_is_there(command: Command):
    assert needs(command, tenant(PROVIDER), None) == Needs(partners=both(RESELLER))


@pytest.mark.parametrize("command", [CANCEL, UPDATE, SUSPEND, DROP, REMOVE])
def test_a_partners_standing_is_read(command: Command):
    assert needs(command, tenant(), None) == Needs(partners=both(DIRECT))


def test_what_keeps_a_relationship_is_read_only_where_something_does():
    keeping = tenant(AGENCY, subscription())
    assert needs(REMOVE, keeping, None) == Needs(partners=both(DIRECT), blockers_of=DIRECT)
    assert needs(DROP, keeping, None) == Needs(partners=both(DIRECT))
    assert needs(REMOVE, tenant(AGENCY, subscription(1, OTHER_DIRECT)), None).blockers_of is None


def test_filling_a_partner_of_record_reads_whose_it_is():
    assert needs(FILL, tenant(), None) == Needs(
        partners=both(DIRECT), partners_of_record=frozenset({(DIRECT, MPN[RESELLER])})
    )


def test_erasing_reads_what_is_to_go():
    assert needs(ERASE, tenant(), None) == Needs(details=both(invitation_id()))


def test_issuing_for_two_tiers_reads_their_link():
    body = link_body(indirectResellerId=RESELLER)
    issue = IssueLink(actor(PROVIDER), PROVIDER, link_id(), body)
    assert needs(issue, tenant(PROVIDER), None) == Needs(links=frozenset({LINK}))


def test_only_accepting_by_link_names_a_link():
    named = {command.name: command.named_invitation_link for command in COMMANDS.values()}
    assert named.pop("accept-link") == (DIRECT, link_id())
    assert set(named.values()) == {None}


def test_accepting_by_link_reads_the_partner_and_its_invitations():
    made = (RowKind.INVITATION, invitation_id_of(tenant(), ACCEPT_LINK))
    plain = Needs(partners=both(DIRECT), rows=frozenset({made}))
    assert needs(ACCEPT_LINK, tenant(), invitation_link()) == plain
    invited = tenant(AGENCY, invitation(1), invitation(2, OTHER_DIRECT))
    assert needs(ACCEPT_LINK, invited, invitation_link()).rows == {made, INVITATION}


def test_accepting_a_two_tier_link_reads_both_sides_and_their_link():
    command = AcceptLink(CG, AGENCY, PROVIDER, link_id(), ACCEPT_LINK.body)
    two_tier = invitation_link(1, PROVIDER, indirect_reseller_id=RESELLER)
    wanted = needs(command, tenant(), two_tier)
    assert (wanted.partners, wanted.links) == (both(PROVIDER, RESELLER), {LINK})


@pytest.mark.parametrize(("command", "named"), [(INVITE, None), (ACCEPT_LINK, invitation_link())])
def test_a_partner_that_is_invited_may_be_the_inviters_reseller(command: Command, named):
    wanted = needs(command, tenant(AGENCY, partner(AGENCY, mpn_id="1")), named)
    assert wanted.links == {(DIRECT, AGENCY)}


def test_inviting_reads_the_partner():
    assert needs(INVITE, tenant(), None) == Needs(partners=both(DIRECT))


def test_inviting_again_reads_what_was_asked():
    assert needs(INVITE, tenant(AGENCY, invitation()), None) == Needs(
        partners=both(DIRECT), details=both(invitation_id())
    )


def test_inviting_reads_the_partners_own_pending_invitation():
    known = tenant(AGENCY, invitation(2), invitation(3, OTHER_DIRECT))
    assert needs(INVITE, known, None) == Needs(
        partners=both(DIRECT), rows=frozenset({(RowKind.INVITATION, invitation_id(2))})
    )


@pytest.mark.parametrize(
    ("inviter", "named"),
    [(PROVIDER, {"indirectResellerId": RESELLER}), (RESELLER, {"indirectProviderId": PROVIDER})],
)
def test_two_tiers_read_both_sides_and_their_link(inviter: str, named: dict[str, str]):
    command = Invite(actor(inviter), *HERE, invite_body(**named))
    wanted = Needs(partners=both(PROVIDER, RESELLER), links=frozenset({LINK}))
    assert needs(command, tenant(), None) == wanted
    asked = invitation(
        1,
        inviter,
        indirect_reseller_id=named.get("indirectResellerId"),
        indirect_provider_id=named.get("indirectProviderId"),
    )
    assert needs(ACCEPT, tenant(AGENCY, asked), None) == wanted


def test_accepting_reads_who_invited():
    assert needs(ACCEPT, tenant(AGENCY, invitation()), None) == Needs(partners=both(DIRECT))


def test_declining_reads_personal_data_only_to_add_a_reason():
    assert needs(EXPLAINED, tenant(AGENCY, invitation()), None) == Needs(
        details=both(invitation_id())
    )


def test_registering_reads_the_seller_and_each_partner_of_record_once():
    assert needs(REGISTER, tenant(), None) == Needs(
        partners=both(PROVIDER), partners_of_record=frozenset({(PROVIDER, MPN[RESELLER])})
    )
