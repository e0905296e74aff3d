import asyncio
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey

from shared.auth.keys import (
    COOLDOWN_SECONDS,
    MAX_AGE_SECONDS,
    RETRY_SECONDS,
    FetchFailed,
    SigningKeys,
    parse_keys,
)
from shared.errors import Unavailable
from tests.unit.auth.minting import TENANT, jwk

URL = "https://issuer.example/keys"


@pytest.fixture
def keys(server, clock):
    return SigningKeys(URL, server.fetch, clock)


async def test_keys_are_fetched_once(keys, server, rsa):
    for _ in range(3):
        found = await keys.find("k1")

    assert found.rsa.thumbprint() == rsa.thumbprint()
    assert server.requests == [URL]


async def test_nothing_is_fetched_before_it_is_needed(keys, server):
    assert server.requests == []


async def test_an_unknown_kid_refreshes_once_per_cooldown(keys, server, clock):
    await keys.find("k1")

    for n in range(5):
        assert await keys.find(f"unknown-{n}") is None
    assert len(server.requests) == 2

    clock.advance(COOLDOWN_SECONDS - 1)
    assert await keys.find("unknown") is None
    assert len(server.requests) == 2

    clock.advance(1)
    assert await keys.find("unknown") is None
    assert len(server.requests) == 3


async def test_a_new_key_is_found_by_its_first_use(keys, server, rsa, other_rsa):
    await keys.find("k1")
    server.publish(jwk(rsa), jwk(other_rsa, "k2"))

    found = await keys.find("k2")

    assert found.rsa.thumbprint() == other_rsa.thumbprint()


async def test_the_first_unknown_kid_costs_one_fetch(keys, server):
    assert await keys.find("unknown") is None
    assert len(server.requests) == 1


async def test_a_known_kid_is_never_held_up_by_the_cooldown(keys, server, clock):
    await keys.find("k1")
    await keys.find("unknown")
    assert await keys.find("k1")
    assert len(server.requests) == 2


async def test_old_keys_are_refreshed_and_withdrawn_ones_forgotten(keys, server, clock, other_rsa):
    await keys.find("k1")
    server.publish(jwk(other_rsa, "k2"))

    clock.advance(MAX_AGE_SECONDS - 1)
    assert await keys.find("k1")
    clock.advance(1)
    assert await keys.find("k1") is None
    assert await keys.find("k2")


@pytest.mark.parametrize("body", [None, b'{"keys": []}', b"{}", b"[]", b"<html>", b"\xff"])
async def test_a_bad_answer_never_replaces_good_keys(keys, server, clock, body):
    await keys.find("k1")
    server.body = body
    clock.advance(MAX_AGE_SECONDS)

    for _ in range(3):
        assert await keys.find("k1")
    assert len(server.requests) == 2

    clock.advance(COOLDOWN_SECONDS)
    assert await keys.find("k1")
    assert len(server.requests) == 3


async def test_an_unknown_kid_cannot_be_judged_while_the_key_server_fails(keys, server, clock):
    await keys.find("k1")
    server.body = None

    with pytest.raises(Unavailable) as caught:
        await keys.find("k2")
    assert caught.value.retry_after == COOLDOWN_SECONDS


@pytest.mark.parametrize("body", [None, b'{"keys": []}', b"nonsense"])
async def test_without_any_key_the_answer_is_503_until_the_server_recovers(
    keys, server, clock, rsa, body
):
    server.body = body

    with pytest.raises(Unavailable) as caught:
        await keys.find("k1")
    assert (caught.value.status, caught.value.retry_after) == (503, RETRY_SECONDS)

    clock.advance(RETRY_SECONDS - 0.9)
    with pytest.raises(Unavailable) as caught:
        await keys.find("k1")
    assert caught.value.retry_after == 1
    assert len(server.requests) == 1

    server.publish(jwk(rsa))
    clock.advance(0.9)
    assert await keys.find("k1")


async def test_the_log_names_the_failure(keys, server, caplog):
    server.body = b'{"keys": []}'
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable):
        await keys.find("k1")

    [record] = caplog.records
    assert record.message == "auth.keys.refresh_failed"
    assert (record.url, record.reason) == (URL, "no usable key in the set")


async def test_concurrent_callers_share_one_fetch(keys, server):
    found = await asyncio.gather(*(keys.find("k1") for _ in range(20)))

    assert all(found)
    assert len(server.requests) == 1


