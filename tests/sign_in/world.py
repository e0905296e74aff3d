"""The app in this process, the development issuer beside it, and browsers that sign in between."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from joserfc.jwk import RSAKey

from devhost.clock import SystemClock
from devhost.issuer import Issuer
from devhost.openid import DEVELOPMENT_SECRET
from devhost.token_keys import new_key
from shared.auth.id_tokens import IdTokenVerifier
from shared.auth.tokens import token_verifier
from shared.http.messages import Cookie, Incoming, Outgoing
from shared.http.pipeline import App
from shared.web.application import SignIn, Web
from shared.web.sealing import Sealer
from shared.web.session import COOKIE, Session, read_session
from shared.web.sign_in.addresses import addresses
from shared.web.sign_in.credentials import credential
from shared.web.sign_in.returning import page_paths
from shared.web.sign_in.serving import STEPS, serve
from tests.running.app import SETTINGS, LocalApp, Time

ISSUER = "http://127.0.0.1:7072"
PUBLIC = "http://127.0.0.1:7071"
HOST = "127.0.0.1:7071"
KEY = bytes(range(32))
PAGES = ("{ignored:maxlength(0)?}", "relationships", "invitations/{customerId}/{invitationId}")
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
AGENCY = "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44"
OTHER = "11111111-2222-4333-8444-555555555555"


@cache
def _first_key() -> RSAKey:
    """Made once: it takes longer than a sign-in."""
    return new_key()


class QuickIssuer(Issuer):
    """Begins with the key that every other one begins with."""

    def roll_over(self) -> None:
        if self._keys:
            super().roll_over()
        else:
            self._keys.insert(0, _first_key())


class IssuersClock(SystemClock):
    """The app's."""

    def __init__(self, time: Time) -> None:
        self._time = time

    def now(self):
        return self._time.now()


class World:
    """One deployment. `sent` are the forms that the app posted to the issuer."""

    def __init__(self, **settings: Any) -> None:
        local = SETTINGS.model_copy(
            update={
                "public_base_url": PUBLIC,
                "azure_functions_environment": "Development",
                "development_issuer": ISSUER,
                "sign_in_secret": DEVELOPMENT_SECRET,
                **settings,
            }
        )
        self.local = LocalApp(local)
        self.clock = self.local.clock
        self.issuer = QuickIssuer(ISSUER, audience=local.client_id, clock=IssuersClock(self.clock))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.issuer), base_url=ISSUER)
        self.sent: list[tuple[str, Mapping[str, str]]] = []
        verifier = token_verifier(local, self.clock, self.fetch)
        self.sealer = Sealer([KEY], self.clock)
        asks = credential(local)
        assert asks
        self.sign_in = SignIn(
            sealer=self.sealer,
            addresses=addresses(local),
            credential=asks,
            post=self.post,
            id_tokens=IdTokenVerifier(verifier.signed),
            random=Random(11),
        )
        app = App(self.local.services, verifier)
        self.web = Web(app, self.sign_in, page_paths(PAGES))

    async def fetch(self, url: str) -> bytes:
        return (await self.http.get(url)).content

    async def post(self, url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        self.sent.append((url, fields))
        answer = await self.http.post(url, data=dict(fields))
        return answer.status_code, answer.content

    def browser(self) -> "Browser":
        return Browser(self)


@dataclass
class Browser:
    """Keeps cookies as browsers do, and goes where it is sent."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    set_last: tuple[Cookie, ...] = ()

    async def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> Outgoing:
        split = urlsplit(url)
        (name,) = (
            name
            for name, each in STEPS.items()
            if f"/{each.route}" == split.path and method in each.methods
        )
        kept = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        given = {"host": HOST, "cookie": kept, "accept-language": "en", **headers}
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        incoming = Incoming(given, {}, query, body)
        answer = await serve(name, incoming, self.world.web)
        self.set_last = answer.cookies
        for cookie in answer.cookies:
            self.cookies.pop(cookie.name, None)
            if cookie.max_age != 0:
                self.cookies[cookie.name] = cookie.value
        return answer

    async def start(self, returns_to: str = "/", *, anew: bool = False, **headers: str) -> str:
        """Begins to sign in; where at the issuer."""
        query = {"return": returns_to} | ({"prompt": "login"} if anew else {})
        answer = await self.ask("GET", f"/signin?{urlencode(query)}", **headers)
        assert answer.status == 303, answer.body
        return answer.headers["Location"]

    async def at_issuer(self, location: str, **form: Any) -> str:
        """Says who signs in; where the issuer sends the browser then."""
        person = {"tenant": AGENCY, "wids": GLOBAL_ADMINISTRATOR, **form}
        answer = await self.world.http.post(location, data=person)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def sign_in(self, returns_to: str = "/", *, anew: bool = False, **form: Any) -> Outgoing:
        """All of it; the callback's answer."""
        back = await self.at_issuer(await self.start(returns_to, anew=anew), **form)
        return await self.ask("GET", back)

    @property
    def session(self) -> Session | None:
        return read_session(self.cookies, self.world.sealer, self.world.clock.now())

    @property
    def attempts(self) -> list[str]:
        return [name for name in self.cookies if name != COOKIE]


def changed(url: str, **parameters: str | None) -> str:
    """`url` with other parameters; one of None is left out."""
    split = urlsplit(url)
    query = {**dict(parse_qsl(split.query)), **parameters}
    kept = {name: text for name, text in query.items() if text is not None}
    return split._replace(query=urlencode(kept)).geturl()


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def forged(world: World, tokens: Mapping[str, str], status: int = 200):
    """Lets the issuer answer every code with these."""

    async def post(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        return status, json.dumps(tokens).encode()

    object.__setattr__(world.sign_in, "post", post)
