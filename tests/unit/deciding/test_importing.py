"""IMP-1: the operator brings in what stood before this system, and nothing else changes."""

from dataclasses import replace

import pytest

from shared.deciding.decide import decide
from shared.deciding.evolve import evolve_all
from shared.deciding.facts import Absent, Decided, Decision, Incomplete
from shared.deciding.guard import NonInterferenceError, allowance, check
from shared.deciding.importing import ImportRelationship
from shared.model.customers import TenantKind
from shared.model.models import (
    DelegatedAdmin,
    LinkStatus,
    Origin,
    PartnerStatus,
    RelationshipStatus,
)
from shared.model.state import Tenant
from tests.cast.bodies import import_body
from tests.cast.decisions import events_of, facts, rules_of, types_of
from tests.cast.every_command import ACCEPT, ENROL, IMPORT, INVITE, SELL
from tests.cast.ids import (
    AGENCY,
    AT,
    DAY,
    DIRECT,
    OTHER_DIRECT,
    PROVIDER,
    RESELLER,
    actor,
    invitation_id,
    operator,
)
from tests.cast.resources import (
    agreement,
    block,
    customer,
    invitation,
    link,
    partner,
    relationship,
    tenant,
)

ALL = facts(partner(), partner(PROVIDER), partner(RESELLER), links=[link()])
NEW = tenant(AGENCY, customer(kind=TenantKind.UNKNOWN))
ONE_SALE = replace(SELL, sales=SELL.sales[2:])


def broken(decision: Decision) -> list[str]:
    """The rules, whatever they are about."""
    return [told.partition(" ")[0] for told in rules_of(decision)]


def importing(partner_id: str = DIRECT, **changes: object) -> ImportRelationship:
    return ImportRelationship(operator(), AGENCY, partner_id, import_body(**changes))


def after(before: Tenant, command: ImportRelationship = IMPORT) -> Tenant:
    """The guard looks at it as the executor does."""
    told = evolve_all(before, events_of(decide(before, command, ALL)))
    check(before, told, allowance(before, command))
    return told


def test_a_relationship_without_privileges_or_invitation():
    imported = after(NEW, importing(since="2020-02-01T00:00:00Z")).head.of(DIRECT).relationship
    assert (imported.origin, imported.status) == (Origin.IMPORTED, RelationshipStatus.ACTIVE)
    assert imported.delegated_admin is DelegatedAdmin.NONE
    assert (imported.invitation_id, imported.evidence) == (None, "contract 4711")
    assert (imported.since.year, imported.updated_at) == (2020, AT)
    assert types_of(decide(NEW, IMPORT, ALL)) == ["reseller-relationship-imported"]
    assert after(NEW).head.of(DIRECT).relationship.since == AT


def test_the_tenant_has_said_nothing_itself():
    """ELG-3: its kind is its own act; but it cannot become a partner any more."""
    imported = after(NEW)
    assert imported.head.kind is TenantKind.UNKNOWN
    assert broken(decide(imported, ENROL, ALL)) == ["ELG-3"]


def test_the_customer_agreement_is_recorded_where_it_is_outstanding():
    body = {"customerAgreementAcceptedAt": "2020-02-01T00:00:00Z"}
    imported = after(NEW, importing(**body))
    recorded = imported.head.agreement
    assert (recorded.accepted_at.year, recorded.accepted_by.role) == (2020, "OP")
    assert isinstance(
        decide(imported, SELL.__class__(actor(DIRECT), AGENCY, SELL.sales[2:]), ALL), Decided
    )
    own = tenant(AGENCY, customer(), agreement())
    assert after(own, importing(**body)).head.agreement == agreement()
    again = importing(**body)
    assert decide(after(own, again), again, ALL) == Decided()
    assert after(after(NEW), importing(**body)).head.agreement, "a second import may bring it"


def test_without_an_agreement_nothing_is_sold():
    assert broken(decide(after(NEW), ONE_SALE, ALL)) == ["AGR-3"]


def test_both_sides_of_two_tiers():
    command = importing(PROVIDER, indirectResellerId=RESELLER)
    both = after(NEW, command)
    provider, reseller = (both.head.of(one).relationship for one in (PROVIDER, RESELLER))
    assert (provider.indirect_reseller_id, provider.indirect_provider_id) == (RESELLER, None)
    assert (reseller.indirect_reseller_id, reseller.indirect_provider_id) == (None, PROVIDER)
    assert reseller.partner_name == partner(RESELLER).name
    assert decide(both, command, ALL) == Decided()


