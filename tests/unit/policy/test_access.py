from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import DelegatedAdmin, RelationshipStatus, SubscriptionStatus
from shared.model.state import Related
from shared.model.terms import ProductType
from shared.policy.access import access_of, additions
from shared.policy.catalogue import rules
from tests.cast.ids import AT, DIRECT, PROVIDER, RESELLER, subscription_id
from tests.cast.resources import customer_head, invitation, related, subscription
from tests.unit.policy.verdicts import enforces

MINUTE = timedelta(minutes=1)
STANDING = related(DIRECT, RelationshipStatus.ACTIVE).relationship
AZURE = subscription().but(product_type=ProductType.AZURE_PLAN)
GONE = [status for status in DelegatedAdmin if status is not DelegatedAdmin.GRANTED]
COMMAND = (
    f'az role assignment delete --assignee "<object id of the AdminAgents group of {DIRECT}>"'
    f" --role Owner --scope /subscriptions/{subscription_id()}"
)


def on(sold, held=STANDING):
    """What the partner may do on one subscription, as `role because`, and how to end it."""
    (only,) = access_of(held, [sold], AT).subscriptions
    assert only.id == sold.id
    return " ".join((only.role, *only.because)), only.remove


@enforces("explanation", "EFF-1", "EFF-2")
def test_privileges_give_two_groups_their_directory_roles():
    tenant = access_of(STANDING, [], AT).tenant
    assert [(each.group, each.role, each.because) for each in tenant] == [
        ("AdminAgents", "Global administrator", ("EFF-1",)),
        ("HelpdeskAgents", "Helpdesk administrator", ("EFF-1",)),
    ]


@pytest.mark.parametrize("gone", GONE)
def test_without_privileges_no_directory_role(gone):
    assert access_of(STANDING.but(delegated_admin=gone), [], AT).tenant == ()


@pytest.mark.parametrize(("until", "roles"), [(AT + MINUTE, 2), (AT, 0), (AT - MINUTE, 0)])
def test_privileges_lapse_before_anyone_records_it(until, roles):
    assert len(access_of(STANDING.but(delegated_admin_until=until), [], AT).tenant) == roles


@enforces("explanation", "EFF-4")
def test_the_partner_owns_the_azure_subscription_that_it_registered():
    assert on(AZURE) == ("owner EFF-4", None)
    assert on(AZURE.but(status=SubscriptionStatus.SUSPENDED)) == ("owner EFF-4", None)


@pytest.mark.parametrize(
    "product", [each for each in ProductType if each is not ProductType.AZURE_PLAN]
)
def test_other_products_give_no_role(product):
    assert on(AZURE.but(product_type=product)) == ("none EFF-4", None)


@enforces("explanation", "EFF-3")
@pytest.mark.parametrize("product", ProductType)
def test_privileges_give_no_role_on_what_others_registered(product):
    assert on(AZURE.but(partner_id=PROVIDER, product_type=product)) == ("none EFF-3", None)


def test_in_two_tiers_the_role_is_the_providers():
    sold = AZURE.but(partner_id=PROVIDER, indirect_reseller_id=RESELLER)
    sides = {"indirect_provider_id": PROVIDER}
    assert on(sold, STANDING.but(partner_id=RESELLER, **sides)) == ("none EFF-4", None)
    assert on(sold, STANDING.but(partner_id=PROVIDER)) == ("owner EFF-4", None)


@enforces("explanation", "EFF-5")
@pytest.mark.parametrize("status", RelationshipStatus)
@pytest.mark.parametrize("gone", GONE)
def test_after_the_privileges_the_role_remains_and_the_customer_removes_it(gone, status):
    held = STANDING.but(delegated_admin=gone, status=status)
    assert on(AZURE, held) == ("owner EFF-4 EFF-5", COMMAND)


@pytest.mark.parametrize(
    ("status", "rule"),
    [(SubscriptionStatus.DELETED, "SUB-3"), (SubscriptionStatus.ANNULLED, "SUB-6")],
)
@pytest.mark.parametrize("seller", [DIRECT, PROVIDER])
def test_no_role_on_what_has_ended(seller, status, rule):
    assert on(AZURE.but(partner_id=seller, status=status)) == (f"none {rule}", None)


SOLD = st.builds(
    lambda number, seller, product, status: AZURE.but(
        id=f"s{number}", partner_id=seller, product_type=product, status=status
    ),
    st.integers(0, 9),
    st.sampled_from([DIRECT, PROVIDER]),
    st.sampled_from(ProductType),
    st.sampled_from(SubscriptionStatus),
)


@given(st.lists(SOLD), st.sampled_from(DelegatedAdmin))
def test_every_subscription_is_explained_by_rules_that_exist(sold, privileges):
    access = access_of(STANDING.but(delegated_admin=privileges), sold, AT)
    assert [each.id for each in access.subscriptions] == [each.id for each in sold]
    assert all(set(each.because) <= rules().keys() for each in access.subscriptions)
    assert all(each.because for each in access.subscriptions)


@given(SOLD)
def test_privileges_never_change_which_subscriptions_a_partner_owns(sold):
    """EFF-3 and EFF-5 together: neither granting nor removing them does."""
    roles = {
        on(sold, STANDING.but(delegated_admin=privileges))[0].split()[0]
        for privileges in DelegatedAdmin
    }
    assert len(roles) == 1


def add(head, *, partner_ids=(DIRECT,), delegated_admin=True):
    """`partner privileges? groups` of what accepting adds."""
    asked = invitation().but(delegated_admin=delegated_admin)
    return [
        (each.partner_id, each.delegated_admin, [group.group for group in each.groups])
        for each in additions(head, asked, partner_ids, AT)
    ]


GROUPS = ["AdminAgents", "HelpdeskAgents"]


def standing(partner_id=DIRECT, **changes):
    return {partner_id: Related(relationship=STANDING.but(partner_id=partner_id, **changes))}


def test_accepting_adds_the_groups_of_each_side():
    assert add(customer_head()) == [(DIRECT, True, GROUPS)]
    assert add(customer_head(), partner_ids=(PROVIDER, RESELLER)) == [
        (PROVIDER, True, GROUPS),
        (RESELLER, True, GROUPS),
    ]


def test_without_privileges_accepting_adds_no_groups():
    assert add(customer_head(), delegated_admin=False) == [(DIRECT, False, [])]


def test_what_stands_is_not_added():
    head = customer_head(**standing(PROVIDER))
    assert add(head, partner_ids=(RESELLER, PROVIDER)) == [(RESELLER, True, GROUPS)]
    assert add(customer_head(**standing())) == []
    assert add(customer_head(**standing()), delegated_admin=False) == []


@pytest.mark.parametrize("gone", GONE)
def test_accepting_again_restores_privileges(gone):
    head = customer_head(**standing(delegated_admin=gone))
    assert add(head) == [(DIRECT, True, GROUPS)]
    assert add(head, delegated_admin=False) == []


def test_privileges_that_lapsed_are_granted_anew():
    assert add(customer_head(**standing(delegated_admin_until=AT))) == [(DIRECT, True, GROUPS)]


def test_accepting_again_re_establishes_a_removed_relationship():
    removed = standing(
        status=RelationshipStatus.REMOVED, delegated_admin=DelegatedAdmin.REVOKED_BY_REMOVAL
    )
    assert add(customer_head(**removed)) == [(DIRECT, True, GROUPS)]
    assert add(customer_head(**removed), delegated_admin=False) == [(DIRECT, False, [])]
