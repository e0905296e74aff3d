"""Records of the log as OpenTelemetry has them: measures, spans and log records.

Made after the fact from what was logged and the span it was logged in, so that no code but this
knows OpenTelemetry, and none of it is imported where it is not configured.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Final, cast

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.metrics import Counter, Histogram, Meter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    TraceFlags,
    set_span_in_context,
)

from shared.telemetry.events import EVENTS, WARNINGS, Kind, LogEvent, Measure
from shared.tracing import Trace

_SCOPE: Final = "csp"
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SEVERITIES: Final = {
    logging.INFO: SeverityNumber.INFO,
    logging.WARNING: SeverityNumber.WARN,
    logging.ERROR: SeverityNumber.ERROR,
    logging.CRITICAL: SeverityNumber.FATAL,
}
_NANOSECONDS: Final = 1_000_000_000
_LIBRARY: Final = "library"

type Plain = str | bool | int | float


class Recorder:
    """Takes records of the log."""

    def __init__(
        self, resource: Resource, spans: SpanProcessor, logs: LoggerProvider, meters: MeterProvider
    ) -> None:
        """`resource` says whose spans these are."""
        self._resource = resource
        self._spans = spans
        self._logger = logs.get_logger(_SCOPE)
        meter = meters.get_meter(_SCOPE)
        measures = [WARNINGS, *(each for told in EVENTS.values() for each in told.measures)]
        self._instruments = {each.name: _instrument(meter, each) for each in measures}

    def take(self, record: logging.LogRecord, trace: Trace | None) -> None:
        """One record, logged in that span."""
        ours = record.name.startswith("shared.")
        event = str(record.msg) if ours else _LIBRARY
        fields = _fields(record) if ours else _about(record)
        told = EVENTS.get(event, LogEvent(""))
        for measure in told.measures:
            self._count(measure, fields)
        if record.levelno >= logging.WARNING:
            self._count(WARNINGS, {"event": event})
        if told.span and trace and trace.recorded:
            self._spans.on_end(self._span(told, record, fields, trace))
        if record.levelno >= logging.INFO:
            self._logger.emit(_log_record(event, record, fields, trace))

    def _count(self, measure: Measure, fields: Mapping[str, object]) -> None:
        instrument = self._instruments[measure.name]
        by = {name: _plain(fields.get(name, "")) for name in measure.by} | dict(measure.fixed)
        amount = cast("float", fields[measure.value]) if measure.value else 1
        for item, number in _items(measure, fields):
            attributes = by | item
            if isinstance(instrument, Counter):
                instrument.add(amount * number, attributes)
            else:
                instrument.record(amount, attributes)

    def _span(
        self, told: LogEvent, record: logging.LogRecord, fields: Mapping[str, object], trace: Trace
    ) -> ReadableSpan:
        """A span that ends when its event is logged, with the duration that the event states."""
        end = int(record.created * _NANOSECONDS)
        name = str(record.msg).partition(".")[0]
        return ReadableSpan(
            name=f"{name} {fields[told.span]}" if told.span else name,
            context=_context(trace.trace_id, trace.span_id),
            parent=_context(trace.trace_id, trace.parent_id) if trace.parent_id else None,
            resource=self._resource,
            attributes={name: _plain(value) for name, value in fields.items()},
            kind=SpanKind.CLIENT if told.out else SpanKind.INTERNAL,
            start_time=end - int(cast("float", fields["seconds"]) * _NANOSECONDS),
            end_time=end,
        )


def _instrument(meter: Meter, measure: Measure) -> Counter | Histogram:
    if measure.kind is Kind.COUNTER:
        return meter.create_counter(measure.name, measure.unit, measure.meaning)
    return meter.create_histogram(measure.name, measure.unit, measure.meaning)


def _items(measure: Measure, fields: Mapping[str, object]) -> Iterator[tuple[dict[str, str], int]]:
    """What one event counts for: attributes, and how often."""
    if measure.each is None:
        yield {}, 1
        return
    name, attribute = measure.each
    found = fields.get(name, ())
    if isinstance(found, Mapping):
        for key, number in cast("Mapping[str, int]", found).items():
            yield {attribute: key}, number
    else:
        for item in cast("list[str]", found):
            yield {attribute: item}, 1


def _context(trace_id: str, span_id: str) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=flags)


def _at_hand(trace: Trace) -> Context:
    span = NonRecordingSpan(_context(trace.trace_id, trace.span_id))
    return set_span_in_context(span, Context())


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """The fields that a log record was given as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}


def _about(record: logging.LogRecord) -> dict[str, object]:
    """Of another's record only where it comes from: its text may quote anything."""
    error = record.exc_info[0] if record.exc_info else None
    where = f"{record.filename}:{record.lineno}"
    return {"logger": record.name, "where": where, "error": error.__name__ if error else ""}


def _plain(value: object) -> Plain:
    if isinstance(value, str | bool | int | float):
        return value
    return json.dumps(value, default=str, sort_keys=True)


def _log_record(
    event: str, record: logging.LogRecord, fields: Mapping[str, object], trace: Trace | None
) -> LogRecord:
    return LogRecord(
        timestamp=int(record.created * _NANOSECONDS),
        context=_at_hand(trace) if trace else None,
        severity_text=record.levelname,
        severity_number=_SEVERITIES.get(record.levelno, SeverityNumber.UNSPECIFIED),
        body=event,
        attributes={name: _plain(value) for name, value in fields.items()},
    )
