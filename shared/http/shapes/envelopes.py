"""The shapes around shapes: pages of lists and feeds, and the health of the app."""

from datetime import datetime
from enum import StrEnum

from shared.http.shapes.vocabulary import NextLink
from shared.model.base import Model


class ListShape[T](Model):
    """A page of a list; without `nextLink` it is the last."""

    value: tuple[T, ...]
    """The items of this page, in the order of the whole list; may be empty though a page follows.
    """
    next_link: NextLink = None


class IndexedListShape[T](ListShape[T]):
    """A page of a list; with `asOf`, from an index that is some seconds behind the records."""

    as_of: datetime | None = None
    """When the index was read; what was recorded in the seconds before may be missing yet. Absent
    where the list comes from the record itself.
    """


class FeedShape[T](ListShape[T]):
    """A page of a feed, in the order of writing; going on at `cursor` misses nothing still kept."""

    cursor: str
    """Where the feed goes on: goes into the next call's `after`, also when this page is empty."""


class HealthStatus(StrEnum):
    """Which probe answered; `live` asks nothing, `ready` is 503 where storage cannot be reached."""

    LIVE = "live"
    """It runs; nothing that it needs was asked."""
    READY = "ready"
    """It runs, and reached its storage within the last few seconds."""


class HealthShape(Model):
    """What a probe is told."""

    status: HealthStatus


class VersionsShape(Model):
    """What runs: the library of the Python worker is Microsoft's, and may be the platform's own."""

    python: str
    """Which Python runs the app, by major and minor version, such as `3.13`."""
    worker_library: str | None = None
    """The version of Microsoft's worker library, `azure-functions-runtime`; absent where none
    can be read.
    """
    functions_library: str
    """The version of the library `azure-functions` that is loaded."""
