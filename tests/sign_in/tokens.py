"""Tokens that the issuer never gives for an attempt, signed by its own key."""

import json
from typing import Any

from tests.sign_in.world import AGENCY, Browser, World, parameters


async def tokens_of(world: World, browser: Browser, **form: Any) -> dict[str, str]:
    """What the issuer gives for a sign-in."""
    given: dict[str, str] = {}
    post = world.sign_in.post

    async def seen(url: str, fields: Any) -> tuple[int, bytes]:
        status, body = await post(url, fields)
        given.update(json.loads(body))
        return status, body

    object.__setattr__(world.sign_in, "post", seen)
    await browser.sign_in(**form)
    object.__setattr__(world.sign_in, "post", post)
    return given


def minted(world: World, location: str, **changes: Any) -> dict[str, str]:
    """Both tokens for the attempt at `location`, with other claims: `id_` and `access_`."""
    issuer, nonce = world.issuer, parameters(location)["nonce"]
    oid = "10000000-0000-4000-8000-00000000000f"
    now = int(world.clock.now().timestamp())
    ident = {
        "ver": "2.0",
        "iss": issuer.url(AGENCY),
        "aud": issuer.audience,
        "tid": AGENCY,
        "oid": oid,
        "sub": "s",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "nonce": nonce,
        "auth_time": now,
    }
    access = {name: ident[name] for name in ("ver", "iss", "aud", "tid", "oid", "nbf", "exp")}
    access |= {"scp": "access_as_user", "acct": 0, "wids": []}
    for name, value in changes.items():
        kind, _, claim = name.partition("_")
        (ident if kind == "id" else access)[claim] = value
    return {
        "id_token": issuer.sign({n: v for n, v in ident.items() if v is not None}),
        "access_token": issuer.sign({n: v for n, v in access.items() if v is not None}),
    }
