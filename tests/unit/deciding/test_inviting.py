"""Inviting a customer: AGR-1, ELG-1, ELG-4, ELG-6, GOV-1, INV-1, INV-6."""

from dataclasses import replace

import pytest
from immutables import Map
from pydantic import ValidationError

from shared.canonical import digest
from shared.deciding.decide import decide
from shared.deciding.facts import Clash, Decided, Incomplete, NotEnrolled
from shared.deciding.inviting import Invite
from shared.model.models import Invitation, LinkStatus, OtherSide, RelationshipStatus
from shared.model.personal import Contact, Details
from shared.model.state import Tenant
from shared.policy.clouds import cloud_profile
from tests.cast.bodies import invite_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
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
    link,
    partner,
    relationship,
    tenant,
)

ALL = facts(
    partner(DIRECT),
    partner(OTHER_DIRECT),
    partner(PROVIDER),
    partner(RESELLER),
    links=[link()],
)


def invite(partner_id: str = DIRECT, number: int = 1, **body: object) -> Invite:
    return Invite(actor(partner_id), AGENCY, invitation_id(number), invite_body(**body))


def test_what_is_recorded():
    asked = invite(externalReference="PO 7", expiresInDays=10, message="Hello", country="US")
    (created,) = events_of(decide(tenant(), asked, ALL))
    assert created.type == "invitation-created"
    assert created.data == invitation(
        external_reference="PO 7",
        created_at=AT,
        updated_at=AT,
        expires_at=AT + 10 * DAY,
    )


@pytest.mark.parametrize(
    ("inviting", "named", "field"),
    [(PROVIDER, RESELLER, "indirectResellerId"), (RESELLER, PROVIDER, "indirectProviderId")],
)
def test_the_other_side_is_recorded_as_it_is_called_now(inviting: str, named: str, field: str):
    (created,) = events_of(decide(tenant(), invite(inviting, **{field: named}), ALL))
    assert isinstance(created.data, Invitation)
    other = partner(named)
    assert created.data.other_side == OtherSide(
        partner_id=named, name=other.name, mpn_id=other.mpn_id, type=other.type
    )


IN_THE_CLOUD = {
    "usGovernment": "https://admin.microsoft.us/AdminPortal/Home#/partners/invitation",
    "public": "https://admin.microsoft.com/Adminportal/Home?invType=Indirect&DAP=true#/partner",
}


@pytest.mark.parametrize("cloud", IN_THE_CLOUD)
def test_where_the_request_waits_at_microsoft_is_recorded(cloud: str):
    asked = invite(microsoftRequestUrl=IN_THE_CLOUD[cloud])
    (created,) = events_of(decide(tenant(), asked, replace(ALL, cloud=cloud_profile(cloud))))
    assert isinstance(created.data, Invitation)
    assert created.data.microsoft_request_url == IN_THE_CLOUD[cloud]


@pytest.mark.parametrize(
    "url",
    [
        IN_THE_CLOUD["public"],
        "https://admin.microsoft.us.evil.example/AdminPortal",
        "https://evil.example/admin.microsoft.us",
        "https://evil.example#admin.microsoft.us",
        "https://evil.example/?@admin.microsoft.us",
        "https://microsoft.us/",
        "https://x.admin.microsoft.us/",
    ],
)
def test_an_address_on_another_host_is_no_request_at_microsoft(url: str):
    decision = decide(tenant(), invite(microsoftRequestUrl=url), ALL)
    assert isinstance(decision, Incomplete)
    (said,) = decision.fields.items()
    target, words = said
    assert target == "microsoftRequestUrl"
    assert "admin.microsoft.us" in words.en
    assert "evil" not in words.en + words.ko


@pytest.mark.parametrize(
    "url",
    [
        "http://admin.microsoft.us/",
        "https://admin.microsoft.us:444/",
        "https://me@admin.microsoft.us/",
        "https://admin.microsoft.us\\@evil.example/",
        "https://admin.microsoft.us/\u200b",
        "https://admin.microsoft.us/ x",
        "https://admin.microsoft.us/<b>",
        "https://\u0430dmin.microsoft.us/",
        "javascript:alert(1)",
        "https://admin.microsoft.us/" + "x" * 1024,
    ],
)
def test_an_address_that_may_lead_elsewhere_than_it_shows_is_malformed(url: str):
    with pytest.raises(ValidationError):
        invite(microsoftRequestUrl=url)


def test_it_expires_after_90_days_by_default():
    (created,) = events_of(decide(tenant(), invite(), ALL))
    assert isinstance(created.data, Invitation)
    assert created.data.expires_at == AT + 90 * DAY


def test_personal_data_lies_beside_the_events():
    asked = invite(message="Hello", contact={"email": "a@b.example", "locale": "ko"})
    decision = decide(tenant(), asked, ALL)
    assert isinstance(decision, Decided)
    assert decision.details == Map(
        {
            invitation_id(): Details(
                create_digest=digest(asked.body.model_dump(mode="json")),
                message="Hello",
                contact=Contact(email="a@b.example", locale="ko"),
            )
        }
    )
    assert "b.example" not in str(decision.events)


def invited(asked: Invite) -> Tenant:
    """The agency after `asked`."""
    decision = decide(tenant(), asked, ALL)
    assert isinstance(decision, Decided)
    after = tenant(AGENCY, decision.events[0].data)
    return replace(after, details=decision.details)


def test_the_same_again_changes_nothing_even_when_it_is_closed():
    before = invited(invite(message="Hello"))
    assert decide(before, invite(message="Hello"), ALL) == Decided()
    late = replace(ALL, at=AT + 365 * DAY)
    assert decide(before, invite(message="Hello"), late) == Decided()


