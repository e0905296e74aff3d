"""`GET /signin/callback`: the issuer sends a person back, with a code or a refusal.

    state ─> cookie of that state ─> error? ─> code ─> tokens ─> access token ─┐
                                                            └──> ID token ─────┴─> same person?
      └─ any failure: a notice, no session, the attempt is over     ─> session ─> 303

Each check has its own attack: a foreign state (a code forced upon this browser), a foreign nonce (a
token of another sign-in), another person (whoever steps up stays who they are). The session's
cookie is always a new one.
"""

import logging
from dataclasses import replace
from typing import Final

from shared.auth.id_tokens import IdClaims
from shared.auth.principal import Kind as CallerKind
from shared.auth.principal import Principal, principal
from shared.errors import AppError, Unauthenticated, Unavailable
from shared.http.messages import Incoming, Outgoing
from shared.web.application import SignIn, Web
from shared.web.cookies import read_cookies
from shared.web.engine import frames
from shared.web.session import Session, fresh, session_cookie
from shared.web.sign_in.attempts import Attempt, Person, ended, returned_attempt
from shared.web.sign_in.notice_pages import notice_page
from shared.web.sign_in.notices import Kind, Notice
from shared.web.sign_in.redemption import (
    IssuerDown,
    IssuerError,
    Tokens,
    issuer_error,
    redeemed,
)
from shared.web.sign_in.returning import HOME, sign_in_address

log = logging.getLogger(__name__)

_CONSENT: Final = frozenset({"consent_required", "unauthorized_client"})
"""By the issuer: nobody let the application in, or it is unknown there."""

_OF_THE_CODE: Final = frozenset({"invalid_grant", "interaction_required", "consent_required"})
"""Refusals of one code or person, which anybody can bring about; others are the operator's."""


class _Failed(Exception):
    """A sign-in that ends in a notice; `facts` are for the log.

    `level`: a warning is what an operator has to look at.
    """

    def __init__(self, kind: Kind, level: int = logging.INFO, **facts: object) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.level = level
        self.facts = facts


async def callback(incoming: Incoming, web: Web) -> Outgoing:
    """Signs the person in and sends the browser on, or says what stood in the way."""
    sign_in = web.sign_in
    if sign_in is None:
        return notice_page(Notice(Kind.NOT_SET_UP), incoming, web.settings)
    state = incoming.query.get("state", "")
    attempt = returned_attempt(state, read_cookies(incoming.headers.get("cookie")), sign_in.sealer)
    try:
        session = await _signed_in(incoming, web, sign_in, attempt)
    except _Failed as failure:
        answer = notice_page(_notice(failure, sign_in, attempt), incoming, web.settings)
        return replace(answer, cookies=(*answer.cookies, *ended(state)))
    seconds = web.settings.session_seconds
    kept = session_cookie(session, sign_in.sealer, web.now(), seconds)
    return frames.elsewhere(attempt.returns_to if attempt else HOME, (kept, *ended(state)))


def _notice(failure: _Failed, sign_in: SignIn, attempt: Attempt | None) -> Notice:
    facts = {"outcome": failure.kind.code, **failure.facts}
    log.log(failure.level, "sign-in.failed", extra=facts)
    stepping_up = attempt is not None and attempt.person is not None
    again = sign_in_address(attempt.returns_to if attempt else HOME, stepping_up=stepping_up)
    return Notice(failure.kind, again=again, consent=sign_in.addresses.consent)


async def _signed_in(
    incoming: Incoming, web: Web, sign_in: SignIn, attempt: Attempt | None
) -> Session:
    """Raises _Failed."""
    if attempt is None:
        raise _Failed(Kind.NOT_BEGUN)
    given = incoming.query
    if "error" in given:
        raise _refusal(issuer_error(given), logging.INFO)
    if not given.get("code"):
        raise _Failed(Kind.REFUSED)
    tokens = await _tokens(given["code"], attempt, sign_in)
    known, claims = await _verified(tokens, attempt, web, sign_in)
    if attempt.person not in {None, Person(known.tenant_id, known.object_id)}:
        raise _Failed(Kind.OTHER_PERSON)
    return _session(known, claims, web, stepped_up=attempt.person is not None)


async def _tokens(code: str, attempt: Attempt, sign_in: SignIn) -> Tokens:
    try:
        answer = await redeemed(code, attempt, sign_in.addresses, sign_in.credential, sign_in.post)
    except IssuerDown as error:
        raise _Failed(Kind.ISSUER_DOWN, logging.WARNING, reason=str(error)) from error
    if isinstance(answer, IssuerError):
        mild = answer.error in _OF_THE_CODE
        raise _refusal(answer, logging.INFO if mild else logging.WARNING)
    return answer


async def _verified(
    tokens: Tokens, attempt: Attempt, web: Web, sign_in: SignIn
) -> tuple[Principal, IdClaims]:
    """The person by the access token, and what the ID token says of this sign-in."""
    try:
        access = await web.app.verifier.verify(f"Bearer {tokens.access_token}")
        claims = await sign_in.id_tokens.verify(tokens.id_token, attempt.nonce, tokens.access_token)
    except Unavailable as error:
        raise _Failed(Kind.ISSUER_DOWN, logging.WARNING, reason="keys") from error
    except AppError as error:
        check = error.target if isinstance(error, Unauthenticated) else "kind"
        raise _Failed(Kind.NOT_VERIFIED, logging.WARNING, check=check) from error
    known = principal(access, web.settings)
    if known.kind is not CallerKind.USER:
        raise _Failed(Kind.NOT_VERIFIED, logging.WARNING, check="kind")
    if (known.tenant_id, known.object_id) != (claims.tid, claims.oid):
        raise _Failed(Kind.NOT_VERIFIED, logging.WARNING, check="person")
    return known, claims


def _session(known: Principal, claims: IdClaims, web: Web, *, stepped_up: bool) -> Session:
    now = web.now()
    session = Session(known, claims.shown_name, claims.hint, claims.authenticated, now)
    renewed = fresh(session, now, web.settings.sign_in_fresh_seconds)
    log.info("sign-in.done", extra={"tenant": known.tenant_id, "object": known.object_id})
    return replace(session, unrenewed=stepped_up and not renewed)


def _refusal(error: IssuerError, level: int) -> _Failed:
    if error.error in _CONSENT:
        kind = Kind.CONSENT_MISSING
    elif error.subcode == "cancel":
        kind = Kind.CANCELLED
    else:
        kind = Kind.REFUSED
    return _Failed(kind, level, error=error.error, codes=list(error.codes))
