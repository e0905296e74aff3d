"""Failures, stored values and pages: what every port speaks of.

StorageError
├── GuardFailed      a guard of a write did not hold: nothing was written
├── WriteUnknown     no answer, or an answer that says neither: it may land, even later
├── StorageBusy      throttled (429, 503 ServerBusy on a read): nothing was written
├── StorageDown      a read got no answer within the time-outs
└── Undecodable      what is stored is not what this system writes; names the key
"""

from dataclasses import dataclass


class StorageError(Exception):
    """Branch on the type; the text is for logs and names keys, never content."""


class GuardFailed(StorageError):
    """409 or 412, or 404 for a change: nothing was written."""


class WriteUnknown(StorageError):
    """Any transport error, 500, 503 or 504 of a write: it may have happened, or happen later."""


class StorageBusy(StorageError):
    """The storage asks to slow down; nothing was done."""


class StorageDown(StorageError):
    """A read could not be answered."""


class Undecodable(StorageError):
    """A stored row does not decode."""


@dataclass(frozen=True, slots=True)
class Stored[T]:
    """A value with the ETag it was read under, and the tenant's sequence that last wrote it."""

    value: T
    etag: str
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Page[T]:
    """A part of a list. `after` goes into the next call; None means there is no more."""

    items: tuple[T, ...]
    after: str | None
