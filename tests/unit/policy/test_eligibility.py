from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.customers import TenantKind
from shared.model.models import LinkStatus, RelationshipStatus
from shared.policy import eligibility as rules
from shared.policy.clouds import cloud_profile
from shared.policy.refusals import Refusal
from shared.policy.regions import region_of
from tests.cast.ids import AGENCY, AT, DAY, DIRECT, PROVIDER, RESELLER
from tests.cast.resources import customer_head, head, invited, link, partner, related
from tests.unit.policy.verdicts import said

GOVERNMENT = cloud_profile("usGovernment")
PUBLIC = cloud_profile("public")
UNKNOWN, BUYS, SELLS = TenantKind.UNKNOWN, TenantKind.CUSTOMER, TenantKind.PARTNER
COUNTRIES = st.sampled_from(["US", "UM", "PR", "KR", "JP", "DE", "FR", "CA", "GU", "KP", "ZZ"])


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        # rule                       what is refused for a tenant of this kind
        (rules.elg_1, {SELLS: "ELG-1 customerId"}),
        (rules.elg_3_enrolment, {BUYS: "ELG-3 partnerId"}),
        (rules.elg_3_profile, {SELLS: "ELG-3/partner customerId"}),
        (rules.elg_3_own_statement, {BUYS: "ELG-3/ownStatement customerId"}),
    ],
)
@pytest.mark.parametrize("kind", TenantKind)
def test_what_a_tenant_is_decides_what_may_become_of_it(rule, refused, kind):
    assert said(rule(head(kind))) == ([refused[kind]] if kind in refused else [])


def test_a_corporate_tenant_of_a_partner_may_buy():
    """ELG-2: the corporate tenant is a tenant of its own, of unknown kind until it accepts."""
    assert said(rules.elg_1(head(UNKNOWN)), rules.elg_4(partner(), AGENCY)) == []


@pytest.mark.parametrize(
    ("customer_id", "refused"),
    [
        pytest.param(AGENCY, [], id="a stranger"),
        pytest.param(DIRECT, ["ELG-4 customerId"], id="itself"),
        pytest.param(PROVIDER, ["ELG-4 customerId"], id="an affiliate"),
    ],
)
def test_nobody_sells_to_itself(customer_id, refused):
    seller = partner(affiliated_tenant_ids=(PROVIDER,))
    assert said(rules.elg_4(seller, customer_id)) == refused


def test_self_sale_is_said_of_the_side_that_would_sell_to_itself():
    verdict = rules.elg_4(partner(), DIRECT, "indirectResellerId")
    assert said(verdict) == ["ELG-4 indirectResellerId"]


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("US", "US", True),
        ("US", "UM", True),
        ("US", "PR", False),
        ("DE", "FR", True),
        ("US", "CA", False),
        ("KR", "JP", False),
        ("US", "ZZ", False),
        ("ZZ", "ZZ", False),
        ("US", None, True),
        (None, "US", True),
    ],
)
def test_both_countries_lie_in_one_region(one, other, may):
    assert said(rules.elg_6(one, other, "country")) == ([] if may else ["ELG-6 country"])


@given(COUNTRIES, COUNTRIES)
def test_the_region_rule_does_not_care_who_is_who(one, other):
    forth, back = rules.elg_6(one, other, "country"), rules.elg_6(other, one, "country")
    assert (forth is None) == (back is None)
    assert (forth is None) == (region_of(one) is not None and region_of(one) == region_of(other))


@pytest.mark.parametrize(("country", "may"), [("US", True), ("KR", True), ("KP", False)])
def test_csp_is_offered_in_the_country(country, may):
    verdict = rules.elg_6_offered(country, "country")
    assert said(verdict) == ([] if may else ["ELG-6/notOffered country"])


@pytest.mark.parametrize("country", [None, "US", "KP"])
def test_the_country_is_on_record_where_nobody_states_it_later(country):
    verdict = rules.elg_6_known(country, "customerId")
    assert said(verdict) == ([] if country else ["ELG-6/unknown customerId"])
    unchecked = rules.elg_6_stated(country, "country")
    assert said(unchecked) == ([] if country else ["ELG-6/unstated country"])


