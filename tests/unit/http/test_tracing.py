from random import Random
from uuid import UUID

import pytest

from shared.http.tracing import Trace

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


@pytest.mark.parametrize("flags", ["00", "01"])
def test_the_callers_trace_goes_on(flags: str):
    trace = Trace.of(f"00-{TRACE}-{SPAN}-{flags}", Random(1))
    assert trace.traceparent == f"00-{TRACE}-{trace.span_id}-{flags}"
    assert trace.span_id != SPAN
    assert UUID(trace.request_id).version == 4


def test_a_future_version_may_say_more():
    assert Trace.of(f"01-{TRACE}-{SPAN}-01-what-comes", Random(1)).trace_id == TRACE


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        TRACE,
        f"00-{TRACE}-{SPAN}",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\r\nx: y",
    ],
)
def test_what_cannot_be_read_begins_a_trace(header: str | None):
    trace = Trace.of(header, Random(1))
    assert trace.trace_id not in {TRACE, "0" * 32}
    assert len(trace.traceparent) == 55