def test_what_stands_stays():
    """However it came to stand, and whatever else is known of the customer."""
    for standing in (relationship(), relationship(origin=Origin.LINK)):
        there = tenant(AGENCY, customer(), agreement(), standing)
        assert decide(there, IMPORT, ALL) == Decided()
        assert decide(there, importing(evidence="another"), ALL) == Decided()


@pytest.mark.parametrize(
    ("standing", "command"),
    [
        (relationship(status=RelationshipStatus.REMOVED), IMPORT),
        (relationship(PROVIDER), importing(PROVIDER, indirectResellerId=RESELLER)),
        (relationship(RESELLER), importing(PROVIDER, indirectResellerId=RESELLER)),
    ],
)
def test_what_is_on_record_is_not_imported(standing, command):
    assert broken(decide(tenant(AGENCY, customer(), standing), command, ALL)) == ["IMP-1"]


def test_accepting_later_grants_privileges_and_stays_imported():
    before = evolve_all(after(NEW), events_of(decide(after(NEW), INVITE, ALL)))
    told = evolve_all(before, events_of(decide(before, ACCEPT, ALL)))
    standing = told.head.of(DIRECT).relationship
    assert (standing.origin, standing.delegated_admin) == (
        Origin.IMPORTED,
        DelegatedAdmin.GRANTED,
    )
    assert (standing.invitation_id, standing.evidence) == (invitation_id(), "contract 4711")


def test_a_pending_invitation_stays_pending():
    asked = tenant(AGENCY, customer(), invitation())
    assert after(asked).head.of(DIRECT).pending == asked.head.of(DIRECT).pending


def test_blocked_partners_are_not_imported():
    known = NEW
    related = known.head.of(DIRECT).but(blocked=block())
    blocked = known.with_head(replace(known.head, related={DIRECT: related}))
    assert broken(decide(blocked, IMPORT, ALL)) == ["INV-9"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": PartnerStatus.SUSPENDED}, ["PRT-1"]),
        ({"partner_agreement_signed_at": None}, ["AGR-1"]),
        ({"affiliated_tenant_ids": (AGENCY,)}, ["ELG-4"]),
        ({"country": "KR"}, ["ELG-6"]),
        ({"status": PartnerStatus.SUSPENDED, "country": "KR"}, ["PRT-1", "ELG-6"]),
    ],
)
def test_rules_about_the_partner(changes, expected):
    there = tenant(AGENCY, customer())
    assert broken(decide(there, IMPORT, facts(partner(**changes)))) == expected


def test_the_country_must_be_on_record():
    """Nobody accepts what is imported, so nobody would state it later."""
    (refusal,) = decide(tenant(), IMPORT, ALL).refusals
    assert (refusal.rule_id, refusal.variant) == ("ELG-6", "unknown")


def test_rules_about_the_sides():
    itself = tenant(DIRECT, partner())
    assert "ELG-1" in broken(decide(itself, replace(IMPORT, customer_id=DIRECT), ALL))
    assert broken(decide(NEW, importing(PROVIDER), ALL)) == ["INV-1"]
    assert broken(decide(NEW, importing(indirectResellerId=RESELLER), ALL)) == ["INV-1", "INV-6"]
    unlinked = facts(partner(PROVIDER), partner(RESELLER), links=[link(status=LinkStatus.ENDED)])
    two_tiers = importing(PROVIDER, indirectResellerId=RESELLER)
    assert broken(decide(NEW, two_tiers, unlinked)) == ["INV-6"]
    assert decide(NEW, IMPORT, facts()) == Absent()


@pytest.mark.parametrize(
    "forged",
    [
        relationship(delegated_admin=DelegatedAdmin.GRANTED),
        relationship(OTHER_DIRECT, delegated_admin=DelegatedAdmin.NONE),
    ],
)
def test_the_guard_lets_an_import_found_only_what_it_names_and_grant_nothing(forged):
    with pytest.raises(NonInterferenceError):
        check(NEW, tenant(AGENCY, forged), allowance(NEW, IMPORT))


@pytest.mark.parametrize(
    "names",
    [
        ["since"],
        ["customerAgreementAcceptedAt"],
        ["since", "customerAgreementAcceptedAt"],
    ],
)
def test_times_lie_in_the_past(names: list[str]):
    future = (AT + DAY).isoformat()
    told = decide(NEW, importing(**dict.fromkeys(names, future)), ALL)
    assert isinstance(told, Incomplete)
    assert list(told.fields) == names
