"""What is sealed opens for its use, under its keys, in its time, and to the letter alone."""

import base64
import json
import re
from datetime import UTC, datetime

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey

from shared.web.sealing import Sealer
from tests.unit.auth.minting import FakeClock

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
KEY, OTHER = bytes(range(32)), b"x" * 32
PAYLOAD = {"name": "김하늘", "n": 1, "list": ["a"]}
ALGORITHMS = ["dir", "A256GCM", "A128CBC-HS256", "A192GCM", "DEF", "A256KW"]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def sealer(clock: FakeClock) -> Sealer:
    return Sealer([KEY], clock)


def header(text: str) -> dict[str, str]:
    part = text.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_it_comes_out_as_it_went_in(sealer: Sealer):
    text = sealer.seal("session", PAYLOAD, 60)
    assert sealer.open("session", text) == PAYLOAD
    assert re.fullmatch(r"[A-Za-z0-9._-]+", text)
    assert sealer.seal("session", PAYLOAD, 60) != text


def test_a_header_says_how_under_which_key_and_for_what(sealer: Sealer):
    key = OctKey.import_key(KEY)
    wanted = {"alg": "dir", "enc": "A256GCM", "kid": key.thumbprint(), "typ": "form"}
    assert header(sealer.seal("form", PAYLOAD, 60)) == wanted


def test_it_ends(sealer: Sealer, clock: FakeClock):
    text = sealer.seal("session", PAYLOAD, 60)
    clock.advance(59)
    assert sealer.open("session", text) == PAYLOAD
    clock.advance(1)
    assert sealer.open("session", text) is None


def test_another_use_does_not_open_it(sealer: Sealer):
    assert sealer.open("form", sealer.seal("session", PAYLOAD, 60)) is None


def test_the_first_key_seals_and_all_open(clock: FakeClock):
    """The steps of a rotation: none of them ends what is sealed."""
    old, both = Sealer([OTHER], clock), Sealer([OTHER, KEY], clock)
    turned, new = Sealer([KEY, OTHER], clock), Sealer([KEY], clock)
    before, after = old.seal("session", PAYLOAD, 60), turned.seal("session", PAYLOAD, 60)
    assert both.open("session", before) == turned.open("session", before) == PAYLOAD
    assert both.open("session", after) == new.open("session", after) == PAYLOAD
    assert new.open("session", before) is None
    assert old.open("session", after) is None


def test_every_changed_character_breaks_it(sealer: Sealer):
    text = sealer.seal("session", PAYLOAD, 60)
    for place, character in enumerate(text):
        for other in {"A", "Q", "_", "."} - {character}:
            changed = text[:place] + other + text[place + 1 :]
            assert sealer.open("session", changed) is None, place


@pytest.mark.parametrize(
    "text", ["", ".", "....", "a.b.c.d.e", "é.b.c.d.e", "x" * 100_000, "null", "W10....", "e30...."]
)
def test_anything_else_is_nothing(sealer: Sealer, text: str):
    assert sealer.open("session", text) is None


@pytest.mark.parametrize(
    "more",
    [
        {"zip": "DEF"},
        {"enc": "A128CBC-HS256"},
        {"alg": "A256KW"},
        {"kid": None},
        {"typ": None},
        {"cty": "JSON"},
        {"crit": ["cty"], "cty": "JSON"},
    ],
)
def test_what_whoever_has_the_key_sealed_another_way_is_not_read(sealer: Sealer, more):
    key = OctKey.import_key(KEY)
    ours = {"alg": "dir", "enc": "A256GCM", "kid": key.thumbprint(), "typ": "session"}
    changed = {name: value for name, value in (ours | more).items() if value is not None}
    document = json.dumps({"exp": 2**40, "payload": PAYLOAD})
    text = jwe.encrypt_compact(changed, document, key, algorithms=ALGORITHMS)
    assert sealer.open("session", text) is None
    plain = jwe.encrypt_compact(ours, document, key, algorithms=ALGORITHMS)
    assert sealer.open("session", plain) == PAYLOAD
