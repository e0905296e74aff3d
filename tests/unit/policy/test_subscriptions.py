import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import LinkStatus, RelationshipStatus, SubscriptionStatus
from shared.model.state import Related
from shared.policy import subscriptions as rules
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal
from tests.cast.ids import AT, DAY, DIRECT, MPN, PROVIDER, RESELLER
from tests.cast.resources import customer_head, head, invited, link, partner, related, subscription
from tests.unit.policy.verdicts import said

ACTIVE = related(DIRECT, RelationshipStatus.ACTIVE)
REMOVED = related(DIRECT, RelationshipStatus.REMOVED)


@pytest.mark.parametrize(
    ("head", "may"),
    [
        pytest.param(customer_head(**{DIRECT: ACTIVE}), True, id="active"),
        pytest.param(customer_head(**{DIRECT: REMOVED}), False, id="removed"),
        pytest.param(customer_head(**{DIRECT: invited(AT + DAY)}), False, id="only invited"),
        pytest.param(customer_head(**{PROVIDER: ACTIVE}), False, id="another partner's"),
        pytest.param(head(**{DIRECT: Related()}), False, id="nothing yet"),
        pytest.param(head(), False, id="an unknown tenant"),
    ],
)
def test_registering_needs_an_active_relationship(head, may):
    assert said(rules.sub_1_relationship(head, DIRECT)) == ([] if may else ["SUB-1 customerId"])


def test_an_unknown_tenant_answers_as_a_known_one():
    unknown = rules.sub_1_relationship(head(), DIRECT)
    assert unknown == rules.sub_1_relationship(customer_head(**{PROVIDER: ACTIVE}), DIRECT)


@pytest.mark.parametrize(
    ("seller", "refused"),
    [(partner(), []), (partner(PROVIDER), []), (partner(RESELLER), ["SUB-1/reseller partnerId"])],
)
def test_direct_bill_partners_and_providers_transact(seller, refused):
    assert said(rules.sub_1_transacts(seller)) == refused


@pytest.mark.parametrize(
    ("held", "may"),
    [
        pytest.param(None, True, id="free"),
        pytest.param(subscription(1, DIRECT, create_digest="same"), True, id="the same again"),
        pytest.param(subscription(1, DIRECT, create_digest="other"), False, id="other content"),
        pytest.param(
            subscription(1, PROVIDER, create_digest="same"), False, id="another partner's"
        ),
        pytest.param(
            subscription(1, PROVIDER, create_digest="other"), False, id="another partner's other"
        ),
    ],
)
def test_a_subscription_id_exists_once(held, may):
    assert said(rules.sub_2(held, DIRECT, "same", "id")) == ([] if may else ["SUB-2 id"])


@given(st.sampled_from([PROVIDER, RESELLER]), st.text(max_size=8))
def test_a_held_id_tells_nothing_of_its_holder(holder, digest):
    verdict = rules.sub_2(subscription(1, holder, create_digest=digest), DIRECT, "mine", "id")
    assert verdict == rules.sub_2_held("id") == Refusal("SUB-2", "id", params={})


@pytest.mark.parametrize(
    ("seller", "partner_of_record", "refused"),
    [
        (partner(), None, []),
        (partner(PROVIDER), None, []),
        (partner(RESELLER), None, []),
        (partner(PROVIDER), MPN[RESELLER], []),
        (partner(PROVIDER), MPN[PROVIDER], ["POR-1/own partnerOfRecord"]),
        (partner(), MPN[RESELLER], ["POR-1 partnerOfRecord"]),
        (partner(), "1001", ["POR-1 partnerOfRecord"]),
        (partner(RESELLER), MPN[RESELLER], ["POR-1 partnerOfRecord"]),
    ],
)
def test_only_a_provider_sets_a_partner_of_record_and_never_itself(
    seller, partner_of_record, refused
):
    assert said(rules.por_1(seller, partner_of_record, "partnerOfRecord")) == refused


