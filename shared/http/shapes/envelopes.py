"""The shapes around shapes: pages of lists and feeds, and the health of the app."""

from datetime import datetime
from typing import Literal

from shared.model.base import Model


class ListShape[T](Model):
    """A page of a list; without `nextLink` it is the last."""

    value: tuple[T, ...]
    next_link: str | None = None


class IndexedListShape[T](ListShape[T]):
    """A page from a partner's index, which lags by seconds: `asOf` is when it was read."""

    as_of: datetime | None = None


class FeedShape[T](ListShape[T]):
    """A page of a feed; `cursor` goes into the next call's `after`."""

    cursor: str


class HealthShape(Model):
    """That the app runs, or that it can reach what it needs."""

    status: Literal["live", "ready"]


class VersionsShape(Model):
    """What runs: the library of the Python worker is Microsoft's, and may be the platform's own."""

    python: str
    worker_library: str | None = None
    functions_library: str
