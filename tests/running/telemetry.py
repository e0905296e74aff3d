"""Telemetry into memory instead of Application Insights; everything before that is the real one."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.telemetry.handler import Handler
from shared.telemetry.recording import Recorder


@dataclass
class Heard:
    """What would have been sent."""

    reader: InMemoryMetricReader
    exported_spans: InMemorySpanExporter
    exported_logs: InMemoryLogRecordExporter

    def points(self, name: str) -> dict[tuple[object, ...], float]:
        """How much, or how often, by the values of its attributes in the order of their names."""
        found: Counter[tuple[object, ...]] = Counter()
        for metric, point in self._all():
            if metric.name == name:
                key = tuple(value for _, value in sorted(point.attributes.items()))
                found[key] += getattr(point, "value", None) or getattr(point, "count", 0)
        return dict(found)

    def sums(self, name: str) -> float:
        """All that a histogram has recorded."""
        return sum(point.sum for metric, point in self._all() if metric.name == name)

    def attributes(self) -> dict[str, set[str]]:
        """The names of attributes, by measure."""
        found: dict[str, set[str]] = {}
        for metric, point in self._all():
            found.setdefault(metric.name, set()).update(point.attributes)
        return found

    def _all(self):
        data = self.reader.get_metrics_data()
        for resource in data.resource_metrics if data else ():
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    for point in metric.data.data_points:
                        yield metric, point

    def spans(self, name: str = "") -> list[ReadableSpan]:
        """In the order in which they ended."""
        spans = self.exported_spans.get_finished_spans()
        return [span for span in spans if span.name.startswith(name)]

    def logs(self, event: str = "") -> list:
        """Log records, the first first."""
        records = [each.log_record for each in self.exported_logs.get_finished_logs()]
        return [record for record in records if str(record.body).startswith(event)]

    def everything(self) -> list[str]:
        """Each thing that would have been sent, as a text."""
        metrics = self.reader.get_metrics_data()
        return [
            *(span.to_json() for span in self.spans()),
            *(f"{record.body} {record.attributes}" for record in self.logs()),
            metrics.to_json() if metrics else "",
        ]


@contextmanager
def hearing() -> Iterator[Heard]:
    """Telemetry is on inside."""
    reader, spans, logs = (
        InMemoryMetricReader(),
        InMemorySpanExporter(),
        InMemoryLogRecordExporter(),
    )
    resource = Resource({"service.name": "tests"})
    provider = LoggerProvider(resource, shutdown_on_exit=False)
    provider.add_log_record_processor(SimpleLogRecordProcessor(logs))
    meters = MeterProvider([reader], resource, shutdown_on_exit=False)
    handler = Handler()
    handler.install()
    handler.connect(Recorder(resource, SimpleSpanProcessor(spans), provider, meters).take)
    try:
        yield Heard(reader, spans, logs)
    finally:
        handler.remove()
        meters.shutdown()
