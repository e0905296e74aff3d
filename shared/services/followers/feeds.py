"""Partners' event feeds: each event once, numbered without gaps per customer.

The mark of a feed says how far it has come, and moves in the same transaction that inserts the
events. So of two followers that serve the same entries one fails and looks again, and a follower
that died in between is continued, never repeated:

    follower A            follower B
    mark n=4
                          mark n=4
    mark 4→6, rows 5 6
                          mark 4→6, rows 5 6      guard failed: mark n=6, nothing left to do

An append may also take effect so late that readers have passed its place: see `lateness`. Nobody
moves a mark without reading it, so whoever comes next sees that, and writes those rows once more:

    follower A            storage                 follower B
    mark 4→6 at 08:00:00  (on its way)
      (dies)
                          08:00:20 mark n=6
                                                  mark n=6 of 08:00:00 landed at 08:00:20: late
                                                  mark 6→6, rows 5 6 at 08:00:21, same event ids
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.clock import Clock
from shared.model.customers import Customer, CustomerAgreement, PartnerBlock
from shared.model.events import parties
from shared.model.models import Relationship, RelationshipStatus
from shared.model.state import Head
from shared.services.feed_events import FeedEvent
from shared.services.lateness import fresh, late
from shared.services.ports.index import FeedMark, FeedRow, IndexStore
from shared.services.ports.values import GuardFailed, Stored, WriteUnknown

MAX_ROWS: Final = 99
"""Events in one transaction, beside the mark."""

_TRIES: Final = 5
"""Guards that may fail, or answers that may be lost, before the message is tried again later."""


@dataclass(frozen=True, slots=True)
class PendingRow:
    """An event with the mark that a feed has after it."""

    happening: FeedEvent
    mark: FeedMark


def readers(head: Head, served: Iterable[FeedEvent]) -> frozenset[str]:
    """The partners to whose feeds an event may go; `head` is no older than what is served."""
    related = [partner_id for partner_id, known in head.related.items() if known.relationship]
    found: set[str] = set()
    for happening in served:
        if _customer_level(happening):
            # Who had an active relationship just then, its feed's mark will say.
            found.update(related)
        else:
            found.update(parties(happening.event, head))
    return frozenset(found)


def lines(served: Iterable[FeedEvent], partner_id: str, mark: FeedMark) -> list[PendingRow]:
    """The partner's events behind `mark`.

    `served` leaves no entry out behind the one that followers were served up to, so where the mark
    is older than that, none of the partner's events lies between.
    """
    found: list[PendingRow] = []
    n, active = mark.n, mark.active
    for happening in served:
        if (happening.sequence, happening.position) <= (mark.sequence, mark.position):
            continue
        match happening.event.data:
            case Customer() | CustomerAgreement():
                concerned = active
            case Relationship(partner_id=owner, status=status) if owner == partner_id:
                concerned, active = True, status is RelationshipStatus.ACTIVE
            case PartnerBlock(partner_id=blocked):
                # A block is told only to a partner that has heard of the customer.
                concerned = blocked == partner_id and n > 0
            case _:
                concerned = partner_id in parties(happening.event, _NOBODY)
        if concerned:
            n += 1
            place = FeedMark(n, happening.sequence, happening.position, active)
            found.append(PendingRow(happening, place))
    return found


_NOBODY: Final = Head("")


def _customer_level(happening: FeedEvent) -> bool:
    return isinstance(happening.event.data, Customer | CustomerAgreement)


@dataclass(frozen=True, slots=True)
class Feeds:
    """Writes partners' feeds; `hold`: how long they hold back what is new."""

    index: IndexStore
    clock: Clock
    hold: timedelta

    async def append(self, customer_id: str, partner_id: str, served: Sequence[FeedEvent]) -> bool:
        """Brings the partner's feed of that customer up to what is served; whether it grew here.

        Raises GuardFailed, WriteUnknown or another StorageError; repeating is safe.
        """
        feed = (partner_id, customer_id)
        failures = 0
        grew = False
        while True:
            stored = await self.index.feed_mark(*feed)
            step = await self._step(feed, stored, served)
            if step is None:
                return grew
            mark, rows, last = step
            try:
                etag = stored.etag if stored else None
                landed = await self.index.append_feed(*feed, mark, rows, etag)
            except (GuardFailed, WriteUnknown) as error:
                # One that is unknown may have landed: then the next look finds nothing waiting.
                grew = grew or isinstance(error, WriteUnknown)
                failures += 1
                if failures == _TRIES:
                    raise
            else:
                grew = True
                # An answer that took long is looked into: the mark says when it took effect.
                if last and not late(mark.written_at, landed, self.hold):
                    return grew

    async def _step(
        self,
        feed: tuple[str, str],
        stored: Stored[FeedMark] | None,
        served: Sequence[FeedEvent],
    ) -> tuple[FeedMark, list[FeedRow], bool] | None:
        """What is written next, and whether nothing is left then; None when nothing is."""
        mark = stored.value if stored else FeedMark()
        landed = stored.landed if stored else None
        # The time is of this try: a row must not appear before a cursor that passed it. And it is
        # not before the last event's, which a process with a faster clock may have written.
        at = fresh(self.clock.now(), mark.written_at)
        if mark.written_at and late(mark.written_at, landed, self.hold):
            at = fresh(at, landed)
            there = await self.index.feed_rows(*feed, mark.written_at)
            again = [replace(row, written_at=at) for row in there[-MAX_ROWS:]]
            return replace(mark, written_at=at), again, False
        waiting = lines(served, feed[0], mark)
        if not waiting:
            return None
        # An entry may have more events for a partner than a transaction has rows.
        now = waiting[:MAX_ROWS]
        rows = [
            FeedRow(line.mark.n, at, line.happening.for_partner(feed[0], line.mark.n))
            for line in now
        ]
        return replace(now[-1].mark, written_at=at), rows, len(now) == len(waiting)
