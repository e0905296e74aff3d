from dataclasses import replace

import pytest

from shared.policy.agreements import agr_1, agr_2, agr_3_acceptance, agr_3_registration
from tests.cast.ids import AT, DAY, RESELLER
from tests.cast.resources import customer_head, partner
from tests.unit.policy.verdicts import said

SIGNED = [
    pytest.param(AT - DAY, True, id="signed yesterday"),
    pytest.param(AT, True, id="signed this moment"),
    pytest.param(AT + DAY, False, id="dated tomorrow"),
    pytest.param(None, False, id="not signed"),
]


@pytest.mark.parametrize(("signed_at", "may"), SIGNED)
def test_a_partner_signs_before_it_invites_or_registers(signed_at, may):
    verdict = agr_1(partner(partner_agreement_signed_at=signed_at), AT)
    assert said(verdict) == ([] if may else ["AGR-1 partnerId"])


@pytest.mark.parametrize(("signed_at", "may"), SIGNED)
def test_a_reseller_signs_before_it_is_partner_of_record(signed_at, may):
    verdict = agr_2(partner(RESELLER, partner_agreement_signed_at=signed_at), AT, "partnerOfRecord")
    assert said(verdict) == ([] if may else ["AGR-2 partnerOfRecord"])


@pytest.mark.parametrize(
    ("accepted", "signing", "refused"),
    [
        (False, False, ["AGR-3/acceptance customerAgreement"]),
        (False, True, []),
        (True, False, []),
        (True, True, []),
    ],
)
def test_an_acceptance_brings_the_customer_agreement_if_it_is_outstanding(
    accepted, signing, refused
):
    head = customer_head() if accepted else replace(customer_head(), agreement=None)
    assert said(agr_3_acceptance(head, signing=signing)) == refused


def test_no_subscription_before_the_customer_agreement():
    assert said(agr_3_registration(customer_head())) == []
    outstanding = replace(customer_head(), agreement=None)
    assert said(agr_3_registration(outstanding)) == ["AGR-3 customerId"]
