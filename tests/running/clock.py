"""A clock that only tests move: nothing that rests on it depends on the machine's speed."""

from datetime import datetime, timedelta

from tests.cast.ids import AT


class Clock:
    """Stands still; each look at the seconds takes `tick`, so a deadline comes after some looks."""

    def __init__(self) -> None:
        self.moment = AT
        self.seconds = 0.0
        self.tick = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def pass_by(self, step: timedelta) -> None:
        self.moment += step
        self.seconds += step.total_seconds()
