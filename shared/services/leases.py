"""A lease: the pieces of a partner's virtual time that one process has bought and not spent.

    |at----|        |---------------end|      the older pieces go first

Pure. `last` is when the message that came last is visible: none that follows is so earlier.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Self

_NOTHING: Final = timedelta()
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Piece(NamedTuple):
    """Time without a gap."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """`end`: of all that was ever bought."""

    pieces: tuple[Piece, ...] = ()
    end: datetime = _LONG_AGO
    last: datetime = _LONG_AGO

    @property
    def length(self) -> timedelta:
        """How much there is."""
        return sum((each.end - each.begin for each in self.pieces), _NOTHING)

    @property
    def at(self) -> datetime:
        """Where the next message begins, as far as is known here."""
        return self.pieces[0].begin if self.pieces else self.end

    def since(self, begin: datetime) -> Self:
        """Without what lies before `begin`: unused time is not kept for long."""
        kept = (Piece(max(each.begin, begin), each.end) for each in self.pieces)
        return replace(self, pieces=tuple(each for each in kept if each.begin < each.end))

    def extended(self, begin: datetime, end: datetime) -> Self:
        """With one piece more behind it."""
        return replace(self, pieces=(*self.pieces, Piece(begin, end)), end=end)

    def spent(self, time: timedelta) -> Self:
        """Without so much from its beginning."""
        pieces = self.pieces
        while pieces and time >= pieces[0].end - pieces[0].begin:
            time -= pieces[0].end - pieces[0].begin
            pieces = pieces[1:]
        if pieces and time:
            pieces = (Piece(pieces[0].begin + time, pieces[0].end), *pieces[1:])
        return replace(self, pieces=pieces)

    def visible(self, at: datetime) -> Self:
        """The message that came last is visible then."""
        return replace(self, last=at)
