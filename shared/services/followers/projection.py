"""Followers: what partners list and what their feeds tell, made from the ledgers.

    announcement ──> head ‖ projected ──> entries projected+1 … head
                     ──> index rows, link copies, feeds, findings of disputes ──> projected moves on

Whatever a message says, everything that is there is served. A message that does not meet its
command looks again later, because the command's transaction may still be on its way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import batched
from typing import Final
from weakref import WeakValueDictionary

from shared.clock import Clock
from shared.model.events import EventType
from shared.model.ledger import Entry
from shared.model.models import ResellerLink, Subscription
from shared.model.state import Head
from shared.proving.problems import Problem
from shared.services.feed_events import FeedEvent, feed_events
from shared.services.findings import Recorder, disputed
from shared.services.followers.feeds import Feeds, readers
from shared.services.followers.index_rows import IndexRows, index_rows, reseller_links
from shared.services.followers.wakes import Wakes
from shared.services.ports import Ports
from shared.services.ports.index import IndexKey, IndexRow
from shared.services.ports.queues import Announcement
from shared.services.ports.tenants import Projected
from shared.services.ports.values import GuardFailed, Stored, Undecodable, WriteUnknown, changed
from shared.services.views import Views

log = logging.getLogger(__name__)

LAST_LOOK: Final = 3
WINDOW: Final = 20
"""Entries that are served before `projected` moves: long backlogs make progress, in little room."""

_AT_ONCE: Final = 16
"""Partners' rows and feeds that are written at the same time."""
_TOGETHER: Final = 50
"""Rows of one transaction: a row has a value of 64,000 bytes at most, a transaction 4 MiB."""

_TOLD: Final = WINDOW
"""Commands that other processes are told of: each has an announcement, which any of them may get.
One that is not told of is looked for again, twice."""

_MOST_MET: Final = 10_000
"""Commands whose entries were served here, of which that is remembered."""


