"""INV-7: accepting anew restores what is gone; what stands stays, above all the other side's."""

from datetime import timedelta

import pytest

from shared.deciding.decide import decide
from shared.model.models import DelegatedAdmin, RelationshipStatus
from tests.cast.commands import accept
from tests.cast.decisions import types_of
from tests.cast.ids import AGENCY, AT, PROVIDER, RESELLER
from tests.cast.resources import agreement, customer, invitation, relationship, tenant
from tests.unit.deciding.accepted import ALL, SECOND, relationships_of

LATER = "2027-06-01T00:00:00Z"
OTHER_RESELLER = "b9000000-0000-4000-8000-000000000009"
KNOWN = (customer(), agreement())


def asked_by_the_reseller():
    return invitation(1, RESELLER, indirect_provider_id=PROVIDER)


@pytest.mark.parametrize("through", [OTHER_RESELLER, None])
def test_a_resellers_invitation_leaves_its_providers_standing_relationship(through):
    standing = relationship(PROVIDER, indirect_reseller_id=through)
    command = accept(customerAgreement=None, country=None, delegatedAdminUntil=LATER)
    after = relationships_of(*KNOWN, standing, asked_by_the_reseller(), command=command)
    assert after[PROVIDER] == standing
    assert after[RESELLER].indirect_provider_id == PROVIDER
    assert after[RESELLER].delegated_admin_until is not None


def test_it_restores_the_privileges_that_the_other_side_lost_and_nothing_else():
    lost = relationship(
        PROVIDER,
        indirect_reseller_id=OTHER_RESELLER,
        delegated_admin=DelegatedAdmin.REVOKED_BY_CUSTOMER,
    )
    after = relationships_of(*KNOWN, lost, asked_by_the_reseller(), command=SECOND)
    restored = lost.but(delegated_admin=DelegatedAdmin.GRANTED, updated_at=AT)
    assert after[PROVIDER] == restored


def test_a_lapsed_grant_is_gone():
    lapsed = relationship(
        PROVIDER, indirect_reseller_id=RESELLER, delegated_admin_until=AT - timedelta(seconds=1)
    )
    after = relationships_of(*KNOWN, lapsed, asked_by_the_reseller(), command=SECOND)
    assert after[PROVIDER].delegated_admin_at(AT) is DelegatedAdmin.GRANTED
    assert after[PROVIDER].delegated_admin_until is None


def test_the_other_sides_removed_relationship_is_re_established():
    removed = relationship(PROVIDER, status=RelationshipStatus.REMOVED, removed_at=AT)
    after = relationships_of(*KNOWN, removed, asked_by_the_reseller(), command=SECOND)
    assert after[PROVIDER].status is RelationshipStatus.ACTIVE
    assert after[PROVIDER].indirect_reseller_id == RESELLER


def test_where_all_of_the_other_side_stands_nobody_is_told_otherwise():
    standing = relationship(PROVIDER, indirect_reseller_id=RESELLER)
    state = tenant(AGENCY, *KNOWN, standing, asked_by_the_reseller())
    assert types_of(decide(state, SECOND, ALL)) == [
        "invitation-accepted",
        "indirect-reseller-relationship-accepted-by-customer",
        "dap-admin-relationship-approved",
    ]
