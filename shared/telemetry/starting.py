"""Switches telemetry on where it is configured; imported only there, like all of this package."""

from shared.settings import Settings, TelemetryTarget
from shared.telemetry.handler import Sink, start


def switch_on(settings: Settings, target: TelemetryTarget) -> None:
    """Keeps what is logged from now on, and sends it to `target` once the exporter is imported."""

    def connect() -> Sink:
        from shared.telemetry import exporting  # noqa: PLC0415 - over a second, on its own thread

        return exporting.connect(settings, target)

    start(connect)
