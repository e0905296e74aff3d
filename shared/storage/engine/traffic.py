"""What is told of each storage request: how long it took, and that the service throttles."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, Protocol
from urllib.parse import urlsplit

from shared.tracing import TRAFFIC

log = logging.getLogger(__name__)
traffic = logging.getLogger(TRAFFIC)

_THROTTLED: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_OPERATIONS: Final = {"POST": "insert", "PUT": "replace", "PATCH": "merge", "DELETE": "delete"}


class Sent(Protocol):
    """What is told of a request, whoever sent it."""

    @property
    def method(self) -> str:
        """The verb."""
        ...

    @property
    def url(self) -> str:
        """The whole address."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """As they were sent."""
        ...


def tell(request: Sent, status: int, seconds: float) -> None:
    """Logs a request; `status` is 0 where no answer came."""
    if status not in _THROTTLED and not traffic.isEnabledFor(logging.DEBUG):
        return
    # Nothing of the address, which names tenants: only Table Storage has versions of data.
    service = "table" if "DataServiceVersion" in request.headers else "queue"
    operation = _OPERATIONS.get(request.method, "read")
    if urlsplit(request.url).path.endswith("/$batch"):
        operation = "batch"
    extra = {"service": service, "operation": operation, "status": status}
    if status in _THROTTLED:
        log.warning("storage.throttled", extra=extra)
    traffic.debug("storage.request", extra={**extra, "seconds": seconds})
