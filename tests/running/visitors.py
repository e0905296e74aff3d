"""People with a browser, at the pages of an app in this process."""

import json
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from devhost.routes import RouteTable, parse
from functions.pages.area import Area
from shared.auth.claims import Claims, VerifiedClaims
from shared.auth.principal import principal
from shared.http.host import response
from shared.http.messages import Incoming, Outgoing
from shared.web.engine.page import Page
from shared.web.engine.serving import sealer_of, serve
from shared.web.session import COOKIE, Session, session_cookie
from tests.pages.documents import problems
from tests.running.app import SETTINGS, LocalApp
from tools.routes_document import areas

KEY = b64encode(b"k" * 32).decode()
SET_UP = SETTINGS.model_copy(update={"session_keys_text": KEY, "sign_in_secret": "a secret"})
HEAVIEST = 45 * 1024
ORIGIN = SETTINGS.public_base_url


@cache
def pages() -> Mapping[str, Page]:
    """Every record of a page by its name."""
    found = [area for area in areas().values() if isinstance(area, Area)]
    return {page.name: page for area in found for page in area.pages.values()}


@cache
def _routes() -> RouteTable:
    return RouteTable(
        parse(name, "", page.route, list(page.methods)) for name, page in pages().items()
    )


@dataclass(frozen=True)
class Seen:
    """A page as it came."""

    outgoing: Outgoing

    @property
    def status(self) -> int:
        return self.outgoing.status

    @property
    def headers(self) -> Mapping[str, str]:
        return dict(response(self.outgoing).headers.items())

    @property
    def html(self) -> str:
        return self.outgoing.body.decode()

    @property
    def words(self) -> str:
        """What is read, in one line."""
        return " ".join(_Text(self.html).words.split())

    @property
    def fields(self) -> dict[str, str]:
        """The inputs of the form in the page's content, with what is in them."""
        return _Text(self.html).fields

    @property
    def steps(self) -> list[str]:
        """What its buttons ask for."""
        return re.findall(r'name="step" value="(\w+)"', self.html)


class _Text(HTMLParser):
    def __init__(self, document: str) -> None:
        super().__init__()
        self.words = ""
        self.fields: dict[str, str] = {}
        self._main = False
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._main = self._main or tag == "main"
        if self._main and tag in {"input", "textarea"} and given.get("name"):
            ticked = given.get("type") not in {"checkbox", "radio"} or "checked" in given
            if ticked:
                self.fields[str(given["name"])] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._main = self._main and tag != "main"

    def handle_data(self, data: str) -> None:
        self.words += data


@dataclass
class Visitor:
    """Somebody at the pages; `claims` are those of the token that sign-in got, None: nobody.

    `signed_in`: when, by the issuer; by default just now.
    """

    local: LocalApp
    claims: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    signed_in: datetime | None = None
    told_when: bool = True

    def session(self) -> Session | None:
        if self.claims is None:
            return None
        claims = VerifiedClaims(Claims.model_validate_json(json.dumps(self.claims)))
        known = principal(claims, self.local.services.settings)
        now = self.local.clock.now()
        auth_time = (self.signed_in or now - timedelta(seconds=5)) if self.told_when else None
        return Session(known, "Min-jun Kim", None, auth_time, now)

    async def get(self, url: str, **headers: str) -> Seen:
        return await self.ask("GET", url, headers)

    async def post(self, url: str, fields: Any, **headers: str) -> Seen:
        """Sends a form as browsers do; a header of None is left out."""
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        sent = {
            "origin": ORIGIN,
            "sec-fetch-site": "same-origin",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        kept = {name: value for name, value in sent.items() if value is not None}
        return await self.ask("POST", url, kept, body)

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Seen:
        seen = Seen(await self._prepared(method, url, headers, body)())
        if seen.headers.get("Content-Type", "").startswith("text/html"):
            assert problems(seen.html) == []
            assert len(seen.outgoing.body) < HEAVIEST
        return seen

    async def prepared(self, url: str) -> tuple[Seen, Callable[[], Awaitable[Outgoing]]]:
        """A page as it is now, and what asks for it again and looks at nothing."""
        return await self.get(url), self._prepared("GET", url, {}, b"")

    def _prepared(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Callable[[], Awaitable[Outgoing]]:
        split = urlsplit(url)
        found = _routes().match(method, split.path)
        assert found, url
        incoming = Incoming(
            headers={**self.headers, **self._cookie(), **headers},
            path=found[1],
            query=dict(parse_qsl(split.query, keep_blank_values=True)),
            body=body,
        )
        page = pages()[found[0]]
        return lambda: serve(page, method, incoming, lambda: self.local.app)

    def _cookie(self) -> dict[str, str]:
        session, sealer = self.session(), sealer_of(self.local.app)
        if session is None or sealer is None:
            return {}
        cookie = session_cookie(session, sealer, self.local.clock.now(), 1800)
        return {"cookie": f"{COOKIE}={cookie.value}"}
