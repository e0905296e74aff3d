"""What is the same on every page: its headers, who is signed in, and how to choose another look."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from shared.http.messages import Cookie, Outgoing
from shared.settings import Settings
from shared.web import style
from shared.web.engine.preferences import LANGUAGES, ZONES, Preferences
from shared.web.engine.rendering import render
from shared.web.session import Session

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Under `no-referrer` browsers would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}


REFRESH_SECONDS: Final = 10
"""After which a page that follows something is asked for again."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page's content.

    `address`: of the page, with what its query says. `sign_out`: the token of that form.
    """

    settings: Settings
    preferences: Preferences
    address: str
    session: Session | None = None
    sign_out: str = ""


def page(
    frame: Frame, status: int, template: str, title: str, shown: Mapping[str, object]
) -> Outgoing:
    """A page; `title` is a text of the catalog."""
    known = {
        "title": title,
        "status": status,
        "address": frame.address,
        "kept": parse_qsl(urlsplit(frame.address).query),
        "public_address": frame.settings.public_base_url + frame.address,
        "person": frame.session,
        "languages": LANGUAGES,
        "zones": ZONES,
        "zone": frame.preferences.zone,
        "support": frame.settings.support_contact,
        "style": style.address(),
        "refresh_seconds": REFRESH_SECONDS,
        "agreement": frame.settings.customer_agreement_url,
        "sign_out": frame.sign_out,
        "sign_in": sign_in(frame.address),
        "sign_in_again": sign_in(frame.address, anew=True),
        "other_account": sign_in(frame.address),
    }
    text = render(template, frame.preferences.locale, {**known, **shown})
    headers = {
        **HEADERS,
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": frame.preferences.locale,
    }
    return Outgoing(status, headers, text.encode())


def refreshing(answer: Outgoing) -> Outgoing:
    """The page, which a browser asks for again by itself; its words say how to stop that."""
    return replace(answer, headers={**answer.headers, "Refresh": str(REFRESH_SECONDS)})


def asks_again(answer: Outgoing) -> bool:
    """Whether a browser asks for it again by itself."""
    return "Refresh" in answer.headers


def elsewhere(address: str, cookies: tuple[Cookie, ...] = ()) -> Outgoing:
    """Leads a browser to another address of this site, with a GET."""
    return Outgoing(HTTPStatus.SEE_OTHER, {**HEADERS, "Location": address}, b"", cookies)


def sign_in(address: str, *, anew: bool = False) -> str:
    """The link that signs in and comes back; `anew`: with the credentials once more."""
    query = {"return": address} | ({"prompt": "login"} if anew else {})
    return f"/signin?{urlencode(query)}"


def link(address: str, query: Mapping[str, str]) -> str:
    """An address of this site in ASCII; `address` may hold anything that a path can."""
    path = quote(address, safe="/")
    return f"{path}?{urlencode(query)}" if query else path
