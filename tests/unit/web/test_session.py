"""The session's cookie: what comes back, how long, and how fresh it makes its person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.auth.principal import UNTOLD, Kind, Principal
from shared.policy.callers import CallerRole
from shared.web.cookies import read_cookies
from shared.web.sealing import Sealer
from shared.web.session import (
    COOKIE,
    LONGEST,
    Session,
    fresh,
    read_session,
    session_cookie,
)
from tests.unit.auth.minting import FakeClock

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ADMIN = Principal(
    tenant_id="1c2d3e4f-aaaa-4bbb-8ccc-100000000001",
    object_id="2b3c4d5e-aaaa-4bbb-8ccc-200000000001",
    kind=Kind.USER,
    partner_roles=frozenset({CallerRole.SALES_AGENT}),
    customer_roles=frozenset({CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER}),
    operator=False,
    untold=None,
)
SESSION = Session(ADMIN, "김하늘", "O.hint", NOW - timedelta(minutes=2), NOW)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def sealer(clock: FakeClock) -> Sealer:
    return Sealer([bytes(32)], clock)


def kept(session: Session, sealer: Sealer, clock: FakeClock) -> Session | None:
    cookie = session_cookie(session, sealer, clock.now(), 1800)
    return read_session({cookie.name: cookie.value}, sealer, clock.now())


@pytest.mark.parametrize("untold", [None, *UNTOLD.values()])
@pytest.mark.parametrize("operator", [True, False])
@pytest.mark.parametrize("auth_time", [None, SESSION.auth_time])
def test_it_comes_back_as_it_was(sealer, clock, untold, operator, auth_time):
    known = replace(ADMIN, untold=untold, operator=operator)
    session = replace(SESSION, principal=known, auth_time=auth_time, login_hint=None)
    assert kept(session, sealer, clock) == session
    assert kept(SESSION, sealer, clock) == SESSION


def test_the_largest_fits_into_a_cookie(sealer, clock):
    """Browsers take 4,096 bytes of name and value. A longer hint is left out, not cut."""
    known = replace(
        ADMIN, partner_roles=frozenset(CallerRole), untold=UNTOLD["wids acct"], operator=True
    )
    largest = replace(SESSION, principal=known, name="\U0001f600" * 500, login_hint="h" * 1024)
    cookie = session_cookie(largest, sealer, NOW, 1800)
    assert len(cookie.name + cookie.value) <= 4096
    back = kept(largest, sealer, clock)
    assert back
    assert (back.name, back.login_hint) == ("\U0001f600" * 128, "h" * 1024)
    without = kept(replace(largest, login_hint="h" * 1025), sealer, clock)
    assert without
    assert without.login_hint is None


def test_it_lasts_while_it_is_used_and_eight_hours_at_most(sealer, clock):
    cookie = session_cookie(SESSION, sealer, clock.now(), 1800)
    assert cookie.max_age == 1800
    used = timedelta()
    while used < LONGEST - timedelta(minutes=29):
        clock.advance(1740)
        used += timedelta(seconds=1740)
        session = read_session({COOKIE: cookie.value}, sealer, clock.now())
        assert session == SESSION
        cookie = session_cookie(session, sealer, clock.now(), 1800)
    assert cookie.max_age == (LONGEST - used).total_seconds() < 1800
    clock.advance(cookie.max_age)
    assert read_session({COOKIE: cookie.value}, sealer, clock.now()) is None
    assert session_cookie(SESSION, sealer, clock.now(), 1800).max_age == 0


def test_an_instance_whose_clock_is_behind_makes_it_no_longer(sealer, clock):
    behind = clock.now() - timedelta(hours=1)
    cookie = session_cookie(SESSION, sealer, behind, 9 * 3600)
    assert cookie.max_age == 9 * 3600
    clock.advance(LONGEST.total_seconds() - 1)
    assert read_session({COOKIE: cookie.value}, sealer, clock.now()) == SESSION
    clock.advance(1)
    assert read_session({COOKIE: cookie.value}, sealer, clock.now()) is None


def test_unused_it_ends(sealer, clock):
    cookie = session_cookie(SESSION, sealer, clock.now(), 1800)
    clock.advance(1800)
    assert read_session({COOKIE: cookie.value}, sealer, clock.now()) is None


def test_nothing_else_is_a_session(sealer, clock):
    good = session_cookie(SESSION, sealer, NOW, 1800).value
    foreign = Sealer([b"y" * 32], clock)
    for text in (
        "",
        good[:-1],
        sealer.seal("form", {"tid": ADMIN.tenant_id}, 60),
        sealer.seal("session", {"tid": ADMIN.tenant_id}, 60),
        session_cookie(SESSION, foreign, NOW, 1800).value,
    ):
        assert read_session({COOKIE: text}, sealer, NOW) is None
    assert read_session({}, sealer, NOW) is None


@pytest.mark.parametrize(
    ("ago", "expected"), [(0, True), (600, True), (601, False), (-60, True), (-61, False)]
)
def test_fresh_by_the_signed_time_alone(ago: int, expected: bool):
    session = replace(SESSION, auth_time=NOW - timedelta(seconds=ago))
    assert fresh(session, NOW, 600) is expected


def test_without_a_signed_time_nobody_is_fresh():
    assert not fresh(replace(SESSION, auth_time=None), NOW, 600)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, {}),
        ("", {}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1,b=2", {"a": "1,b=2"}),
        ("theirs=1, __Host-session=planted", {"theirs": "1, __Host-session=planted"}),
        ("a=1;b=2, c=3", {"a": "1", "b": "2, c=3"}),
        ('a="x y"; b=%3D; __Host-s=abc=; c', {"a": '"x y"', "b": "%3D", "__Host-s": "abc="}),
        ("a=1; b=2; a=1", {"b": "2"}),
        ("a=1; b=2,a=3", {"a": "1", "b": "2,a=3"}),
        ("=x; ;", {"": "x"}),
    ],
)
def test_cookies_as_the_host_hands_them_over(header: str | None, expected: dict[str, str]):
    assert read_cookies(header) == expected
