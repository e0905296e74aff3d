"""Whether everything that this system needs answers: asked at most once in a few seconds.

    callers ──┬──> found a moment ago? ──> that
              └──> one round of probes, shared by all who ask meanwhile

Anybody may ask, without a token. So an answer is remembered, whatever it was, and a thousand
callers cost the storage what one does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from shared.clock import Clock
from shared.error_details import Detail, DetailCode
from shared.errors import Unavailable
from shared.wording import Words

type Probe = Callable[[], Awaitable[object]]
"""Asks one thing that this system needs whether it is there; raises when it is not."""

_SILENT: Final = Words("It does not answer.", "응답하지 않습니다.")
_UNREACHABLE: Final = Words("Not reachable: {names}.", "연결할 수 없습니다: {names}.")
PATIENCE: Final = 3.0
"""Seconds for an answer."""
REMEMBERED: Final = 5.0
"""Seconds for which an answer is good: below the ten in which platforms ask again."""


class Readiness:
    """What the probes found; one per process."""

    def __init__(self, probes: Mapping[str, Probe], clock: Clock) -> None:
        """`probes` by what they reach."""
        self.probes = probes
        self._clock = clock
        self._round: asyncio.Task[tuple[str, ...]] | None = None
        self._until = 0.0

    async def check(self) -> None:
        """Raises Unavailable with one detail per thing that does not answer."""
        if self._round is None or (self._round.done() and self._clock.monotonic() >= self._until):
            self._round = asyncio.create_task(self._asked())
        # Shielded: one caller that goes away ends nobody else's round.
        if silent := await asyncio.shield(self._round):
            details = [Detail(DetailCode.UNREACHABLE, _SILENT, name) for name in silent]
            raise Unavailable(_UNREACHABLE.filled(names=", ".join(silent)), details=details)

    async def _asked(self) -> tuple[str, ...]:
        """The names of what does not answer."""
        asking = (asyncio.wait_for(probe(), PATIENCE) for probe in self.probes.values())
        answers = await asyncio.gather(*asking, return_exceptions=True)
        self._until = self._clock.monotonic() + REMEMBERED
        named = zip(self.probes, answers, strict=True)
        return tuple(name for name, answer in named if isinstance(answer, Exception))
