"""Who the customer is, as it says itself or as the operator's pipeline supplies: ELG-3."""

from shared.deciding.decide import decide
from shared.deciding.profile import SetCustomerProfile
from shared.model.customers import TenantKind
from tests.cast.bodies import customer_body
from tests.cast.decisions import events_of, facts, rules_of
from tests.cast.ids import AGENCY, actor, operator
from tests.cast.resources import customer, partner, tenant


def own(**changes: object) -> SetCustomerProfile:
    return SetCustomerProfile(actor(AGENCY, "CG"), AGENCY, customer_body(**changes))


def supplied(**changes: object) -> SetCustomerProfile:
    return SetCustomerProfile(operator(), AGENCY, customer_body(**changes))


UNSAID = customer(kind=TenantKind.UNKNOWN)


def test_its_own_statement_makes_it_a_customer():
    (updated,) = events_of(decide(tenant(), own(), facts()))
    assert (updated.type, updated.data) == ("customer-updated", customer())
    assert tenant(AGENCY, customer()).head.kind is TenantKind.CUSTOMER


def test_what_a_pipeline_supplies_leaves_it_unknown():
    (updated,) = events_of(decide(tenant(), supplied(), facts()))
    assert updated.data == UNSAID
    assert tenant(AGENCY, UNSAID).head.kind is TenantKind.UNKNOWN


def test_it_confirms_what_was_supplied():
    (updated,) = events_of(decide(tenant(AGENCY, UNSAID), own(), facts()))
    assert updated.data == customer()


def test_the_same_again_changes_nothing():
    assert events_of(decide(tenant(AGENCY, customer()), own(), facts())) == ()
    assert events_of(decide(tenant(AGENCY, UNSAID), supplied(), facts())) == ()
    assert events_of(decide(tenant(AGENCY, customer()), supplied(), facts())) == ()


def test_it_corrects_itself():
    (updated,) = events_of(decide(tenant(AGENCY, customer()), own(name="New"), facts()))
    assert updated.data == customer(name="New")


def test_a_pipeline_corrects_only_a_pipeline():
    corrected = supplied(name="New")
    (updated,) = events_of(decide(tenant(AGENCY, UNSAID), corrected, facts()))
    assert updated.data == UNSAID.but(name="New")
    refused = decide(tenant(AGENCY, customer()), corrected, facts())
    assert rules_of(refused) == ["ELG-3 customerId"]


def test_a_partner_never_becomes_a_customer():
    enrolled = tenant(AGENCY, partner())
    assert rules_of(decide(enrolled, own(), facts())) == ["ELG-3 customerId"]
    assert rules_of(decide(enrolled, supplied(), facts())) == ["ELG-3 customerId"]


def test_only_where_the_programme_is_offered():
    assert rules_of(decide(tenant(), own(country="KP"), facts())) == ["ELG-6 country"]
