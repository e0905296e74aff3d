"""Hands what is logged to telemetry, once that is there: its imports take over a second.

    configured ──> handler on the root logger ──> kept ──(a thread imports and connects)──> told

Imported only where telemetry is configured, like everything else in this package. What has to be
seen: the log says what happened, telemetry is made of the log, and nothing is reported twice.
"""

import logging
from collections import deque
from collections.abc import Callable
from threading import Thread
from typing import Final, override

from shared.tracing import TRAFFIC, Trace, current

log = logging.getLogger(__name__)

type Sink = Callable[[logging.LogRecord, Trace | None], None]

_KEPT: Final = 5000
"""Records that wait for the connection; the oldest go first."""
_ITS_OWN: Final = ("azure.monitor", "opentelemetry")
"""Loggers of those who send: to send what they say about that would never end."""


class Handler(logging.Handler):
    """Of the app's own events, and of warnings by others."""

    def __init__(self) -> None:
        """Keeps until `connect`."""
        super().__init__()
        self._kept: deque[tuple[logging.LogRecord, Trace | None]] = deque(maxlen=_KEPT)
        self._sink: Sink = lambda record, trace: self._kept.append((record, trace))

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler`: called with its lock held."""
        ours = record.name.startswith("shared.")
        if (not ours and record.levelno < logging.WARNING) or record.name.startswith(_ITS_OWN):
            return
        try:
            self._sink(record, current())
        except Exception:  # noqa: BLE001 - telemetry never breaks what it tells of
            self.handleError(record)

    def connect(self, sink: Sink) -> None:
        """Sends every record to `sink` from now on, kept ones first."""
        self.acquire()
        try:
            while self._kept:
                sink(*self._kept.popleft())
            self._sink = sink
        finally:
            self.release()

    def install(self) -> None:
        """Installs the handler on the root logger and on that of mere measures."""
        logging.getLogger().addHandler(self)
        logging.getLogger("shared").setLevel(logging.INFO)  # measures are made of these
        traffic = logging.getLogger(TRAFFIC)
        traffic.addHandler(self)
        traffic.setLevel(logging.DEBUG)
        traffic.propagate = False

    def remove(self) -> None:
        """The inverse of `install`."""
        logging.getLogger().removeHandler(self)
        logging.getLogger("shared").setLevel(logging.NOTSET)
        traffic = logging.getLogger(TRAFFIC)
        traffic.removeHandler(self)
        traffic.setLevel(logging.NOTSET)
        traffic.propagate = True


def start(connect: Callable[[], Sink]) -> Thread:
    """Installs a handler, and connects it on a thread of its own: `connect` may take its time."""
    handler = Handler()
    handler.install()

    def run() -> None:
        try:
            handler.connect(connect())
        except Exception as error:  # noqa: BLE001 - the app works without telemetry
            handler.remove()
            extra = {"error": type(error).__name__}
            log.error("telemetry.failed", extra=extra)  # noqa: TRY400 - its text may repeat secrets

    thread = Thread(target=run, name="telemetry", daemon=True)
    thread.start()
    return thread
