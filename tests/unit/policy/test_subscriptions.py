import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import LinkStatus, RelationshipStatus, SubscriptionStatus
from shared.model.state import Related
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
        (rules.por_3(provider(), "3003", "4004"), 800098),
        (rules.por_3(partner(), None, "4004"), 800098),
    ],
)
def test_partner_centers_own_numbers(verdict, code):
    assert explain(verdict, "en").partner_center_code == code


LIVING = [SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED]
FINAL = [SubscriptionStatus.DELETED, SubscriptionStatus.ANNULLED]


@pytest.mark.parametrize("wanted", [*LIVING, SubscriptionStatus.DELETED])
@pytest.mark.parametrize("status", SubscriptionStatus)
def test_what_is_deleted_or_annulled_stays_so(status, wanted):
    changed = rules.sub_3(subscription(CONTOSO, "").but(status=status), wanted)
    stays = status in FINAL and status is not wanted
    assert said(changed) == (["SUB-3 subscriptionId"] if stays else [])


def test_a_final_status_is_named():
    annulled = subscription(CONTOSO, "").but(status=SubscriptionStatus.ANNULLED)
    assert '"annulled"' in explain(rules.sub_3(annulled, SubscriptionStatus.ACTIVE), "en").message


@pytest.mark.parametrize(("disputed_at", "may"), [(None, False), (NOW, True)])
def test_only_what_the_customer_disputes_is_annulled(disputed_at, may):
    verdict = rules.sub_6(subscription(CONTOSO, "").but(disputed_at=disputed_at))
    assert said(verdict) == ([] if may else ["SUB-6 subscriptionId"])


@pytest.mark.parametrize(
    ("later", "may"),
    [
        pytest.param(None, True, id="left alone"),
        pytest.param(0 * DAY, True, id="the same"),
        pytest.param(DAY, True, id="later"),
        pytest.param(-DAY, False, id="earlier"),
    ],
)
def test_a_term_is_only_extended(later, may):
    term = subscription(CONTOSO, "").term
    ends_at = None if later is None else term.ends_at + later
    assert said(rules.sub_8(term, ends_at)) == ([] if may else ["SUB-8 term.endsAt"])


@pytest.mark.parametrize(
    ("seller", "held", "refused"),
    [
        (provider(), None, []),
        (provider(), "3003", []),
        (provider(), "4004", ["POR-3 partnerOfRecord"]),
        (partner(), None, ["POR-3/provider partnerOfRecord"]),
        (partner(), "4004", ["POR-3/provider partnerOfRecord"]),
        (reseller(), None, ["POR-3/provider partnerOfRecord"]),
    ],
)
def test_a_provider_fills_an_empty_partner_of_record_once(seller, held, refused):
    assert said(rules.por_3(seller, held, "3003")) == refused
