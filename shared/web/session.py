"""Who is signed in: a sealed cookie, and nothing kept on the server.

It holds the principal that sign-in computed, so it says what the person was then. It ends when it
is not used, and in any case `LONGEST` after sign-in; nothing renews it but signing in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from shared.auth.principal import UNTOLD, Kind, Principal, Untold
from shared.http.messages import Cookie
from shared.policy.callers import CallerRole
from shared.web.sealing import Sealer

COOKIE: Final = "__Host-session"
LONGEST: Final = timedelta(hours=8)
_TYP: Final = "session"

_CLOCKS_DIFFER: Final = timedelta(seconds=60)

_LONGEST_NAME: Final = 128
_LONGEST_HINT: Final = 1024
"""In characters: browsers drop a cookie of more than 4 KB."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person.

    `name` and `login_hint` are for showing and for signing in again, never for deciding.
    `auth_time`: when the person last proved who they are, as the issuer signed it; None where it
    did not say. `began`: when this session did. `unrenewed`: the person signed in again to prove it
    anew, and came back with an old proof: their domain decides that, and asking again changes
    nothing.
    """

    principal: Principal
    name: str
    login_hint: str | None
    auth_time: datetime | None
    began: datetime
    unrenewed: bool = False


class _Kept(BaseModel):
    """A session as it is sealed; short names, since it travels with every request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tid: str
    oid: str
    partner: frozenset[CallerRole]
    customer: frozenset[CallerRole]
    operator: bool
    untold: Untold | None
    name: Annotated[str, StringConstraints(max_length=_LONGEST_NAME)]
    hint: str | None
    auth: AwareDatetime | None
    began: AwareDatetime
    unrenewed: bool


def read_session(cookies: Mapping[str, str], sealer: Sealer, now: datetime) -> Session | None:
    """The session of a request's cookies. None: signed out."""
    opened = sealer.open(_TYP, cookies.get(COOKIE, ""))
    if opened is None:
        return None
    try:
        kept = _Kept.model_validate(opened)
    except ValidationError:
        return None  # Sealed by an instance of another version.
    if now >= kept.began + LONGEST:
        return None
    return Session(_principal(kept), kept.name, kept.hint, kept.auth, kept.began, kept.unrenewed)


def session_cookie(session: Session, sealer: Sealer, now: datetime, seconds: int) -> Cookie:
    """The cookie that keeps `session` for another `seconds`, at most until `LONGEST` is over.

    Each answer to a signed-in person sets it anew.
    """
    left = int((session.began + LONGEST - now).total_seconds())
    seconds = max(0, min(seconds, left))
    kept = _kept(session).model_dump(mode="json")
    return Cookie(COOKIE, sealer.seal(_TYP, kept, seconds), seconds)


NO_SESSION: Final = Cookie(COOKIE, "", 0)
"""Deletes it."""


def fresh(session: Session, now: datetime, seconds: int) -> bool:
    """Whether the person proved who they are at most `seconds` ago.

    By the signed `auth_time` alone: our own clock would only tell when a browser came by, and the
    issuer dates other times back. One ahead of now by more than clocks differ proves nothing.
    """
    if session.auth_time is None:
        return False
    ago = now - session.auth_time
    return -_CLOCKS_DIFFER <= ago <= timedelta(seconds=seconds)


def _kept(session: Session) -> _Kept:
    known, hint = session.principal, session.login_hint
    return _Kept(
        tid=known.tenant_id,
        oid=known.object_id,
        partner=known.partner_roles,
        customer=known.customer_roles,
        operator=known.operator,
        untold=next((key for key, words in UNTOLD.items() if words == known.untold), None),
        name=session.name[:_LONGEST_NAME],
        hint=hint if hint and len(hint) <= _LONGEST_HINT else None,
        auth=session.auth_time,
        began=session.began.astimezone(UTC),
        unrenewed=session.unrenewed,
    )


def _principal(kept: _Kept) -> Principal:
    return Principal(
        tenant_id=kept.tid,
        object_id=kept.oid,
        kind=Kind.USER,
        partner_roles=kept.partner,
        customer_roles=kept.customer,
        operator=kept.operator,
        untold=UNTOLD[kept.untold] if kept.untold else None,
    )
