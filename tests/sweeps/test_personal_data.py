"""Personal data lies outside of the ledger, which tells all the same when somebody altered it."""

import json

import pytest

from shared.model.personal import AGREEMENT_DETAILS, relationship_details, subscription_details
from shared.storage.encoding.keys.places import Key
from tests.cast.commands import (
    accept,
    annul,
    decline,
    dispute,
    enrol,
    erase,
    invite,
    register,
    request_end,
)
from tests.cast.ids import AGENCY, BUREAU, DIRECT, OTHER_DIRECT, invitation_id, subscription_id
from tests.running.backend import Backend
from tests.running.sweeps import findings, swept
from tests.sweeps.mutations import put

SIGNED = Key(AGENCY, f"details|{AGREEMENT_DETAILS}")
ASKED = Key(AGENCY, f"details|{invitation_id(1)}")
SOLD = Key(AGENCY, f"details|{subscription_details(subscription_id(1))}")
WISHED = Key(AGENCY, f"details|{relationship_details(DIRECT)}")
CONTACT = {"email": "ada@agency.example", "locale": "ko"}


@pytest.fixture
async def kept(backend: Backend) -> Backend:
    """A signer, what a partner wrote, why another one was declined, a dispute, and a wish."""
    await backend.do(
        enrol(DIRECT),
        enrol(OTHER_DIRECT),
        invite(DIRECT, 1, message="Good day", contact=CONTACT),
        accept(1),
        invite(OTHER_DIRECT, 2),
        decline(2, reason="We have one."),
        register(1),
        dispute(reason="Not ours"),
        annul(reason="No order"),
        request_end(reason="Too dear"),
        invite(DIRECT, 3, BUREAU, message="Good evening"),
        accept(3, BUREAU),
    )
    await backend.deliver()
    return backend


@pytest.fixture
def backend() -> Backend:
    return Backend()


def properties(backend: Backend, key: Key) -> dict:
    return dict(backend.rows("tenants", key.partition)[key.row].properties)


def saying(backend: Backend, key: Key, **changes: object) -> dict:
    """The row with other personal data in it."""
    was = properties(backend, key)
    return {**was, "body": json.dumps({**json.loads(was["body"]), **changes})}


SOMEBODY = {"firstName": "Eve", "lastName": "Else", "email": "eve@elsewhere.example"}


async def test_as_it_was_written_nothing_is_found(kept):
    assert await swept(kept) == {}


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        (SIGNED, {"signer": SOMEBODY}),
        (SIGNED, {"signer": None}),
        (SIGNED, {"message": "I agree"}),
        (ASKED, {"message": "Good night"}),
        (ASKED, {"contact": {**CONTACT, "email": "eve@elsewhere.example"}}),
        (ASKED, {"createDigest": "0" * 64}),
        (Key(AGENCY, f"details|{invitation_id(2)}"), {"declineReason": "We have none."}),
        (SOLD, {"disputeReason": "Ours after all"}),
        (SOLD, {"annulmentReason": None}),
        (WISHED, {"endRequestReason": "Too good"}),
    ],
)
async def test_altered(kept, key, changes):
    put(kept.tables["tenants"], key, saying(kept, key, **changes))
    assert await swept(kept) == {("state-diverged", AGENCY, key.row): False}


@pytest.mark.parametrize("changes", [{"salt": "0" * 32}, {"sequence": 1}])
async def test_altered_beside_the_data(kept, changes):
    put(kept.tables["tenants"], SIGNED, properties(kept, SIGNED) | changes)
    assert await swept(kept) == {("state-diverged", AGENCY, SIGNED.row): False}


@pytest.mark.parametrize("key", [SIGNED, ASKED])
async def test_removed_without_a_word(kept, key):
    put(kept.tables["tenants"], key, None)
    assert await swept(kept) == {("state-diverged", AGENCY, key.row): False}


async def test_of_another_tenant(kept):
    """Whole, and salted as it should be, but somebody else's."""
    other = properties(kept, Key(BUREAU, SIGNED.row))
    put(kept.tables["tenants"], SIGNED, other)
    assert await swept(kept) == {("state-diverged", AGENCY, SIGNED.row): False}


async def test_that_nobody_gave(kept):
    invented = Key(AGENCY, f"details|{invitation_id(9)}")
    put(kept.tables["tenants"], invented, properties(kept, ASKED))
    assert await swept(kept) == {("state-diverged", AGENCY, invented.row): False}


async def test_unreadable(kept):
    put(kept.tables["tenants"], SIGNED, {"v": 1, "body": "{"})
    assert await swept(kept) == {("undecodable-row", AGENCY, SIGNED.row): False}


async def test_what_is_erased_is_missed_by_nobody_and_its_return_is_noticed(kept):
    was = properties(kept, SIGNED)
    await kept.do(erase(invitation_id(1), AGREEMENT_DETAILS))
    await kept.deliver()
    assert await swept(kept) == {}
    put(kept.tables["tenants"], SIGNED, was)
    assert await swept(kept) == {("state-diverged", AGENCY, SIGNED.row): False}


async def test_a_finding_and_a_ledger_tell_nothing_of_a_person(kept):
    put(kept.tables["tenants"], SIGNED, saying(kept, SIGNED, signer=SOMEBODY))
    await swept(kept)
    (finding,) = await findings(kept.services)
    entries = [entry.document async for entry in kept.ports.tenants.entries(AGENCY)]
    told = json.dumps([finding.detail, *entries])
    salts = [
        entity.properties["salt"] for entity in kept.rows("tenants", AGENCY, "details|").values()
    ]
    assert len(salts) == len(set(salts)) == 5
    for secret in (
        "Eve",
        "Else",
        "elsewhere",
        "ada@",
        "Good day",
        "We have one",
        "Too dear",
        *salts,
    ):
        assert secret not in told


async def test_behind_a_broken_entry_only_what_it_cannot_have_done_is_told(kept):
    """The signature may be what the lost entry says; what was asked before it cannot."""
    rows = kept.rows("tenants", AGENCY)
    signed = rows[SIGNED.row].properties["sequence"]
    put(kept.tables["tenants"], Key(AGENCY, f"entry|{signed:012d}"), None)
    put(kept.tables["tenants"], ASKED, saying(kept, ASKED, message="Good night"))
    met = await swept(kept)
    assert ("chain-broken", AGENCY, f"entry|{signed:012d}") in met
    assert ("state-diverged", AGENCY, ASKED.row) in met
    assert ("state-diverged", AGENCY, SIGNED.row) not in met