def test_the_mpn_id_is_from_the_country_of_the_account():
    assert said(rules.elg_7("US", "US")) == []
    assert said(rules.elg_7("PR", "US")) == ["ELG-7 mpnCountry"]


def test_a_taken_id_names_no_holder():
    verdict = rules.elg_8("mpnId")
    assert said(verdict) == ["ELG-8 mpnId"]
    assert verdict == Refusal("ELG-8", "mpnId", params={})
    assert said(rules.elg_8_unclaimed({"1001"}, "mpnId")) == ["ELG-8/unclaimed mpnId"]
    assert said(rules.elg_8_unclaimed(set(), "mpnId")) == []


@pytest.mark.parametrize(
    ("cloud", "delegated_admin", "refused"),
    [
        (GOVERNMENT, True, []),
        (GOVERNMENT, False, ["GOV-1 delegatedAdmin"]),
        (PUBLIC, True, []),
        (PUBLIC, False, []),
    ],
)
def test_government_invitations_ask_for_delegated_admin(cloud, delegated_admin, refused):
    assert said(rules.gov_1(cloud, delegated_admin=delegated_admin)) == refused


@pytest.mark.parametrize(
    ("cloud", "country", "refused"),
    [
        (GOVERNMENT, "US", []),
        (GOVERNMENT, "PR", ["GOV-3 country"]),
        (PUBLIC, "KR", []),
    ],
)
def test_government_partners_are_in_the_us(cloud, country, refused):
    assert said(rules.gov_3(cloud, country)) == refused


@pytest.mark.parametrize(
    ("between", "refused"),
    [
        (link(status=LinkStatus.ACTIVE), ["ELG-5 customerId"]),
        (link(status=LinkStatus.PENDING), []),
        (link(status=LinkStatus.ENDED), []),
        (None, []),
    ],
)
def test_a_linked_reseller_is_no_customer_of_its_provider(between, refused):
    assert said(rules.elg_5(between)) == refused


ACTIVE, REMOVED = RelationshipStatus.ACTIVE, RelationshipStatus.REMOVED
OTHERS = st.dictionaries(
    st.sampled_from([PROVIDER, RESELLER]), st.sampled_from(RelationshipStatus), max_size=2
)


@pytest.mark.parametrize("cloud", [GOVERNMENT, PUBLIC], ids=lambda cloud: cloud.name)
@given(OTHERS)
def test_another_partner_is_never_a_reason_to_refuse(cloud, others):
    head = customer_head(**{other: related(other, status) for other, status in others.items()})
    assert said(rules.multi_partner(cloud, head, [DIRECT])) == []


@pytest.mark.parametrize(
    ("partners", "sides", "refused"),
    [
        pytest.param({}, [DIRECT], [], id="nobody"),
        pytest.param({DIRECT: ACTIVE}, [DIRECT], [], id="the partner itself"),
        pytest.param({PROVIDER: ACTIVE}, [DIRECT, PROVIDER], [], id="the other side of the sale"),
        pytest.param({PROVIDER: REMOVED}, [DIRECT], [], id="a former partner"),
        pytest.param(
            {RESELLER: REMOVED, PROVIDER: ACTIVE},
            [DIRECT],
            ["MultiPartnerNotAvailable customerId"],
            id="another partner",
        ),
    ],
)
def test_a_cloud_without_multi_partner_support_says_so(partners, sides, refused, single_partner):
    head = customer_head(**{other: related(other, status) for other, status in partners.items()})
    assert said(rules.multi_partner(single_partner, head, sides)) == refused


def test_an_invitation_of_another_partner_is_no_relationship(single_partner):
    head = customer_head(**{PROVIDER: invited(AT + DAY)})
    assert said(rules.multi_partner(single_partner, head, [DIRECT])) == []


@pytest.fixture
def single_partner():
    """The government cloud, should sources that deny it multi-partner support be right one day."""
    return replace(GOVERNMENT, multi_partner=False)
