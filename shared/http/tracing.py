"""W3C trace context: a request's trace goes on in the answer and in the log."""

import re
from dataclasses import dataclass
from random import Random
from typing import Self
from uuid import UUID

_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
    r"(?:-.*)?"
)


@dataclass(frozen=True, slots=True)
class Trace:
    """One request: its own id, and its place in the caller's trace."""

    request_id: str
    trace_id: str
    span_id: str
    flags: str

    @classmethod
    def of(cls, traceparent: str | None, random: Random) -> Self:
        """A new span of the trace that `traceparent` names, or of a new one."""
        match = _TRACEPARENT.fullmatch(traceparent or "")
        return cls(
            request_id=str(UUID(int=random.getrandbits(128), version=4)),
            trace_id=match["trace"] if match else f"{random.getrandbits(128) or 1:032x}",
            span_id=f"{random.getrandbits(64) or 1:016x}",
            flags=match["flags"] if match else "00",
        )

    @property
    def traceparent(self) -> str:
        """The header's value."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"
