"""Pages: how many items, from where, and the link to the next.

A page token is a position in one list of one tenant, sealed: nothing in it can be read, changed or
made up, and what the caller may see is decided anew for every page.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from pydantic import Field

from shared.error_details import Detail, DetailCode
from shared.errors import BadRequest
from shared.model.base import Model
from shared.wording import Words

DEFAULT_SIZE: Final = 100
MAX_SIZE: Final = 1000
_POSITION = re.compile(r"[A-Za-z0-9|.:_-]{1,256}", re.ASCII)
_PURPOSE: Final = b"position in a list"
_FOREIGN: Final = Words(
    "This is no position in this list. Follow a nextLink, or begin without it.",
    "이 목록의 위치가 아닙니다. nextLink를 따라가거나 이 값 없이 처음부터 시작하십시오.",
)


class PageQuery(Model):
    """Query parameters of every list. `skiptoken` comes from a `nextLink`."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE
    """How many items a page has at most, 1 to 1,000; a page may have fewer though another follows.
    """
    skiptoken: str | None = None
    """Where the page begins; comes only from a `nextLink` or, of a file, from the header `Link`."""


class FeedQuery(Model):
    """Query parameters of every feed. `after` is the `cursor` of an earlier answer."""

    maxpagesize: Annotated[int, Field(ge=1, le=MAX_SIZE)] = DEFAULT_SIZE
    """How many items a page has at most, 1 to 1,000; a page may have fewer though another follows.
    """
    after: str | None = None
    """Behind which place the feed is read: the `cursor` of an earlier answer; left out, from the
    beginning.
    """


@dataclass(frozen=True, slots=True)
class PageTokens:
    """Page tokens of one tenant: AES-SIV (RFC 5297), with the tenant and the list as its data.

    It needs no nonce: the same position is the same token, so that answers that are equal are
    equal to the byte. From each of the deployment's `keys` one is made for this purpose alone; the
    first seals, any opens.
    """

    keys: tuple[bytes, ...]
    tenant_id: str

    def encode(self, position: str, scope: str) -> str:
        """A token for `position` of the list `scope`."""
        sealed = _ciphers(self.keys)[0].encrypt(position.encode(), self._about(scope))
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def decode(self, token: str, scope: str, parameter: str) -> str:
        """The position. Raises BadRequest naming `parameter` for a token of no or another list."""
        try:
            sealed = base64.b64decode(
                (token + "=" * (-len(token) % 4)).encode("ascii"), altchars=b"-_", validate=True
            )
        except ValueError:
            raise foreign(parameter) from None
        for cipher in _ciphers(self.keys):
            try:
                position = cipher.decrypt(sealed, self._about(scope)).decode("ascii")
            except (InvalidTag, ValueError):
                continue
            if _POSITION.fullmatch(position):
                return position
        raise foreign(parameter)

    def _about(self, scope: str) -> list[bytes]:
        return [self.tenant_id.encode(), scope.encode()]


def foreign(parameter: str) -> BadRequest:
    """The 400 for a token that is no position in the list."""
    detail = Detail(DetailCode.INVALID_PARAMETER, _FOREIGN, parameter)
    return BadRequest(_FOREIGN, target=parameter, details=[detail])


@cache
def _ciphers(keys: Sequence[bytes]) -> tuple[AESSIV, ...]:
    return tuple(AESSIV(hmac.digest(key, _PURPOSE, hashlib.sha512)) for key in keys)
