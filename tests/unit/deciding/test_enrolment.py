"""Enrolling a partner: ELG-3, ELG-6, ELG-7, GOV-3."""

import pytest

from shared.deciding.decide import decide
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.facts import Incomplete
from shared.model.models import InvitationStatus, Partner, PartnerStatus
from tests.cast.bodies import partner_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.ids import AGENCY, AT, BUREAU, DAY, DIRECT, PROVIDER, STRANGER, operator
from tests.cast.resources import customer, invitation, partner, tenant


def enrol(tenant_id: str = DIRECT, **changes: object) -> EnrolPartner:
    return EnrolPartner(operator(), tenant_id, partner_body(tenant_id, **changes))


def test_an_unknown_tenant_becomes_a_partner():
    (enrolled,) = events_of(decide(tenant(DIRECT), enrol(), facts()))
    assert enrolled.type == "partner-enrolled"
    assert enrolled.data == partner(DIRECT)


def test_affiliates_are_kept_once_and_in_order():
    decision = decide(
        tenant(DIRECT), enrol(affiliatedTenantIds=[STRANGER, BUREAU.upper(), BUREAU]), facts()
    )
    (enrolled,) = events_of(decision)
    assert isinstance(enrolled.data, Partner)
    assert enrolled.data.affiliated_tenant_ids == (BUREAU, STRANGER)


def test_a_partner_is_not_its_own_affiliate():
    decision = decide(tenant(DIRECT), enrol(affiliatedTenantIds=[DIRECT]), facts())
    assert isinstance(decision, Incomplete)
    assert list(decision.fields) == ["affiliatedTenantIds"]


def test_the_same_again_changes_nothing():
    assert events_of(decide(tenant(DIRECT, partner()), enrol(), facts())) == ()


def test_other_content_replaces_and_keeps_the_status():
    suspended = partner(status=PartnerStatus.SUSPENDED)
    (updated,) = events_of(decide(tenant(DIRECT, suspended), enrol(name="New"), facts()))
    assert updated.type == "partner-updated"
    assert updated.data == suspended.but(name="New")


def test_a_customer_never_becomes_a_partner():
    assert rules_of(decide(tenant(DIRECT, customer(DIRECT)), enrol(), facts())) == [
        "ELG-3 partnerId"
    ]


@pytest.mark.parametrize(
    ("cloud", "changes", "broken"),
    [
        ("usGovernment", {"mpnCountry": "GB"}, ["ELG-7 mpnCountry"]),
        ("usGovernment", {"country": "KR", "mpnCountry": "KR"}, ["GOV-3 country"]),
        ("public", {"country": "KR", "mpnCountry": "KR"}, []),
        ("public", {"country": "KP", "mpnCountry": "KP"}, ["ELG-6 country"]),
        (
            "usGovernment",
            {"country": "KP", "mpnCountry": "US"},
            ["ELG-6 country", "ELG-7 mpnCountry", "GOV-3 country"],
        ),
    ],
)
def test_the_country_decides(cloud: str, changes: dict[str, str], broken: list[str]):
    decision = decide(tenant(DIRECT), enrol(**changes), facts(cloud=cloud))
    assert (rules_of(decision) if broken else types_of(decision)) == (
        broken or ["partner-enrolled"]
    )


def test_what_it_was_invited_to_is_canceled_and_what_is_overdue_expires():
    invited = tenant(
        AGENCY,
        invitation(1),
        invitation(2, PROVIDER, expires_at=AT - DAY),
        invitation(3, "e1000000-0000-4000-8000-000000000004", status=InvitationStatus.DECLINED),
    )
    decision = decide(invited, enrol(AGENCY), facts())
    assert types_of(decision) == ["partner-enrolled", "invitation-canceled", "invitation-expired"]
    _, canceled, expired = events_of(decision)
    assert (canceled.data.close_reason, canceled.data.closed_by.role) == ("ELG-1", "OP")
    assert (expired.data.close_reason, expired.data.closed_by.role) == (None, "system")
    assert expired.data.closed_at == AT - DAY
