"""W3C trace context: which request the work at hand goes back to, from caller to webhook.

    caller ──traceparent──> span ──> command's span ──> ledger entry ──> event ──> webhook's span
                                             └──> announcement ──> follower's span

Each span knows its parent, and lasts as long as a `with` block. What is logged inside belongs to
it: shared/telemetry reads `current()`.
"""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from random import SystemRandom
from typing import Final

_PARTS: Final = (
    r"(?!ff)[0-9a-f]{2}-(?!0{32})(?P<trace>[0-9a-f]{32})"
    r"-(?!0{16})(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})"
)
_TRACEPARENT: Final = re.compile(rf"{_PARTS}(?:-.*)?")
_RECORDED: Final = "01"
_RANDOM: Final = SystemRandom()
"""Only for ids of spans; what decides anything takes its chance from `Services`."""

TRAFFIC: Final = "shared.traffic"
"""The logger of what happens many times a second: only measured, and only where that is on."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A span: its place in a trace. `parent_id` is None where a trace begins."""

    trace_id: str
    span_id: str
    flags: str = _RECORDED
    parent_id: str | None = None

    @property
    def traceparent(self) -> str:
        """The span in the form of the header `traceparent`."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"

    @property
    def recorded(self) -> bool:
        """Whether who began the trace wants its spans to be kept."""
        return bool(int(self.flags, 16) & 1)


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The span at hand."""
    return _current.get()


def traceparent() -> str | None:
    """The current span as `traceparent`, for a message or request that continues it."""
    trace = _current.get()
    return trace.traceparent if trace else None


@contextmanager
def span(caller: object = None, seed: str | None = None) -> Generator[Trace]:
    """A new span for as long as the block.

    Its parent is what `caller` names (a traceparent; anything else names nothing), else the span
    at hand, else the host's, else none: then it begins a trace. `seed`: 32 hex digits that its
    ids are made from; random without.
    """
    parent = _parent(caller)
    seed = seed or f"{_RANDOM.getrandbits(128):032x}"
    trace = (
        Trace(parent.trace_id, seed[:16], parent.flags, parent.span_id)
        if parent
        else Trace(seed, seed[:16])
    )
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


def _parent(caller: object) -> Trace | None:
    named = read(caller)
    if named is None and (at_hand := _current.get()):
        return at_hand
    host = read(_host()) if _host else None
    # Of the caller's trace the host's own span is a part: then it stands in between.
    inside = host and (named is None or host.trace_id == named.trace_id)
    return host if inside else named


def read(text: object) -> Trace | None:
    """The span that a traceparent names."""
    match = _TRACEPARENT.fullmatch(text) if isinstance(text, str) else None
    return Trace(match["trace"], match["span"], match["flags"]) if match else None


_host: Callable[[], str | None] | None = None


def ask_host(ask: Callable[[], str | None] | None) -> None:
    """Sets who knows the traceparent of the host's own span, if it has one just now."""
    global _host  # noqa: PLW0603 - one per process, like the worker that knows it
    _host = ask