class Projection:
    """Serves followers. One per process: messages of one tenant line up behind its lock."""

    def __init__(
        self,
        ports: Ports,
        views: Views,
        clock: Clock,
        wakes: Wakes,
        recorder: Recorder,
        hold: timedelta,
    ) -> None:
        self._tenants = ports.tenants
        self._index = ports.index
        self._clock = clock
        self._announcer = ports.announcer
        self._views = views
        self._feeds = Feeds(ports.index, clock, hold)
        self._wakes = wakes
        self._recorder = recorder
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._met: dict[str, None] = {}

    async def follow(self, announcement: Announcement) -> None:
        """Serves all that the tenant has, and looks again later if the command was not there.

        One whose entry was served with an earlier one's is done: what came behind it has
        announcements of its own. Raises StorageError; repeating is safe.
        """
        lock = self._locks.setdefault(announcement.tenant_id, asyncio.Lock())
        async with lock:
            if announcement.command_id in self._met:
                return
            await self._serve(announcement.tenant_id)
            met = announcement.command_id in self._met
        if not met and announcement.look < LAST_LOOK:
            await self._announcer.announce(replace(announcement, look=announcement.look + 1))

    async def _serve(self, tenant_id: str) -> None:
        while True:
            head, projected = await asyncio.gather(
                self._tenants.head(tenant_id), self._tenants.projected(tenant_id)
            )
            known = projected.value if projected else Projected(0)
            done = known.sequence
            self._remember(known.commands)
            if head is None or head.value.sequence <= done:
                return
            last = min(head.value.sequence, done + WINDOW)
            entries = await asyncio.gather(
                *(self._entry(tenant_id, sequence) for sequence in range(done + 1, last + 1))
            )
            await self._follow_up(head.value, feed_events(entries))
            served = tuple(entry.command_id for entry in entries)
            now = Projected(last, (*known.commands, *served)[-_TOLD:])
            try:
                await self._tenants.save_projected(
                    tenant_id, now, projected.etag if projected else None
                )
            except GuardFailed:
                # Another follower was here: go on from where it came to. Nothing is met yet: what
                # it has not served stands nowhere, and its messages must not end for that.
                continue
            self._remember(served)
            lag = (self._clock.now() - entries[0].at).total_seconds()
            extra = {"tenant": tenant_id, "sequence": last, "lag": max(lag, 0.0)}
            log.info("projection.served", extra=extra)
            if last == head.value.sequence:
                return

    def _remember(self, served: Iterable[str]) -> None:
        self._met |= dict.fromkeys(served)
        while len(self._met) > _MOST_MET:
            del self._met[next(iter(self._met))]

    async def _entry(self, tenant_id: str, sequence: int) -> Entry:
        entry = await self._tenants.entry(tenant_id, sequence)
        if entry is None:
            raise Undecodable(f"{tenant_id} has no ledger entry {sequence}")
        return entry

    async def _follow_up(self, head: Head, served: tuple[FeedEvent, ...]) -> None:
        work: list[Awaitable[None]] = [
            *(
                self._rows(IndexRows(part, partners.new))
                for partners in index_rows(head, served, self._views)
                for part in batched(partners.rows, _TOGETHER, strict=False)
            ),
            *(self._link(*link) for link in reseller_links(served).values()),
            *(
                self._feed(head.id, partner_id, served)
                for partner_id in sorted(readers(head, served))
            ),
            *(self._recorder.open(problem) for problem in _disputes(served)),
        ]
        await _all(work)

    async def _feed(self, customer_id: str, partner_id: str, served: tuple[FeedEvent, ...]) -> None:
        if await self._feeds.append(customer_id, partner_id, served):
            await self._wakes.feed_grew(partner_id)

    async def _rows(self, wanted: IndexRows) -> None:
        """Writes them in one transaction, unless what is there is as new.

        What began in what is served is inserted unread; if it is there, all are looked at.
        """
        unread: frozenset[IndexKey] = wanted.new

        async def read(row: IndexRow) -> Stored[IndexRow] | None:
            return None if row.key in unread else await self._index.get(row.key)

        async def attempt() -> None:
            nonlocal unread
            stored = await asyncio.gather(*map(read, wanted.rows))
            unread = frozenset[IndexKey]()
            behind = [
                (row, there.etag if there else None)
                for row, there in zip(wanted.rows, stored, strict=True)
                if there is None or there.sequence < row.sequence
            ]
            if behind:
                await self._index.put_together(behind)

        await changed(attempt, GuardFailed, WriteUnknown)

    async def _link(self, sequence: int, link: ResellerLink) -> None:
        reseller_id, provider_id = link.reseller_id, link.provider_id
        shown = link.model_dump(mode="json")
        await _overwrite(
            sequence,
            lambda: self._index.link(reseller_id, provider_id),
            lambda etag: self._index.put_link(reseller_id, provider_id, (sequence, shown), etag),
        )


def _disputes(served: Iterable[FeedEvent]) -> list[Problem]:
    """SUB-6: what was disputed, unless it has been annulled since: each is a finding at once."""
    state: dict[str, Subscription] = {}
    new: set[str] = set()
    for happening in served:
        if isinstance(row := happening.event.data, Subscription):
            state[row.id] = row
            if happening.event.type is EventType.SUBSCRIPTION_DISPUTED:
                new.add(row.id)
    return [problem for one in sorted(new) if (problem := disputed(state[one]))]


async def _overwrite(
    sequence: int,
    read: Callable[[], Awaitable[Stored[IndexRow] | None]],
    put: Callable[[str | None], Awaitable[None]],
) -> None:
    """Writes what was made from `sequence`, unless what is there is as new."""

    async def attempt() -> None:
        stored = await read()
        if stored is None or stored.sequence < sequence:
            await put(stored.etag if stored else None)

    await changed(attempt, GuardFailed, WriteUnknown)


async def _all(work: Iterable[Awaitable[None]]) -> None:
    """Ends when all have ended, so that nothing is still writing when the message is released."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(job: Awaitable[None]) -> None:
        async with room:
            await job

    for outcome in await asyncio.gather(*map(one, work), return_exceptions=True):
        if outcome is not None:
            raise outcome
