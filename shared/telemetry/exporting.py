"""Where telemetry goes: Application Insights, in either cloud, with the managed identity.

Importing this imports OpenTelemetry and Azure Monitor's exporter: only where it is configured.
"""

import atexit
import os
from typing import Final

from azure.identity import ManagedIdentityCredential
from azure.monitor.opentelemetry.exporter import (
    AzureMonitorLogExporter,
    AzureMonitorMetricExporter,
    AzureMonitorTraceExporter,
)
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import SERVICE_INSTANCE_ID, SERVICE_NAME, Resource
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import get_current_span

from shared.settings import Settings, TelemetryTarget
from shared.telemetry.handler import Sink
from shared.telemetry.recording import Recorder
from shared.tracing import ask_host

_GOVERNMENT_AUDIENCE: Final = "AADAudience=https://monitor.azure.us/"
_TELL_NOBODY: Final = (
    "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED",
    "APPLICATIONINSIGHTS_SDKSTATS_DISABLED",
    "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL",
)
"""By default the exporter reports about itself to Microsoft's public cloud, and asks it."""


def connect(settings: Settings, target: TelemetryTarget) -> Sink:
    """Starts what sends; nothing is sent before something is told."""
    for name in _TELL_NOBODY:
        os.environ.setdefault(name, "true")
    options = {
        "connection_string": connection_string(settings, target),
        "credential": (
            ManagedIdentityCredential(client_id=target.client_id) if target.by_identity else None
        ),
        "disable_offline_storage": True,  # nothing is kept on a disk
    }
    resource = Resource(
        {
            SERVICE_NAME: os.environ.get("WEBSITE_SITE_NAME", "csp-multi-partner"),
            SERVICE_INSTANCE_ID: os.environ.get("WEBSITE_INSTANCE_ID", str(os.getpid())),
        }
    )
    spans = BatchSpanProcessor(AzureMonitorTraceExporter(**options))
    atexit.register(spans.shutdown)  # the providers below do so themselves
    logs = LoggerProvider(resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(AzureMonitorLogExporter(**options)))
    reader = PeriodicExportingMetricReader(AzureMonitorMetricExporter(**options))
    recorder = Recorder(resource, spans, logs, MeterProvider([reader], resource))
    ask_host(host_span)
    return recorder.take


def connection_string(settings: Settings, target: TelemetryTarget) -> str:
    """With the audience of tokens, which another cloud than the public one has to name."""
    if settings.cloud == "usGovernment" and "aadaudience=" not in target.connection.lower():
        return f"{target.connection.rstrip(';')};{_GOVERNMENT_AUDIENCE}"
    return target.connection


def host_span() -> str | None:
    """The span of the Functions host that the worker has put at hand, if it has."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"
