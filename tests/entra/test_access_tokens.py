"""The verifier beside Microsoft's own: every recorded access token, and why it is let in or not."""

from collections import Counter

import pytest

from shared.auth.principal import Principal, principal
from shared.errors import Forbidden, Unauthenticated
from shared.policy.callers import CallerRole
from tests.entra.vectors import ACCEPTED, KEYS, REFUSED, VECTORS, Vector, named, settings, verifier


async def caller(vector: Vector) -> Principal:
    claims = await verifier(vector.cloud).verify(f"Bearer {vector.token}")
    return principal(claims, settings(vector.cloud))


def letters(known: Principal) -> set[str]:
    operator = {CallerRole.OPERATOR} if known.operator else set()
    return {str(role) for role in known.partner_roles | known.customer_roles | operator}


def test_all_of_them_are_here():
    assert len(VECTORS) == len({each.name for each in VECTORS}) == 227
    assert Counter(each.should for each in VECTORS) == {"accepted": 81, "refused": 146}
    assert all((each.because is None) == (each.should == "accepted") for each in VECTORS)


def test_no_private_key_is_here():
    members = {name for document in KEYS.values() for key in document["keys"] for name in key}
    assert members == {"kty", "use", "kid", "x5t", "n", "e", "x5c", "cloud_instance_name", "issuer"}


@pytest.mark.parametrize("vector", ACCEPTED, ids=str)
async def test_let_in_with_exactly_these_roles(vector: Vector):
    known = await caller(vector)

    assert letters(known) == set(vector.roles), vector.why
    told = known.untold.en if known.untold else ""
    assert {claim for claim in ("wids", "acct") if f"({claim})" in told} == set(vector.untold)


@pytest.mark.parametrize("vector", REFUSED, ids=str)
async def test_refused_for_exactly_this_reason(vector: Vector):
    with pytest.raises((Unauthenticated, Forbidden)) as caught:
        await caller(vector)

    # A partner's delegated person is known, and refused for what they are.
    check = caught.value.target if isinstance(caught.value, Unauthenticated) else "kind"
    assert (caught.value.status, check) == (vector.status, vector.because), vector.why


async def test_ids_come_out_in_lower_case():
    plain = await caller(named("user-global-admin"))
    for name in ("tid-upper-both", "oid-upper-case"):
        other = await caller(named(name))
        assert (other.tenant_id, other.object_id) == (plain.tenant_id, plain.object_id)
