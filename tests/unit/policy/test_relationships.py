import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import PartnerStatus, RelationshipStatus
from shared.policy import relationships as rules
from shared.policy.catalogue import explain
from tests.cast.ids import DIRECT, PROVIDER, RESELLER
from tests.cast.resources import partner, related
from tests.unit.policy.verdicts import said

STANDING = related(DIRECT, RelationshipStatus.ACTIVE).relationship


@pytest.mark.parametrize(
    ("status", "refused"),
    [(PartnerStatus.ACTIVE, []), (PartnerStatus.SUSPENDED, ["PRT-1 partnerId"])],
)
def test_a_suspended_partner_can_do_nothing(status, refused):
    assert said(rules.prt_1(partner(status=status))) == refused


def test_a_suspended_side_is_named_where_the_request_names_it():
    suspended = partner(RESELLER, status=PartnerStatus.SUSPENDED)
    assert said(rules.prt_1(suspended, "indirectResellerId")) == ["PRT-1 indirectResellerId"]


@pytest.mark.parametrize(
    ("blocking", "blockers", "refused"),
    [
        pytest.param(0, [], [], id="nothing of its own is left"),
        pytest.param(1, ["s1"], ["REM-1 partnerId"], id="one is left"),
        pytest.param(1, [], ["REM-1 partnerId"], id="the count decides, not the names"),
    ],
)
def test_own_subscriptions_end_before_the_relationship(blocking, blockers, refused):
    assert said(rules.rem_1(blocking, blockers)) == refused


def test_what_blocks_a_removal_is_named_in_order():
    message = explain(rules.rem_1(3, ["s3", "s1", "s2"]), "en").message
    assert message.startswith("3 of your own subscriptions")
    assert "s1, s2, s3" in message


@given(st.frozensets(st.sampled_from(["s1", "s2"])))
def test_without_own_blockers_names_of_others_never_matter(names):
    assert rules.rem_1(0, names) is None


@pytest.mark.parametrize(
    ("sides", "refused"),
    [
        pytest.param({}, [], id="a direct sale"),
        pytest.param({"indirect_reseller_id": RESELLER}, [], id="the provider's side"),
        pytest.param(
            {"indirect_provider_id": PROVIDER}, ["REM-5 partnerId"], id="the reseller's side"
        ),
    ],
)
def test_in_two_tiers_the_provider_removes(sides, refused):
    assert said(rules.rem_5(STANDING.but(**sides))) == refused


def test_a_reseller_is_told_whom_to_ask():
    refusal = rules.rem_5(STANDING.but(indirect_provider_id=PROVIDER))
    assert PROVIDER in explain(refusal, "en").message


@pytest.mark.parametrize(
    ("known", "refused"),
    [
        pytest.param(None, [], id="never met"),
        pytest.param(STANDING, ["IMP-1 partnerId"], id="stands"),
        pytest.param(
            STANDING.but(status=RelationshipStatus.REMOVED), ["IMP-1 partnerId"], id="removed"
        ),
    ],
)
def test_an_import_only_adds(known, refused):
    assert said(rules.imp_1(known, "partnerId")) == refused
