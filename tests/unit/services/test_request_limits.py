"""What a process remembers of those who ask: no more than it has to, and that it does."""

from collections.abc import Sized

import pytest

from shared.errors import Throttled
from shared.services.request_limits import RequestLimits
from tests.cast.ids import DIRECT
from tests.running.app import SETTINGS, Time

QUOTA = SETTINGS.commands_per_second * 10
MANY = 1001


def remembered(limits: RequestLimits) -> int:
    """Entries of whatever it keeps."""
    return sum(len(each) for each in vars(limits).values() if isinstance(each, Sized))


def test_tenants_that_rest_are_forgotten_and_busy_ones_are_not():
    time = Time()
    limits = RequestLimits(time, SETTINGS)
    for _ in range(QUOTA):
        limits.command(DIRECT)
    for number in range(MANY):
        limits.command(f"tenant {number}")
    time.pass_by(seconds=1)
    limits.command("one more")
    assert remembered(limits) == 2
    for _ in range(SETTINGS.commands_per_second):
        limits.command(DIRECT)
    with pytest.raises(Throttled):
        limits.command(DIRECT)


def test_of_reads_that_ended_nothing_is_kept():
    limits = RequestLimits(Time(), SETTINGS)
    for number in range(MANY):
        with limits.reading(f"tenant {number}"):
            assert remembered(limits) == 1
    assert remembered(limits) == 0
    with pytest.raises(OSError, match="gone"), limits.reading(DIRECT):
        raise OSError("gone")
    assert remembered(limits) == 0
