"""What answers mean, pauses, pace, the handshake."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.services.webhooks.attempts import (
    FORGOTTEN,
    PATIENCE,
    REFUSALS,
    Consent,
    Verdict,
    consent,
    failing_since,
    given_up,
    pace,
    pause,
    retry_after,
    verdict,
    worn_out,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CHANCE = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Verdict.DELIVERED),
        (202, Verdict.DELIVERED),
        (204, Verdict.DELIVERED),
        (301, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (401, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (410, Verdict.GONE),
        (429, Verdict.UNREACHED),
        (500, Verdict.REFUSED),
        (503, Verdict.UNREACHED),
        (None, Verdict.UNREACHED),
    ],
)
def test_verdicts(status: int | None, expected: Verdict):
    assert verdict(status) is expected


@given(st.integers(1, 1000), CHANCE, CHANCE)
def test_pauses_grow_to_about_an_hour(attempts: int, chance: float, other: float):
    now, next_one = pause(attempts, chance), pause(attempts + 1, other)
    assert timedelta(seconds=5) <= now <= timedelta(minutes=72)
    assert next_one > now or next_one >= timedelta(hours=1)


def test_a_refused_event_blocks_the_others_for_hours_not_days():
    blocked = sum((pause(n, 0.999) for n in range(1, REFUSALS)), timedelta())
    assert timedelta(hours=3) < blocked < timedelta(hours=8)
    assert given_up(REFUSALS)
    assert not given_up(REFUSALS - 1)


def test_a_day_of_failures_is_enough():
    assert worn_out(NOW, NOW + PATIENCE)
    assert not worn_out(NOW, NOW + PATIENCE - timedelta(microseconds=1))


def test_failing_starts_anew_after_a_time_without_attempts():
    since, last = NOW - PATIENCE, NOW - FORGOTTEN
    assert failing_since(since, last, NOW) == since
    assert failing_since(since, last - timedelta(microseconds=1), NOW) == NOW
    assert failing_since(None, None, NOW) == NOW
    longest = max(pause(1000, 0.999), *(pace(rate)[1] for rate in (1, 59)), timedelta(hours=1))
    assert longest < FORGOTTEN


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (f"{NOW + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT", 300),
        (f"{NOW - timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT", 0),
        ("Sunday", 0),
        ("Sun, 06 Nov 1994 08:49:37", 0),
        ("-5", 0),
        ("9" * 40, 0),
        (f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT", 0),
        ("", 0),
    ],
)
def test_how_long_an_answer_asks_to_wait(said: str, seconds: int):
    assert retry_after(said, NOW) == timedelta(seconds=seconds)


@given(st.integers(1, 100_000))
def test_the_pace_keeps_to_the_rate(rate: int):
    count, rest = pace(rate)
    assert count >= 1
    assert count * 60 <= rate * rest.total_seconds() * 1.000001
    assert pace(None)[1] == timedelta()


@pytest.mark.parametrize(
    ("origin", "rate", "expected"),
    [
        ("csp.example", None, Consent(None)),
        ("CSP.example", "*", Consent(None)),
        ("*", "120", Consent(120)),
        (None, "120", None),
        ("", None, None),
        ("other.example", None, None),
        ("csp.example", "0", None),
        ("csp.example", "-1", None),
        ("csp.example", "many", None),
        ("csp.example", "٣", None),
    ],
)
def test_the_handshakes_answer(origin: str | None, rate: str | None, expected: Consent | None):
    assert consent("csp.example", origin, rate) == expected
