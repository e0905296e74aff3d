import pytest

from shared.tracing import current, read, span, traceparent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"


@pytest.mark.parametrize("flags", ["00", "01"])
def test_the_callers_trace_goes_on(flags: str):
    with span(f"00-{TRACE}-{SPAN}-{flags}") as trace:
        assert traceparent() == f"00-{TRACE}-{trace.span_id}-{flags}"
        assert trace.parent_id == SPAN
        assert trace.recorded is (flags == "01")
    assert trace.span_id != SPAN
    assert current() is None


def test_spans_nest_and_another_caller_begins_elsewhere():
    with span() as outer:
        with span() as inner:
            assert (inner.trace_id, inner.parent_id) == (outer.trace_id, outer.span_id)
            with span(f"00-{TRACE}-{SPAN}-01"):
                assert read(traceparent()).trace_id == TRACE
        assert current() is outer


def test_a_seed_makes_the_ids():
    with span(seed="ab" * 16) as trace:
        assert trace.traceparent == f"00-{'ab' * 16}-{'ab' * 8}-01"


def test_a_future_version_may_say_more():
    assert read(f"01-{TRACE}-{SPAN}-01-what-comes").trace_id == TRACE


@pytest.mark.parametrize(
    "header",
    [
        None,
        7,
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
def test_what_cannot_be_read_begins_a_trace(header: object):
    with span(header) as trace:
        assert trace.trace_id not in {TRACE, "0" * 32}
        assert trace.parent_id is None
        assert len(trace.traceparent) == 55