@pytest.mark.parametrize(
    "other",
    [invite(message="Hi"), invite(), invite(OTHER_DIRECT, message="Hello")],
)
def test_the_id_with_other_content_or_of_another_partner_clashes(other: Invite):
    assert decide(invited(invite(message="Hello")), other, ALL) == Clash()


def test_what_was_erased_can_no_longer_be_repeated():
    erased = replace(invited(invite()), details=Map())
    assert decide(erased, invite(), ALL) == Clash()


def test_partner_roles_count_only_in_a_partner():
    assert decide(tenant(), invite(BUREAU), ALL) == NotEnrolled()


@pytest.mark.parametrize(
    ("asked", "by_whom", "broken"),
    [
        (invite(), partner(partner_agreement_signed_at=None), ["AGR-1 partnerId"]),
        (invite(), partner(partner_agreement_signed_at=AT + DAY), ["AGR-1 partnerId"]),
        (invite(), partner(affiliated_tenant_ids=(AGENCY,)), ["ELG-4 customerId"]),
        (invite(country="KR"), partner(), ["ELG-6 country"]),
        (invite(country="KP"), partner(), ["ELG-6 country"]),
        (invite(delegatedAdmin=False), partner(), ["GOV-1 delegatedAdmin"]),
        (invite(message="see www.example.com"), partner(), ["INV-9 message"]),
        (
            invite(delegatedAdmin=False, country="KR", message="https://x.example"),
            partner(partner_agreement_signed_at=None),
            ["AGR-1 partnerId", "ELG-6 country", "GOV-1 delegatedAdmin", "INV-9 message"],
        ),
    ],
)
def test_every_broken_rule_is_named(asked: Invite, by_whom, broken: list[str]):
    assert rules_of(decide(tenant(), asked, facts(by_whom))) == broken


def test_a_partner_tenant_buys_from_nobody_and_its_corporate_tenant_does():
    enrolled = tenant(AGENCY, partner())
    assert rules_of(decide(enrolled, invite(), ALL)) == ["ELG-1 customerId"]
    assert types_of(decide(tenant(), invite(), ALL)) == ["invitation-created"]


def test_the_customers_own_country_counts_where_the_partner_may_read_it():
    abroad = tenant(AGENCY, customer(country="KR"), relationship())
    assert rules_of(decide(abroad, invite(country="US"), ALL)) == ["ELG-6 country"]
    silent = tenant(AGENCY, customer(country=None), relationship())
    assert rules_of(decide(silent, invite(country="KR"), ALL)) == ["ELG-6 country"]


@pytest.mark.parametrize("country", [None, "US", "KR"])
@pytest.mark.parametrize(
    "own", [[], [invitation(2)], [relationship(status=RelationshipStatus.REMOVED)]]
)
def test_to_anybody_else_it_is_as_a_tenant_that_said_nothing(country: str | None, own):
    stated = tenant(AGENCY, customer(country="KR"), agreement(), *own)
    silent = tenant(AGENCY, *own)
    asked = invite(number=3, country=country)
    assert decide(stated, asked, ALL) == decide(silent, asked, ALL)


def test_outside_government_an_invitation_may_ask_for_no_privileges():
    public = facts(partner(), cloud="public")
    (created,) = events_of(decide(tenant(), invite(delegatedAdmin=False), public))
    assert isinstance(created.data, Invitation)
    assert created.data.delegated_admin is False


TWO_TIER = [
    (invite(DIRECT, indirectResellerId=RESELLER), ["INV-1 indirectResellerId"]),
    (invite(DIRECT, indirectProviderId=PROVIDER), ["INV-1 indirectProviderId"]),
    (invite(PROVIDER), ["INV-1 indirectResellerId"]),
    (invite(PROVIDER, indirectResellerId=RESELLER), []),
    (
        invite(PROVIDER, indirectResellerId=RESELLER, indirectProviderId=PROVIDER),
        ["INV-1 indirectProviderId"],
    ),
    (invite(RESELLER), []),
    (invite(RESELLER, indirectProviderId=PROVIDER), []),
    (
        invite(RESELLER, indirectProviderId=PROVIDER, indirectResellerId=RESELLER),
        ["INV-1 indirectResellerId"],
    ),
]


@pytest.mark.parametrize(("asked", "broken"), TWO_TIER)
def test_both_sides_are_named_in_two_tiers(asked: Invite, broken: list[str]):
    decision = decide(tenant(), asked, ALL)
    if broken:
        assert set(broken) <= set(rules_of(decision))
    else:
        assert types_of(decision) == ["invitation-created"]


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        (invite(PROVIDER, indirectResellerId=RESELLER), "indirectResellerId"),
        (invite(RESELLER, indirectProviderId=PROVIDER), "indirectProviderId"),
    ],
)
@pytest.mark.parametrize("status", [None, LinkStatus.PENDING, LinkStatus.ENDED])
def test_their_link_is_active(asked: Invite, target: str, status: LinkStatus | None):
    links = [link(status=status)] if status else []
    known = facts(partner(PROVIDER), partner(RESELLER), links=links)
    assert rules_of(decide(tenant(), asked, known)) == [f"INV-6 {target}"]


def test_the_other_side_does_not_sell_to_itself_either():
    known = facts(
        partner(PROVIDER), partner(RESELLER, affiliated_tenant_ids=(AGENCY,)), links=[link()]
    )
    asked = invite(PROVIDER, indirectResellerId=RESELLER)
    assert rules_of(decide(tenant(), asked, known)) == ["ELG-4 indirectResellerId"]
