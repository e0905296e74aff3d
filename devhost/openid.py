"""The OpenID provider in the development issuer: authorize, token, logout, as Entra ID has them.

    GET  …/authorize ── the form ── POST ──> 303 to the application: code, state
    POST …/token     ── client, code (once, 60 s), redirect address, PKCE, scope ──> both tokens
    GET  …/logout    ──> 303 to where the application asks, if it is one of its addresses

What the application must never get to see (a client or an address that is not registered) is said
on a page here; all else goes back to it by the name of the error.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from devhost import sign_in_page
from devhost.people import Person
from devhost.token_claims import Holder, login_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from devhost.clock import Clock
    from devhost.people import People

CODE_SECONDS = 60
DEVELOPMENT_SECRET = "for a developer's machine alone"  # noqa: S105 - it opens nothing else
REGISTERED = ("/signin/callback", "/signin/consented", "/")
"""Paths that the application is sent back to; of loopback hosts the port does not matter."""

_LOOPBACK = {"127.0.0.1", "localhost"}
_STANDARD = {"openid", "profile", "email", "offline_access"}
_CHALLENGE = re.compile(r"[\w-]{43}", re.ASCII)
_CODES = {
    "invalid_client": 7000215,
    "invalid_grant": 70008,
    "invalid_scope": 70011,
    "unsupported_grant_type": 70003,
}


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, for which request. `auth_time` in seconds."""

    person: Person
    omit_wids: bool
    auth_time: int
    asked: Mapping[str, str]


type Mint = Callable[[SignedIn, frozenset[str]], dict[str, Any]]
"""The tokens of somebody who signed in, for scopes: members of the token endpoint's answer."""


class Refused(Exception):
    """An error that goes back to the application by its name."""

    def __init__(self, error: str, description: str, **more: str) -> None:
        super().__init__(error)
        self.parameters = {"error": error, "error_description": description, **more}


class Provider:
    """One application's provider."""

    def __init__(self, client_id: str, people: People, clock: Clock, mint: Mint) -> None:
        self._client_id = client_id
        self._people = people
        self._clock = clock
        self._mint = mint
        self._codes: dict[str, tuple[str, float, SignedIn]] = {}

    def authorize(self, tenant: str, query: str, form: bytes | None) -> Reply:
        """The form; with a form that was sent, the way back to the application."""
        asked = dict(parse_qsl(query, keep_blank_values=True))
        back, hint = asked.get("redirect_uri", ""), asked.get("login_hint")
        if asked.get("client_id") != self._client_id:
            return _page(400, "AADSTS700016: this application is not registered here")
        if not is_registered(back):
            return _page(400, "AADSTS50011: this redirect address is not registered")
        try:
            _check(asked, self._client_id)
            if form is None:
                people = sorted(self._people.all(), key=lambda each: _hint(each) != hint)
                return _html(200, sign_in_page.form(people))
            code = self._code(tenant, asked, form)
        except Refused as refused:
            return _redirect(back, {**refused.parameters, **_state(asked)})
        # Beside them Entra ID sends what nobody asked for.
        more = {"session_state": str(uuid.uuid4()), **_state(asked)}
        return _redirect(back, {"code": code, **more})

    def _code(self, tenant: str, asked: Mapping[str, str], form: bytes) -> str:
        fields = parse_qsl(form.decode(), keep_blank_values=True)
        given = dict(fields)
        if "error" in given:
            description = "AADSTS65004: the user declined"
            raise Refused("access_denied", description, error_subcode="cancel")
        lists = {
            name: [line for field, text in fields if field == name for line in text.split()]
            for name in ("roles", "wids")
        }
        try:
            person = Person(
                given.get("name", "") or "Alex Rivers",
                str(uuid.UUID(given["tenant"])),
                str(uuid.UUID(given["object_id"])) if given.get("object_id") else None,
                **lists,
            )
            age = int(given.get("auth_age") or 0)
        except (KeyError, ValueError) as error:
            raise Refused("invalid_request", f"AADSTS90014: {error}") from error
        self._people.add(person)
        now = self._clock.now().timestamp()
        code = secrets.token_urlsafe(48)
        signed_in = SignedIn(person, given.get("omit_wids") == "true", int(now) - age, asked)
        self._codes[code] = (tenant, now + CODE_SECONDS, signed_in)
        return code

    def token(self, tenant: str, form: bytes) -> Reply:
        """Both tokens for a code, or why not."""
        given = dict(parse_qsl(form.decode(errors="replace"), keep_blank_values=True))
        try:
            return _json(200, self._redeemed(tenant, given))
        except Refused as refused:
            error = refused.parameters["error"]
            body = {**refused.parameters, "error_codes": [_CODES[error]]}
            return _json(401 if error == "invalid_client" else 400, body)

    def _redeemed(self, tenant: str, given: Mapping[str, str]) -> dict[str, Any]:
        secret = given.get("client_secret", "")
        known = hmac.compare_digest(secret.encode(), DEVELOPMENT_SECRET.encode())
        if given.get("client_id") != self._client_id or not known:
            raise Refused("invalid_client", "AADSTS7000215: wrong client or client secret")
        if given.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "AADSTS70003: only codes are redeemed here")
        issued_at, until, signed_in = self._codes.pop(given.get("code", ""), ("", 0.0, None))
        if signed_in is None:
            raise Refused("invalid_grant", "AADSTS54005: no such code, or it was redeemed before")
        if self._clock.now().timestamp() >= until:
            raise Refused("invalid_grant", "AADSTS70008: the code has expired")
        if issued_at != tenant:
            raise Refused("invalid_grant", "AADSTS700005: the code was issued elsewhere")
        if given.get("redirect_uri") != signed_in.asked["redirect_uri"]:
            raise Refused("invalid_grant", "AADSTS500112: another redirect address")
        if _challenge(given.get("code_verifier", "")) != signed_in.asked["code_challenge"]:
            raise Refused("invalid_grant", "AADSTS501481: the verifier fits no challenge")
        granted = frozenset(signed_in.asked["scope"].split())
        scopes = frozenset(given.get("scope", signed_in.asked["scope"]).split())
        if not scopes <= granted | _STANDARD:
            raise Refused("invalid_scope", "AADSTS70011: more than what was signed in for")
        return self._mint(signed_in, scopes)

    def sign_out(self, query: str) -> Reply:
        """On to where the application asks; else a page that says it is done."""
        back = dict(parse_qsl(query)).get("post_logout_redirect_uri", "")
        if not is_registered(back):
            return _html(200, sign_in_page.message("Signed out", "You are signed out here."))
        return Reply(303, {"Location": back})


