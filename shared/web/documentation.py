"""The page that shows the API's description: Swagger UI, served from the package.

Nothing is fetched from elsewhere. Files are under a path that names their content, so they may be
kept for good; the page itself is asked for each time.
"""

import hashlib
import html
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from shared.wording import Locale, Words

if TYPE_CHECKING:
    from shared.http.fixed_bodies import FixedBody

_STATIC: Final = Path(__file__).parent / "static"
_SWAGGER_UI: Final = _STATIC / "swagger-ui"
_FILES: Final[Mapping[str, tuple[Path, str]]] = {
    "docs.css": (_STATIC, "text/css; charset=utf-8"),
    "docs.js": (_STATIC, "text/javascript; charset=utf-8"),
    "swagger-ui-bundle.js": (_SWAGGER_UI, "text/javascript; charset=utf-8"),
    "swagger-ui-bundle.js.LICENSE.txt": (_SWAGGER_UI, "text/plain; charset=utf-8"),
    "swagger-ui.css": (_SWAGGER_UI, "text/css; charset=utf-8"),
}

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; "  # Swagger UI's icons are in its style sheet
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

GUARDED: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


_TITLE: Final = Words("CSP multi-partner backend: API", "CSP 다중 파트너 백엔드: API")
_NO_SCRIPT: Final = Words(
    "This page needs JavaScript. The description itself:",
    "이 페이지에는 JavaScript가 필요합니다. 설명 자체:",
)


@dataclass(frozen=True, slots=True)
class File:
    """What is sent: 200 with these."""

    headers: Mapping[str, str]
    body: bytes


def language(query: Mapping[str, str], headers: Mapping[str, str]) -> Locale:
    """The one in the query; else as pages have it."""
    asked = query.get("language")
    if asked == "en" or asked == "ko":  # noqa: PLR1714 - what the type checker understands
        return asked
    # Not for a start, which tells the host of this page and reads no language.
    from shared.web.cookies import read_cookies  # noqa: PLC0415 - see above
    from shared.web.engine import preferences  # noqa: PLC0415 - see above

    kept = preferences.read(read_cookies(headers.get("cookie")), headers.get("accept-language"))
    return kept.locale


def page(development_issuer: str | None, operator_tenant_id: str, locale: Locale) -> File:
    """The page; where a development issuer is trusted, with a word on how to get a token."""
    told = ""
    if development_issuer:
        told = _text(f"token.{locale}.html").format(
            issuer=html.escape(development_issuer), operator=html.escape(operator_tenant_id)
        )
    text = _text("docs.html").format(
        files=f"/docs/{fingerprint()}",
        help=told,
        locale=locale,
        title=_TITLE.said(locale),
        no_script=_NO_SCRIPT.said(locale),
    )
    headers = {"Content-Language": locale, "Vary": "Accept-Language, Cookie"}
    kind = "text/html; charset=utf-8"
    body = text.encode()  # With its exact length, which the host does not add.
    sent = {"Content-Type": kind, "Cache-Control": "no-cache", "Content-Length": str(len(body))}
    return File({**GUARDED, **headers, **sent}, body)


def file(version: str, name: str, accept_encoding: str | None) -> File | None:
    """A file of the page. None where there is none, also under another version's path."""
    if name not in _FILES or version != fingerprint():
        return None
    kind = _FILES[name][1]
    kept = {"Content-Type": kind, "Cache-Control": "public, max-age=31536000, immutable"}
    told, body = _fixed(name).sent(accept_encoding)
    return File({**GUARDED, **kept, "Vary": "Accept-Encoding", **told}, body)


@cache
def fingerprint() -> str:
    """Changes with any file."""
    digest = hashlib.sha256(b"".join(map(_content, sorted(_FILES))))
    return digest.hexdigest()[:16]


@cache
def _fixed(name: str) -> "FixedBody":
    from shared.http.fixed_bodies import FixedBody  # noqa: PLC0415 - not for a start either

    return FixedBody.of(_content(name))


@cache
def _content(name: str) -> bytes:
    return (_FILES[name][0] / name).read_bytes()


@cache
def _text(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")
