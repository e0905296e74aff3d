"""From a code to the two tokens that the issuer gives for it, once."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.auth.keys import FetchFailed
from shared.web.sign_in.addresses import Addresses
from shared.web.sign_in.attempts import Attempt
from shared.web.sign_in.credentials import Credential, CredentialFailed

type Post = Callable[[str, Mapping[str, str]], Awaitable[tuple[int, bytes]]]
"""POST a form to a URL, answer status and body. Raises FetchFailed."""

_CODES: Final = re.compile(r"AADSTS\d{4,8}", re.ASCII)
_ERROR: Final = re.compile(r"[a-z_]{1,40}", re.ASCII)


class Tokens(BaseModel):
    """What the issuer gave; nothing of it is verified yet."""

    model_config = ConfigDict(frozen=True, strict=True)

    id_token: str
    access_token: str


@dataclass(frozen=True, slots=True)
class IssuerError:
    """The issuer's refusal: `error` by its name, `subcode` likewise, `codes` for the log alone."""

    error: str
    subcode: str = ""
    codes: tuple[str, ...] = ()


class IssuerDown(Exception):
    """Whether the code is good cannot be known just now; the text says why."""


def issuer_error(given: Mapping[str, str]) -> IssuerError:
    """The refusal in parameters of an answer. Of its description only the codes are read."""
    error, subcode = given.get("error", ""), given.get("error_subcode", "")
    codes = tuple(dict.fromkeys(_CODES.findall(given.get("error_description", "")[:4000])))
    return IssuerError(_named(error), _named(subcode), codes)


async def redeemed(
    code: str, attempt: Attempt, addresses: Addresses, credential: Credential, post: Post
) -> Tokens | IssuerError:
    """The tokens for `code`, which is thereby spent. Raises IssuerDown."""
    try:
        fields = {
            "client_id": addresses.client_id,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": addresses.callback,
            "code_verifier": attempt.verifier,
            "scope": addresses.scope,
            **await credential(),
        }
        status, body = await post(addresses.token, fields)
    except (CredentialFailed, FetchFailed) as error:
        raise IssuerDown(str(error)) from error
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise IssuerDown(f"status {status}")
    if status != HTTPStatus.OK:
        return _refusal(body)
    try:
        return Tokens.model_validate_json(body)
    except ValidationError:
        raise IssuerDown("not a token response") from None


class _Refusal(BaseModel):
    error: str
    error_description: str = ""


def _refusal(body: bytes) -> IssuerError:
    try:
        return issuer_error(_Refusal.model_validate_json(body).model_dump())
    except ValidationError:
        raise IssuerDown("no error in a refusal") from None


def _named(text: str) -> str:
    """An error's name as specifications spell it; anything else is not repeated anywhere."""
    return text if not text or _ERROR.fullmatch(text) else "unknown"
