"""A request and its answer, as both services know them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from azure.core.exceptions import HttpResponseError

from shared.clock import SystemClock

VERSION: Final = "2019-02-02"
"""Of both services; bearer tokens need 2017-11-09, messages that never expire 2017-07-29."""


def dated(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, with the two that every request has."""
    return {**headers, "x-ms-date": _date(int(_CLOCK.now().timestamp())), "x-ms-version": VERSION}


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    """In the form of HTTP: the same for all requests of a second."""
    return formatdate(second, usegmt=True)


_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `url` is encoded as it is sent."""

    service: Literal["table", "queue"]
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Refused(HttpResponseError):
    """An answer that is not the one asked for, with the service's word for it."""

    def __init__(self, answer: Answer) -> None:
        """Takes the code from the table layer's body, or else from the front end's header."""
        self.error_code = error_code(answer)
        super().__init__(f"the storage answered {answer.status} {self.error_code}")
        self.status_code = answer.status


def error_code(answer: Answer) -> str | None:
    """What an error is called: in JSON by the table layer, in a header by all others."""
    try:
        return str(json.loads(answer.body)["odata.error"]["code"])
    except (ValueError, LookupError, TypeError):
        return answer.headers.get("x-ms-error-code")