async def test_concurrent_callers_with_unknown_kids_share_one_fetch(keys, server):
    found = await asyncio.gather(*(keys.find(f"unknown-{n}") for n in range(20)))

    assert found == [None] * 20
    assert len(server.requests) == 1


async def test_concurrent_callers_share_one_failure(keys, server):
    server.body = None
    results = await asyncio.gather(*(keys.find("k1") for _ in range(20)), return_exceptions=True)

    assert {type(result) for result in results} == {Unavailable}
    assert len(server.requests) == 1


async def test_a_caller_that_goes_away_does_not_take_the_others_with_it(clock, rsa):
    asked = asyncio.Event()
    answer = asyncio.Event()

    async def slow(url):
        asked.set()
        await answer.wait()
        return json.dumps({"keys": [jwk(rsa)]}).encode()

    keys = SigningKeys(URL, slow, clock)
    first = asyncio.create_task(keys.find("k1"))
    second = asyncio.create_task(keys.find("k1"))
    await asked.wait()
    first.cancel()
    answer.set()

    assert await second
    assert first.cancelled()


def test_only_strong_public_rsa_signature_keys_count(rsa, other_rsa):
    weak = "A" * 340 + "AQAB"  # as long as a strong one, but nearly all of it leading zeros
    unusable = [
        jwk(rsa, "encryption", use="enc"),
        jwk(rsa, "other-algorithm", alg="RS512"),
        jwk(rsa, "no-modulus", n=...),
        jwk(rsa, "padded", n="AQAB=="),
        jwk(rsa, "empty", n=""),
        jwk(rsa, "even-exponent", e="AA"),
        jwk(rsa, "weak", n=weak),
        jwk(rsa, ""),
        jwk(rsa, "number") | {"kid": 7},
        jwk(rsa) | {"kid": None},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "elliptic"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "symmetric"},
        "not a key",
        None,
    ]
    body = json.dumps({"keys": [*unusable, jwk(rsa, use=..., alg="RS256"), jwk(other_rsa, "k2")]})

    assert parse_keys(body.encode()).keys() == {"k1", "k2"}
    with pytest.raises(FetchFailed):
        parse_keys(json.dumps({"keys": unusable}).encode())


def test_keys_just_under_the_limit_are_refused(recwarn):
    small = RSAKey.import_key(RSAKey.generate_key(2040).as_dict(private=False))

    with pytest.raises(FetchFailed):
        parse_keys(json.dumps({"keys": [jwk(small)]}).encode())


def test_a_private_key_in_the_document_is_taken_as_a_public_one(rsa):
    body = json.dumps({"keys": [{**rsa.as_dict(private=True), "kid": "k1"}]})

    assert parse_keys(body.encode())["k1"].rsa.is_private is False


@pytest.mark.parametrize(
    ("bound_to", "signs"),
    [
        (None, True),
        ("https://login.microsoftonline.us/{tenantid}/v2.0", True),
        (f"https://login.microsoftonline.us/{TENANT}/v2.0", True),
        ("https://login.microsoftonline.com/{tenantid}/v2.0", False),
        ("https://login.microsoftonline.us/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", False),
        ("", False),
    ],
)
def test_a_key_signs_only_for_the_issuer_it_is_bound_to(rsa, bound_to, signs):
    body = json.dumps({"keys": [jwk(rsa, issuer=bound_to)]})
    key = parse_keys(body.encode())["k1"]

    assert key.signs_for(f"https://login.microsoftonline.us/{TENANT}/v2.0", TENANT) is signs


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        "kty": st.just("RSA") | JSON,
        "kid": st.just("k1") | JSON,
        "n": st.text("AQab_-09=", min_size=340, max_size=350) | JSON,
        "e": st.just("AQAB") | st.text("AQ_", max_size=9) | JSON,
        "use": st.just("sig") | JSON,
        "issuer": JSON,
    },
)


@given(st.lists(MEMBERS | JSON) | JSON)
def test_no_document_breaks_the_parser(members):
    try:
        keys = parse_keys(json.dumps({"keys": members}).encode())
    except FetchFailed:
        return
    assert all(key.rsa.raw_value.key_size >= 2048 for key in keys.values())


@given(st.binary())
def test_no_bytes_break_the_parser(body):
    with pytest.raises(FetchFailed):
        parse_keys(body)
