import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.models import LinkStatus, RelationshipStatus
from shared.domain.state import Related
from shared.policy import subscriptions as rules
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal
from tests.unit.policy.given import (
    CONTOSO,
    DAY,
    FABRIKAM,
    NOW,
    TAILSPIN,
    customer,
    link,
    partner,
    pending,
    provider,
    relationship,
    reseller,
    said,
    subscription,
    tenant,
)

ACTIVE = relationship(CONTOSO, RelationshipStatus.ACTIVE)
REMOVED = relationship(CONTOSO, RelationshipStatus.REMOVED)


@pytest.mark.parametrize(
    ("head", "may"),
    [
        pytest.param(customer(**{CONTOSO: ACTIVE}), True, id="active"),
        pytest.param(customer(**{CONTOSO: REMOVED}), False, id="removed"),
        pytest.param(customer(**{CONTOSO: pending(NOW + DAY)}), False, id="only invited"),
        pytest.param(customer(**{FABRIKAM: ACTIVE}), False, id="another partner's"),
        pytest.param(tenant(**{CONTOSO: Related()}), False, id="nothing yet"),
        pytest.param(tenant(), False, id="an unknown tenant"),
    ],
)
def test_registering_needs_an_active_relationship(head, may):
    assert said(rules.sub_1_relationship(head, CONTOSO)) == ([] if may else ["SUB-1 customerId"])


def test_an_unknown_tenant_answers_as_a_known_one():
    unknown = rules.sub_1_relationship(tenant(), CONTOSO)
    assert unknown == rules.sub_1_relationship(customer(**{FABRIKAM: ACTIVE}), CONTOSO)


@pytest.mark.parametrize(
    ("seller", "refused"),
    [(partner(), []), (provider(), []), (reseller(), ["SUB-1/reseller partnerId"])],
)
def test_direct_bill_partners_and_providers_transact(seller, refused):
    assert said(rules.sub_1_transacts(seller)) == refused


@pytest.mark.parametrize(
    ("held", "may"),
    [
        pytest.param(None, True, id="free"),
        pytest.param(subscription(CONTOSO, "same"), True, id="the same again"),
        pytest.param(subscription(CONTOSO, "other"), False, id="other content"),
        pytest.param(subscription(FABRIKAM, "same"), False, id="another partner's"),
        pytest.param(subscription(FABRIKAM, "other"), False, id="another partner's other"),
    ],
)
def test_a_subscription_id_exists_once(held, may):
    assert said(rules.sub_2(held, CONTOSO, "same", "id")) == ([] if may else ["SUB-2 id"])


@given(st.sampled_from([FABRIKAM, TAILSPIN]), st.text(max_size=8))
def test_a_held_id_tells_nothing_of_its_holder(holder, digest):
    verdict = rules.sub_2(subscription(holder, digest), CONTOSO, "mine", "id")
    assert verdict == rules.sub_2_held("id") == Refusal("SUB-2", "id", params={})


@pytest.mark.parametrize(
    ("seller", "partner_of_record", "refused"),
    [
        (partner(), None, []),
        (provider(), None, []),
        (reseller(), None, []),
        (provider(), "3003", []),
        (provider(), "2002", ["POR-1/own partnerOfRecord"]),
        (partner(), "3003", ["POR-1 partnerOfRecord"]),
        (partner(), "1001", ["POR-1 partnerOfRecord"]),
        (reseller(), "3003", ["POR-1 partnerOfRecord"]),
    ],
)
def test_only_a_provider_sets_a_partner_of_record_and_never_itself(
    seller, partner_of_record, refused
):
    assert said(rules.por_1(seller, partner_of_record, "partnerOfRecord")) == refused


@pytest.mark.parametrize(
    ("holder", "between", "refused"),
    [
        (reseller(), link(LinkStatus.ACTIVE), []),
        (reseller(), link(LinkStatus.PENDING), ["POR-2 partnerOfRecord"]),
        (reseller(), link(LinkStatus.ENDED), ["POR-2 partnerOfRecord"]),
        (reseller(), None, ["POR-2 partnerOfRecord"]),
        (partner(), None, ["POR-2 partnerOfRecord"]),
        (partner(), link(LinkStatus.ACTIVE), ["POR-2 partnerOfRecord"]),
        (None, None, ["POR-2/unknown partnerOfRecord"]),
    ],
)
def test_the_partner_of_record_is_a_linked_reseller(holder, between, refused):
    assert said(rules.por_2(holder, between, "partnerOfRecord")) == refused


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (rules.por_1(provider(), "2002", "x"), 2072),
        (rules.por_1(partner(), "2002", "x"), None),
        (rules.por_2(None, None, "x"), 800015),
        (rules.por_2(reseller(), None, "x"), 800016),
    ],
)
def test_partner_centers_own_numbers(verdict, code):
    assert explain(verdict, "en").partner_center_code == code
