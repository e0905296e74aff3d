"""Log lines of the local host: short, structured, on stderr."""

from __future__ import annotations

import logging
import sys
import time

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Formatter(logging.Formatter):
    """Time, level, logger, event and the record's extra fields as key=value."""

    converter = time.gmtime

    def __init__(self) -> None:
        """One fixed format."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Append what was given as `extra`."""
        extra = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        return " ".join([super().formatMessage(record), *(f"{k}={v}" for k, v in extra.items())])


def configure() -> None:
    """INFO to stderr; the Azure SDKs and the worker only from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in ("azure", "watchfiles", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Both report what the host reports itself, with the function's name: a failed call, with
    # its trace, and a call cut off by shutdown.
    for name in ("azure.functions", "uvicorn"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
