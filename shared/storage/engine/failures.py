"""What the storage's errors mean: told apart by type, status and error code, here alone.

404 409 412         a guard did not hold, unless the whole table is missing
401 403             no rights: the storage is down
429, 503 of a read  busy
503 500 504 408 …   of a write: unknown, it may have happened, or happen later
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final, cast

from aiohttp import ClientError
from azure.core.exceptions import (
    AzureError,
    DecodeError,
    DeserializationError,
    HttpResponseError,
)

from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown

TABLE_NOT_FOUND: Final = "TableNotFound"
"""The service's word for it, beside those for a row that is not there."""

FAILURES: Final = (AzureError, ClientError, OSError)
"""What the SDKs raise when the storage does not do as asked."""

_REFUSALS: Final = range(400, 500)
_REQUEST_TIMEOUT: Final = 408
_THROTTLED: Final = 429


@contextmanager
def readable() -> Generator[None]:
    """Inside, what an SDK fails with over an answer that it cannot read is a DecodeError."""
    try:
        yield
    except (LookupError, TypeError, AttributeError, SyntaxError, DeserializationError) as error:
        raise DecodeError(f"no answer: {type(error).__name__}") from error


def code(error: BaseException) -> object:
    """The service's word for an error: of its table layer in the body, of its front in a header.

    The SDK decodes it for most errors, but not for those of an insert, and not where it swallows
    or never sees them.
    """
    if not isinstance(error, HttpResponseError):
        return None
    response: Any = cast("Any", error).response
    if (decoded := getattr(error, "error_code", None)) or response is None:
        return decoded
    try:
        return json.loads(response.text())["odata.error"]["code"]
    except (ValueError, LookupError, TypeError):
        return response.headers.get("x-ms-error-code")


def _status(error: BaseException) -> int | None:
    return error.status_code if isinstance(error, HttpResponseError) else None


def _refused(status: int | None) -> bool:
    """Whether an answer says for sure that nothing was done."""
    return status in _REFUSALS and status != _REQUEST_TIMEOUT


def write_failure(error: BaseException) -> BaseException:
    """What a failed write means. A refusal that no guard explains is a bug: kept as it is."""
    note = f"{type(error).__name__} {_status(error)} {code(error)}"
    match _status(error):
        case 404 if code(error) == TABLE_NOT_FOUND:
            return StorageDown(note)
        case 404 | 409 | 412:
            return GuardFailed(note)
        case 429:
            return StorageBusy(note)
        case 401 | 403:
            return StorageDown(note)
        case status:
            return error if _refused(status) else WriteUnknown(note)


def read_failure(error: BaseException) -> BaseException:
    """What a failed read means. A refusal is a bug: kept as it is."""
    note = f"{type(error).__name__} {_status(error)} {code(error)}"
    match _status(error):
        case 429 | 503:
            return StorageBusy(note)
        case 401 | 403 | 404:
            return StorageDown(note)
        case status:
            return error if _refused(status) else StorageDown(note)


def final(error: BaseException) -> bool:
    """Whether asking again would get the same answer."""
    return _refused(_status(error)) and _status(error) != _THROTTLED
