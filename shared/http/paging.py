"""Pages: how many items, from where, and the link to the next.

A page token is a position and a fingerprint of the list that it belongs to: nothing in it grants
anything, and what the caller may see is decided anew for every page.
"""

import base64
import hashlib
import re
from typing import Annotated, Final

from pydantic import Field

from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.model.base import Model
from shared.wording import Words

DEFAULT_SIZE: Final = 100
MAX_SIZE: Final = 1000
_POSITION = re.compile(r"[A-Za-z0-9|.:_-]{1,256}", re.ASCII)
_FINGERPRINT: Final = 12
_FOREIGN: Final = Words(
    "This is no position in this list. Follow a nextLink, or begin without it.",
    "이 목록의 위치가 아닙니다. nextLink를 따라가거나 이 값 없이 처음부터 시작하십시오.",
)


class PageQuery(Model):
    """Query parameters of every list. `skiptoken` comes from a `nextLink`."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE
    skiptoken: str | None = None


class FeedQuery(Model):
    """Query parameters of every feed. `after` is the `cursor` of an earlier answer."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE
    after: str | None = None


def encode(position: str, scope: str) -> str:
    """A token for `position` of the list `scope`."""
    text = f"{_fingerprint(scope)}{position}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(token: str, scope: str, parameter: str) -> str:
    """The position. Raises BadRequest naming `parameter` for a token of no or another list."""
    try:
        padded = token + "=" * (-len(token) % 4)
        text = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except ValueError:
        text = ""
    fingerprint, position = text[:_FINGERPRINT], text[_FINGERPRINT:]
    if fingerprint != _fingerprint(scope) or not _POSITION.fullmatch(position):
        raise foreign(parameter)
    return position


def foreign(parameter: str) -> BadRequest:
    """The 400 for a token that is no position in the list."""
    detail = Detail(DetailCode.INVALID_PARAMETER, _FOREIGN, parameter)
    return BadRequest(_FOREIGN, target=parameter, details=[detail])


def _fingerprint(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:_FINGERPRINT]
