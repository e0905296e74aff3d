"""Tells what the backend makes of an access token, without showing the token.

    CLIENT_ID=… OPERATOR_TENANT_ID=… TOKEN=… .venv/bin/python -m tools.explain_token

Takes the settings of the deployment by their names (`CLOUD`, `DEVELOPMENT_ISSUER` and so on) and
reads the issuer's keys. Ids, roles and times are shown; names, addresses and the token are not.
Ends with 0 where the token gets in.
"""

import asyncio
import base64
import json
import os
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from shared.auth.fetch import fetch as fetch_over_http
from shared.auth.keys import Fetch
from shared.auth.principal import Principal, principal
from shared.auth.tokens import token_verifier
from shared.clock import Clock, SystemClock
from shared.errors import AppError, Unauthenticated
from shared.settings import Settings

LOOK_AT: Final[Mapping[str, str]] = {
    "header": "Send one JWT of Entra ID as `Authorization: Bearer …`, whole and at most 16 KiB.",
    "key": "See that CLOUD is the cloud that the token is from (iss). Keys are read again after"
    " 5 minutes at the earliest.",
    "issuer": "iss: is CLOUD right, and tid a tenant of it?",
    "audience": "aud must be CLIENT_ID: ask for the scope of this application.",
    "time": "nbf, exp: get a new token, and look at the clock of the caller and of the app.",
    "claim": "The claim that the sentence names must be there as Entra ID sends it.",
    "kind": "ver, scp, idtyp, roles: v2.0 tokens, the permission access_as_user for people, the"
    " optional claim idtyp and a role for applications.",
}
SHOWN: Final = (
    *("ver", "iss", "aud", "tid", "oid", "azp", "iat", "nbf", "exp"),
    *("scp", "idtyp", "roles", "wids", "acct", "idp"),
)
TOLD: Final = ("nonce", "cnf", "aai", "altsecid", "haswids", "xms_act_fct")
"""Only that they are there."""

_TIMES: Final = frozenset({"iat", "nbf", "exp"})
_LONGEST: Final = 400


async def explain(
    token: str, settings: Settings, clock: Clock, fetch: Fetch
) -> tuple[bool, list[str]]:
    """Whether the token gets in, and the lines to print."""
    lines = [f"{name:9} {text}" for name, text in claims(token)]
    try:
        verified = await token_verifier(settings, clock, fetch).verify(f"Bearer {token}")
    except AppError as error:
        lines += [f"Refused: {error.status} {error.code}. {error}"]
        if isinstance(error, Unauthenticated) and error.target:
            lines += [f"Look at: {LOOK_AT[error.target]}"]
        return False, lines
    return True, [*lines, *_caller(principal(verified, settings))]


def claims(token: str) -> Iterator[tuple[str, str]]:
    """What the token says, whoever wrote it."""
    try:
        part = token.split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return
    if not isinstance(told, dict):
        return
    for name in SHOWN:
        yield name, _shown(name, told[name]) if name in told else "-"
    for name in TOLD:
        if name in told:
            yield name, "(is there)"


def _shown(name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    if name in _TIMES and isinstance(value, int) and 0 <= value < 2**33:
        return f"{value} {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
    # ASCII, so that nothing in it speaks to the terminal.
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _caller(caller: Principal) -> Iterator[str]:
    yield f"Gets in: {caller.kind} {caller.object_id} of tenant {caller.tenant_id}."
    roles = [*map(str, sorted(caller.partner_roles | caller.customer_roles))]
    roles += ["OP"] if caller.operator else []
    yield f"Roles, by the letters of the role table: {' '.join(roles) or 'none'}."
    if caller.untold:
        yield f"No customer's role can be told: {caller.untold.en}"


def _settings() -> Settings:
    """Those of the environment that tokens depend on; the others have values that do nothing."""
    unused = {
        "PUBLIC_BASE_URL": "https://unused.invalid",
        "SWEEP_SCHEDULE": "-",
        "OPERATOR_TENANT_ID": "00000000-0000-0000-0000-000000000000",
    }
    given = {name: text for name, text in os.environ.items() if text}
    return Settings.model_validate(unused | given)


def main() -> int:
    """Explain the token in TOKEN, or on standard input."""
    token = (os.environ.get("TOKEN") or sys.stdin.read()).strip().removeprefix("Bearer ")
    gets_in, lines = asyncio.run(explain(token, _settings(), SystemClock(), fetch_over_http))
    print("\n".join(lines))
    return 0 if gets_in else 1


if __name__ == "__main__":
    sys.exit(main())
