"""Keys of pipelines, of the results of their messages, and of the stamp."""

from datetime import datetime
from typing import Final

from shared.canonical import digest
from shared.storage.encoding.keys.places import Key, Span, micros, under

PIPELINES: Final = "pipeline"


def pipeline(pipeline_id: str) -> Key:
    """A pipeline."""
    return Key(PIPELINES, f"id|{pipeline_id}")


def pipeline_source(source: str) -> Key:
    """The reservation of a source, in the pipelines' own partition."""
    return Key(PIPELINES, f"source|{digest(source)}")


def pipelines(after: str | None) -> Span:
    """All pipelines behind an id."""
    return under("id", after)


RESULTS: Final = "result"


def results(feed_id: str) -> str:
    """The partition of one feed of results."""
    return f"{RESULTS}|{feed_id}"


def result(feed_id: str, written_at: datetime, key: str) -> Key:
    """A result, in the order of writing."""
    return Key(results(feed_id), f"{micros(written_at)}|{digest(key)}")


def result_mark(feed_id: str, key: str) -> Key:
    """What makes writing a result twice impossible."""
    return Key(results(feed_id), f"mark|{digest(key)}")


def results_between(after: str, until: datetime) -> Span:
    """Results behind a cursor, written before `until`."""
    return Span(after, micros(until))


FIRST_RESULT: Final = "0" * 20
"""A cursor before every result."""