@pytest.mark.parametrize(
    ("holder", "between", "refused"),
    [
        (partner(RESELLER), link(status=LinkStatus.ACTIVE), []),
        (partner(RESELLER), link(status=LinkStatus.PENDING), ["POR-2 partnerOfRecord"]),
        (partner(RESELLER), link(status=LinkStatus.ENDED), ["POR-2 partnerOfRecord"]),
        (partner(RESELLER), None, ["POR-2 partnerOfRecord"]),
        (partner(), None, ["POR-2 partnerOfRecord"]),
        (partner(), link(status=LinkStatus.ACTIVE), ["POR-2 partnerOfRecord"]),
        (None, None, ["POR-2/unknown partnerOfRecord"]),
    ],
)
def test_the_partner_of_record_is_a_linked_reseller(holder, between, refused):
    mpn_id = holder.mpn_id if holder else "3999"
    taken = holder is not None
    assert said(rules.por_2(mpn_id, holder, between, "partnerOfRecord", taken=taken)) == refused


def test_a_claim_is_no_profile():
    """Who claims an id has it only where its own profile says so."""
    active = link(status=LinkStatus.ACTIVE)
    verdict = rules.por_2("3999", partner(RESELLER), active, "partnerOfRecord", taken=True)
    assert said(verdict) == ["POR-2/unknown partnerOfRecord"]


def test_of_a_partner_without_a_link_only_that_the_id_is_taken_is_known():
    assert said(rules.por_2("3001", None, None, "partnerOfRecord", taken=True)) == [
        "POR-2 partnerOfRecord"
    ]


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (rules.por_1(partner(PROVIDER), MPN[PROVIDER], "x"), 2072),
        (rules.por_1(partner(), MPN[PROVIDER], "x"), None),
        (rules.por_2("3999", None, None, "x", taken=False), 800015),
        (rules.por_2(MPN[RESELLER], partner(RESELLER), None, "x", taken=True), 800016),
        (rules.por_3(partner(PROVIDER), MPN[RESELLER], "4004"), 800098),
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
    changed = rules.sub_3(subscription().but(status=status), wanted)
    stays = status in FINAL and status is not wanted
    assert said(changed) == (["SUB-3 subscriptionId"] if stays else [])


def test_a_final_status_is_named():
    annulled = subscription().but(status=SubscriptionStatus.ANNULLED)
    assert '"annulled"' in explain(rules.sub_3(annulled, SubscriptionStatus.ACTIVE), "en").message


@pytest.mark.parametrize(("disputed_at", "may"), [(None, False), (AT, True)])
def test_only_what_the_customer_disputes_is_annulled(disputed_at, may):
    verdict = rules.sub_6(subscription().but(disputed_at=disputed_at))
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
    term = subscription().term
    ends_at = None if later is None else term.ends_at + later
    assert said(rules.sub_8(term, ends_at)) == ([] if may else ["SUB-8 term.endsAt"])


@pytest.mark.parametrize(
    ("later", "may"),
    [
        pytest.param(None, True, id="left open"),
        pytest.param(DAY, True, id="set"),
        pytest.param(0 * DAY, False, id="where it begins"),
        pytest.param(-DAY, False, id="before it begins"),
    ],
)
def test_an_open_term_gets_an_end_behind_its_beginning(later, may):
    term = subscription().term.but(duration=None, ends_at=None)
    ends_at = None if later is None else term.starts_at + later
    assert said(rules.sub_8(term, ends_at)) == ([] if may else ["SUB-8/open term.endsAt"])


@pytest.mark.parametrize(
    ("seller", "held", "refused"),
    [
        (partner(PROVIDER), None, []),
        (partner(PROVIDER), MPN[RESELLER], []),
        (partner(PROVIDER), "4004", ["POR-3 partnerOfRecord"]),
        (partner(), None, ["POR-3/provider partnerOfRecord"]),
        (partner(), "4004", ["POR-3/provider partnerOfRecord"]),
        (partner(RESELLER), None, ["POR-3/provider partnerOfRecord"]),
    ],
)
def test_a_provider_fills_an_empty_partner_of_record_once(seller, held, refused):
    assert said(rules.por_3(seller, held, MPN[RESELLER])) == refused
