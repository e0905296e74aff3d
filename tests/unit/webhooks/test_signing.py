"""Signatures that a Standard Webhooks library accepts, and secrets at rest."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as StandardWebhook

from shared.services.webhooks.signing import SealBroken, Sealer, new_secret, signatures, to_sign

KEYS = (b"1" * 32, b"2" * 32)
AT = datetime(2026, 11, 1, tzinfo=UTC)


@given(st.text(st.characters(codec="utf-8")), st.integers(0, 2**20))
def test_the_library_signs_alike(text: str, seed: int):
    secret, now = new_secret(Random(seed)), int(AT.timestamp())
    expected = StandardWebhook(secret).sign("c:1:1", AT, text)
    assert signatures([secret], "c:1:1", now, text.encode()) == expected


def test_each_secret_signs():
    old, new = new_secret(Random(1)), new_secret(Random(2))
    both = signatures([new, old], "id", 1, b"{}").split(" ")
    assert both == [signatures([each], "id", 1, b"{}") for each in (new, old)]


IDS = st.from_regex(r"[a-z0-9:-]{1,20}", fullmatch=True)


@given(IDS, IDS, st.integers(0, 10**10), st.integers(0, 10**10), st.binary(), st.binary())
def test_no_two_messages_sign_alike(
    one: str, other: str, first: int, second: int, body: bytes, another: bytes
):
    same = to_sign(one, first, body) == to_sign(other, second, another)
    assert same == ((one, first, body) == (other, second, another))


@given(st.text(st.characters(codec="utf-8"), max_size=100), st.integers(0, 2**20))
def test_a_seal_opens_for_its_owner_alone(secret: str, seed: int):
    sealer = Sealer(KEYS[:1], Random(seed))
    sealed = sealer.seal(secret, "a|1")
    assert sealer.open(sealed, "a|1") == secret
    with pytest.raises(SealBroken):
        sealer.open(sealed, "a|2")
    with pytest.raises(SealBroken):
        Sealer(KEYS[1:], Random(seed)).open(sealed, "a|1")
    assert sealer.seal(secret, "a|1") != sealed


def test_a_key_is_replaced():
    old = Sealer(KEYS[:1], Random(1))
    both = Sealer((KEYS[1], KEYS[0]), Random(2))
    sealed = old.seal("whsec_x", "a")
    assert both.open(sealed, "a") == "whsec_x"
    assert both.stale(sealed)
    assert not old.stale(sealed)
    again = both.seal("whsec_x", "a")
    assert not both.stale(again)
    assert Sealer(KEYS[1:], Random(3)).open(again, "a") == "whsec_x"
