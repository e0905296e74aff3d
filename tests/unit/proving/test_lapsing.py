"""Rights that were given rightly and would not be given now."""

import pytest

from shared.deciding.facts import Needs
from shared.model.models import LinkStatus, Partner, PartnerStatus, RelationshipStatus
from shared.model.models import SubscriptionStatus as Status
from shared.model.state import Tenant
from shared.proving.lapsing import lapsed, rests_on
from shared.proving.problems import Severity
from tests.cast.decisions import facts
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    MPN,
    OTHER_RESELLER,
    PROVIDER,
    RESELLER,
    subscription_id,
)
from tests.cast.resources import customer, link, partner, relationship, subscription, tenant

SUSPENDED = {"status": PartnerStatus.SUSPENDED}


def sold(number: int, **changes: object):
    return subscription(
        number,
        PROVIDER,
        partner_of_record=MPN[RESELLER],
        indirect_reseller_id=RESELLER,
        **changes,
    )


def agency() -> Tenant:
    """A customer of a direct-bill partner, and of a provider with its reseller."""
    return tenant(
        AGENCY,
        customer(),
        relationship(),
        relationship(PROVIDER, indirect_reseller_id=RESELLER),
        relationship(RESELLER, indirect_provider_id=PROVIDER),
        relationship(OTHER_RESELLER, status=RelationshipStatus.REMOVED),
        subscription(1),
        sold(2),
        sold(3),
        sold(4, status=Status.SUSPENDED),
    )


def told(at: Tenant, *partners: Partner, links=()) -> dict[str, list[str]]:
    """The broken rules by what stands."""
    problems = lapsed(at, facts(*partners, links=links))
    assert all(problem.kind.severity is Severity.NOTICE for problem in problems)
    assert all(problem.tenant_id == at.id for problem in problems)
    return {one.key: [rule["rule"] for rule in one.detail["rules"]] for one in problems}


def given(changed: str = "", **changes: object) -> list[Partner]:
    return [
        partner(one).but(**(changes if one == changed else {}))
        for one in (DIRECT, PROVIDER, RESELLER)
    ]


def test_what_stands_rests_on_its_partners_and_on_their_links():
    assert rests_on(agency()) == Needs(
        partners=frozenset({DIRECT, PROVIDER, RESELLER}), links=frozenset({(PROVIDER, RESELLER)})
    )
    provider = tenant(PROVIDER, partner(PROVIDER), link(), link(OTHER_RESELLER, LinkStatus.ENDED))
    assert rests_on(provider) == Needs(partners=frozenset({RESELLER}))


def test_nothing_has_lapsed_while_all_is_as_it_was():
    assert told(agency(), *given(), links=[link()]) == {}


def test_a_partner_that_cannot_be_read_is_not_judged():
    assert told(agency(), links=[link()]) == {}
    assert told(tenant(PROVIDER, partner(PROVIDER), link())) == {}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (SUSPENDED, "PRT-1"),
        ({"partner_agreement_signed_at": None}, "AGR-1"),
        ({"partner_agreement_signed_at": AT + DAY}, "AGR-1"),
        ({"affiliated_tenant_ids": (AGENCY,)}, "ELG-4"),
        ({"country": "KR"}, "ELG-6"),
    ],
)
def test_a_relationship_that_would_not_be_accepted_now(changes: dict[str, object], rule: str):
    found = told(agency(), *given(DIRECT, **changes), links=[link()])
    assert found == {f"relationship|{DIRECT}": [rule]}


def test_a_customer_whose_country_nobody_knows_is_not_judged_by_it():
    stranger = tenant(AGENCY, relationship())
    assert told(stranger, *given(DIRECT, country="KR")) == {}


@pytest.mark.parametrize("links", [[], [link(status=LinkStatus.ENDED)]])
def test_an_ended_link_leaves_a_reseller_without_ground(links: list):
    problems = lapsed(agency(), facts(*given(), links=links))
    assert {one.key: one.detail for one in problems} == {
        f"relationship|{RESELLER}": {"rules": [{"rule": "INV-6"}]},
        f"sales|{PROVIDER}|{RESELLER}": {"rules": [{"rule": "POR-2"}], "subscriptions": 2},
    }


def test_a_reseller_that_has_not_signed_is_on_no_subscription():
    found = told(agency(), *given(RESELLER, partner_agreement_signed_at=None), links=[link()])
    assert found == {
        f"relationship|{RESELLER}": ["AGR-1"],
        f"sales|{PROVIDER}|{RESELLER}": ["AGR-2"],
    }


def test_a_link_that_would_not_be_accepted_now():
    provider = tenant(PROVIDER, partner(PROVIDER), link())
    place = f"reseller|{RESELLER}"
    assert told(provider, *given(), links=[link()]) == {}
    assert told(provider, *given(RESELLER, **SUSPENDED)) == {place: ["PRT-1"]}
    assert told(provider, *given(RESELLER, country="KR")) == {place: ["ELG-6"]}
    direct = partner(DIRECT).type
    assert told(provider, *given(RESELLER, type=direct)) == {place: ["LNK-1"]}
    assert told(tenant(PROVIDER, link()), *given(RESELLER, **SUSPENDED)) == {}


def test_what_is_over_rests_on_nothing():
    over = tenant(AGENCY, subscription(1), sold(2, status=Status.DELETED))
    assert rests_on(over) == Needs()
    assert subscription_id(2) in {row.id for row in over.rows.values()}
