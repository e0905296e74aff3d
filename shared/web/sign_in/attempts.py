"""Attempts to sign in: what the browser brings back, so that a code is taken from nobody else.

Each has a cookie of its own, named by its state, so that two tabs do not meet. A browser keeps a
few: whoever opens many pages leaves many attempts behind.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.http.messages import Cookie
from shared.web.sealing import Sealer

SECONDS: Final = 10 * 60
MOST: Final = 3
PREFIX: Final = "__Host-signin-"
_TYP: Final = "signin"
_BYTES: Final = 32
_STATE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_NAMED_BY: Final = 8


@dataclass(frozen=True, slots=True)
class Person:
    """Who must come back from stepping up."""

    tenant_id: str
    object_id: str


class Attempt(BaseModel):
    """One sign-in on its way; `began` in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: str
    nonce: str
    verifier: str
    returns_to: str
    began: int
    person: Person | None

    @property
    def challenge(self) -> str:
        """What the issuer gets to see of the verifier (RFC 7636, S256)."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    @property
    def cookie(self) -> str:
        """The name of its cookie."""
        return _name(self.state)


def new_attempt(random: Random, began: int, returns_to: str, person: Person | None) -> Attempt:
    """An attempt that nobody can guess; `random` is the system's."""
    state, nonce, verifier = (_text(random.randbytes(_BYTES)) for _ in range(3))
    return Attempt(
        state=state,
        nonce=nonce,
        verifier=verifier,
        returns_to=returns_to,
        began=began,
        person=person,
    )


def attempt_cookies(
    attempt: Attempt, cookies: Mapping[str, str], sealer: Sealer
) -> tuple[Cookie, ...]:
    """The attempt's cookie, and the end of those of the oldest others, and of what is none."""
    others = {name: _opened(text, sealer) for name, text in _attempts(cookies).items()}
    age = {name: other.began if other else -1 for name, other in others.items()}
    newest = sorted(others, key=lambda name: age[name], reverse=True)
    gone = [name for at, name in enumerate(newest) if at >= MOST - 1 or age[name] < 0]
    text = sealer.seal(_TYP, attempt.model_dump(mode="json"), SECONDS)
    return (Cookie(attempt.cookie, text, SECONDS), *(Cookie(name, "", 0) for name in gone))


def returned_attempt(state: str, cookies: Mapping[str, str], sealer: Sealer) -> Attempt | None:
    """The attempt that came back with `state`; None where this browser began no such one."""
    if not _STATE.fullmatch(state):
        return None
    attempt = _opened(cookies.get(_name(state), ""), sealer)
    if attempt is None or not hmac.compare_digest(attempt.state, state):
        return None
    return attempt


def ended(state: str) -> tuple[Cookie, ...]:
    """The end of the cookie of `state`: an attempt comes back once."""
    return (Cookie(_name(state), "", 0),) if _STATE.fullmatch(state) else ()


def all_ended(cookies: Mapping[str, str]) -> tuple[Cookie, ...]:
    """The end of every attempt of a browser."""
    return tuple(Cookie(name, "", 0) for name in _attempts(cookies))


def _attempts(cookies: Mapping[str, str]) -> dict[str, str]:
    named = re.compile(re.escape(PREFIX) + r"[A-Za-z0-9_-]{8}", re.ASCII)
    return {name: text for name, text in cookies.items() if named.fullmatch(name)}


def _opened(text: str, sealer: Sealer) -> Attempt | None:
    opened = sealer.open(_TYP, text)
    try:
        return None if opened is None else Attempt.model_validate(opened)
    except ValidationError:
        return None  # Sealed by an instance of another version.


def _name(state: str) -> str:
    return PREFIX + state[:_NAMED_BY]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
