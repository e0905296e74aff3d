"""How long the storage may take, reckoned once: whatever waits for it takes its number from here.

    begun ─ CONNECT ─ sent ──── READ ──── the client gives up
                        └──────────── SERVER ──────────────── the last moment of its effect

A client that gave up knows nothing: its write may take effect later than that, or never.
"""

from datetime import timedelta
from typing import Final

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 5
"""Without a byte of an answer the client gives up."""

SERVER_SECONDS: Final = 30
"""Of one operation, the most that the service takes.

https://learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-table-service-operations
"""

LANDING_SECONDS: Final = CONNECT_SECONDS + SERVER_SECONDS
"""After it was begun a write has taken effect by then, or never will."""

COMMAND_SECONDS: Final = 10
"""A command begins no other try later than that."""

GRACE_SECONDS: Final = COMMAND_SECONDS + READ_SECONDS + LANDING_SECONDS
"""A claim without a row is orphan then: its command read once more, and sent for the last time."""

ANNOUNCEMENT_SECONDS: Final = 60
"""A command that takes longer announces itself again before it answers."""

LOOK_SECONDS: Final = {1: 1, 2: 5, 3: 120}
"""By look, each behind the one before: the last comes when nothing of the command can land now.

A command that takes as long as it may, and then commits, has landed by ANNOUNCEMENT + LANDING.
"""

LEAST_HOLD_SECONDS: Final = 10
"""A feed holds back what is new at least so long: with half of it every write would be late."""


def tolerated_skew(hold: timedelta) -> timedelta:
    """How far a reader's clock may be ahead of the storage's without missing anything.

    A row that took effect within that time of its own is seen by everyone who comes to it; one
    that took longer is published again. Writers' clocks may be off by anything.
    """
    return hold / 2
