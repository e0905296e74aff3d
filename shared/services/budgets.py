"""Budgets: how much a partner may ask for in a time, whichever process it comes to (ISO-2).

What is asked for takes *virtual time*, at the partner's rate: 50 registrations at 10 a second take
five seconds. One row per partner says until when its time is sold, and a process buys a piece of it
under the row's ETag, then spends the piece without storage:

    row          |======= sold, by all processes =======|- - - - - not sold yet
    our lease                    |--spent--|at----until|
    clock                   now ^

The next message is visible at `at`: at once as long as that is past, later beyond the rate, and
never before an earlier one that came to this process. Where the time to be sold lies further ahead
than the backlog allows, nothing is sold. A limit without backlog is a plain quota: what is unused
is kept for as long as its burst.

All of it rests on the partner's own acts and on the clock: what others do changes no answer.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final
from weakref import WeakValueDictionary

from shared.allowance import Allowance
from shared.clock import Clock
from shared.errors import Throttled
from shared.limit_settings import LimitSettings
from shared.services.leases import Lease
from shared.services.ports.budgets import BudgetKey, BudgetStore, Spending
from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.wording import Words

log = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()
BACKLOG: Final = timedelta(seconds=60)
"""Invisible messages scale the app out, so no more of them than a minute's worth."""
_TRIES: Final = 2
_PIECE: Final = 20
"""Of what is limited by the day, as many are bought at once."""

_OVER: Final = Words(
    "More was asked for than this partner's share of {name} allows now. Nothing was done.",
    "이 파트너에게 현재 허용된 {name} 한도를 초과했습니다. 처리된 것은 없습니다.",
)


@dataclass(frozen=True, slots=True)
class Limit:
    """`rate` units a second; unused time is kept for `burst`, and sold ahead for `backlog`."""

    rate: float
    burst: timedelta
    backlog: timedelta
    piece: timedelta

    def time(self, units: float) -> timedelta:
        """What so many units take."""
        return timedelta(seconds=units / self.rate)


@dataclass(frozen=True, slots=True)
class Spent:
    """What was bought: for each cost the seconds that it has to wait; and what is left."""

    delays: tuple[int, ...]
    allowance: Allowance


class Budgets:
    """Sells partners their time; one per process."""

    def __init__(self, store: BudgetStore, clock: Clock, settings: LimitSettings) -> None:
        """The rates are the settings', but for a partner that has one of its own."""
        self._store = store
        self._clock = clock
        self._settings = settings
        self._leases: dict[BudgetKey, Lease] = {}
        self._lines: WeakValueDictionary[BudgetKey, asyncio.Lock] = WeakValueDictionary()

    async def spend(
        self, partner_id: str, spending: Spending, costs: Sequence[int], rate: int | None = None
    ) -> Spent:
        """All of the costs or none of them. Raises Throttled, or a StorageError."""
        key, limit = BudgetKey(partner_id, spending), self._limit(spending, rate)
        line = self._lines.setdefault(key, asyncio.Lock())
        async with line:
            spent = await self._spend(key, limit, costs)
        if longest := max(spent.delays):
            extra = {"partner": partner_id, "limit": spending.value, "seconds": longest}
            log.info("limit.delayed", extra=extra)
        return spent

    def _limit(self, spending: Spending, rate: int | None) -> Limit:
        match spending:
            case Spending.MESSAGES:
                second = timedelta(seconds=1)
                per_second = rate or self._settings.messages_per_second
                return Limit(per_second, second, BACKLOG, second)
            case Spending.INVITATIONS:
                return _daily(self._settings.invitations_per_day)
            case Spending.WEBHOOK_CHANGES:
                return _daily(self._settings.webhook_changes_per_day)

    async def _spend(self, key: BudgetKey, limit: Limit, costs: Sequence[int]) -> Spent:
        lease = self._leases.get(key) or Lease()
        need = sum(map(limit.time, costs), _NOTHING)
        lease = lease.since(self._clock.now() - limit.burst)
        if lease.length < need:
            lease = await self._bought(key, limit, lease, need)
        now = self._clock.now()
        delays: list[int] = []
        for cost in costs:
            wait = max(lease.at, lease.last) - now
            delays.append(ceil(max(wait, _NOTHING).total_seconds()))
            visible = now + timedelta(seconds=delays[-1])
            lease = lease.spent(limit.time(cost)).visible(visible)
        self._leases[key] = lease
        return Spent(tuple(delays), self._allowance(key, limit, lease))

    async def _bought(self, key: BudgetKey, limit: Limit, lease: Lease, need: timedelta) -> Lease:
        """The lease and a piece behind it, together enough. Lost twice: Throttled."""
        for _ in range(_TRIES):
            stored = await self._store.sold(key)
            now = self._clock.now()
            begin = max(stored.value, now - limit.burst) if stored else now - limit.burst
            most, missing = now + limit.backlog, need - lease.length
            if begin + missing > most:
                raise self._over(key, limit, lease, begin + missing - most)
            end = min(begin + max(missing, limit.piece), most)
            try:
                await self._store.sell(key, end, stored.etag if stored else None)
            except (GuardFailed, WriteUnknown):
                continue  # What a lost answer has sold is nobody's: a second's worth at most.
            return lease.extended(begin, end)
        raise self._over(key, limit, lease, timedelta(seconds=1))

    def _over(self, key: BudgetKey, limit: Limit, lease: Lease, wait: timedelta) -> Throttled:
        extra = {"partner": key.partner_id, "limit": key.spending.value}
        log.info("limit.reached", extra=extra)
        return Throttled(
            _OVER.filled(name=key.spending.value),
            target=key.spending.value,
            seconds=wait.total_seconds(),
            allowances=(self._allowance(key, limit, lease),),
        )

    def _allowance(self, key: BudgetKey, limit: Limit, lease: Lease) -> Allowance:
        """As far as this process knows: others may have been sold more since."""
        now, window = self._clock.now(), limit.burst + limit.backlog
        at = max(lease.at, now - limit.burst)
        left = (now + limit.backlog - at).total_seconds() * limit.rate
        return Allowance(
            name=key.spending.value,
            quota=round(window.total_seconds() * limit.rate),
            window=round(window.total_seconds()),
            left=max(0, int(left + 1e-6)),
            reset=ceil((at - (now - limit.burst)).total_seconds()),
        )


def _daily(most: int) -> Limit:
    rate = most / _DAY.total_seconds()
    return Limit(rate, _DAY, _NOTHING, timedelta(seconds=min(_PIECE, most) / rate))