def is_registered(address: str) -> bool:
    """Whether the application is sent back there."""
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or parts.username)
    return plain and parts.hostname in _LOOPBACK and parts.path in REGISTERED


def _check(asked: Mapping[str, str], client_id: str) -> None:
    """Raises Refused for a request that Entra ID refuses, or that is less safe than ours."""
    scopes = set(asked.get("scope", "").split())
    wrong = {
        "response_type": asked.get("response_type") != "code",
        "response_mode": asked.get("response_mode", "query") != "query",
        "code_challenge_method": asked.get("code_challenge_method") != "S256",
        "code_challenge": not _CHALLENGE.fullmatch(asked.get("code_challenge", "")),
        "scope": "openid" not in scopes,
        "prompt": asked.get("prompt", "login") not in {"login", "select_account"},
        "login_hint": asked.get("prompt") == "select_account" and "login_hint" in asked,
    }
    if named := [name for name, is_wrong in wrong.items() if is_wrong]:
        raise Refused("invalid_request", f"AADSTS900144: {', '.join(named)}")
    if unknown := scopes - _STANDARD - {f"{client_id}/access_as_user"}:
        raise Refused("invalid_scope", f"AADSTS70011: {', '.join(sorted(unknown))}")


def _hint(person: Person) -> str:
    holder = Holder(person.tenant, "", object_id=person.object_id)
    return login_hint(person.tenant, holder.object)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _state(asked: Mapping[str, str]) -> dict[str, str]:
    return {"state": asked["state"]} if "state" in asked else {}


def _redirect(back: str, parameters: Mapping[str, str]) -> Reply:
    return Reply(303, {"Location": f"{back}?{urlencode(parameters)}"})


def _page(status: int, said: str) -> Reply:
    return _html(status, sign_in_page.message("Sorry, but we cannot sign you in", said))


def _html(status: int, text: str) -> Reply:
    return Reply(status, {"Content-Type": "text/html; charset=utf-8"}, text.encode())


def _json(status: int, document: Mapping[str, Any]) -> Reply:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Reply(status, headers, json.dumps(document).encode())
