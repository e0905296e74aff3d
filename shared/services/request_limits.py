"""How many requests a tenant may make of one process: commands a second, reads at once (ISO-2).

In memory, so that nothing is asked of storage before a caller is served: with more processes there
is more room for everybody. The operator's own people are not limited.
"""

import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from math import ceil
from typing import Final

from shared.allowance import Allowance
from shared.clock import Clock
from shared.errors import Throttled
from shared.limit_settings import LimitSettings
from shared.wording import Words

log = logging.getLogger(__name__)

COMMANDS: Final = "commands"
READS: Final = "reads"
_BURST_SECONDS: Final = 10
_NOTHING: Final = 1e-6
"""What sums of fractions may be off by."""
_FORGOTTEN: Final = 1000
"""Tenants of whom more than their names is known; those that rest are forgotten then."""

_COMMANDS: Final = Words(
    "These are more commands than one tenant's share. Nothing was done.",
    "한 테넌트의 명령 한도를 초과했습니다. 처리된 것은 없습니다.",
)
_READS: Final = Words(
    "These are more reads at once than one tenant's share.",
    "한 테넌트의 동시 읽기 한도를 초과했습니다.",
)


class RequestLimits:
    """Who asked how much lately; one per process."""

    def __init__(self, clock: Clock, settings: LimitSettings) -> None:
        """The numbers are the settings'."""
        self._clock = clock
        self._rate = settings.commands_per_second
        self._most = settings.reads_at_once
        self._sold: dict[str, float] = {}
        self._reading: Counter[str] = Counter()

    def command(self, tenant_id: str) -> Allowance:
        """What is left after one command more. Raises Throttled."""
        now = self._clock.monotonic()
        if len(self._sold) > _FORGOTTEN:
            self._sold = {each: sold for each, sold in self._sold.items() if sold > now}
        sold = max(self._sold.get(tenant_id, now), now) + 1 / self._rate
        over = sold - now - _BURST_SECONDS
        if over > _NOTHING:
            self._reached(tenant_id, COMMANDS)
            allowance = self._allowance(sold - 1 / self._rate - now)
            raise Throttled(_COMMANDS, target=COMMANDS, seconds=over, allowances=(allowance,))
        self._sold[tenant_id] = sold
        return self._allowance(sold - now)

    def _allowance(self, ahead: float) -> Allowance:
        """`ahead`: seconds of its rate that the tenant has used up."""
        return Allowance(
            name=COMMANDS,
            quota=self._rate * _BURST_SECONDS,
            window=_BURST_SECONDS,
            left=max(0, int((_BURST_SECONDS - ahead) * self._rate + _NOTHING)),
            reset=ceil(ahead),
        )

    @contextmanager
    def reading(self, tenant_id: str) -> Generator[None]:
        """One read more, for as long as the block. Raises Throttled."""
        if self._reading[tenant_id] >= self._most:
            self._reached(tenant_id, READS)
            raise Throttled(_READS, target=READS, seconds=1)
        self._reading[tenant_id] += 1
        try:
            yield
        finally:
            self._reading[tenant_id] -= 1
            if not self._reading[tenant_id]:
                del self._reading[tenant_id]

    @staticmethod
    def _reached(tenant_id: str, limit: str) -> None:
        log.info("limit.reached", extra={"partner": tenant_id, "limit": limit})
