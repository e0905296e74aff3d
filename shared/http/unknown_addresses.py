"""The answer to an address, or a method of one, that no function takes.

    /api/…      404, or 405 with `Allow`, as an `{error}`: whoever writes a client reads it
    /admin…     404 and nothing: the host's own, which answers there itself where it answers
    elsewhere   404, as a page for whoever asks for one by name

Made once of what is known at a start: no token, no storage, no template. Scanners ask most.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from shared.errors import AppError, NotFound
from shared.http.messages import Outgoing
from shared.http.negotiation import preferred
from shared.http.request_errors import MethodNotAllowed
from shared.wording import Locale, Words

_API: Final = re.compile(r"api(?:/.*)?", re.IGNORECASE | re.DOTALL)
_HOST: Final = re.compile(r"(?:admin|runtime).*", re.IGNORECASE | re.DOTALL)
_PARAMETER: Final = re.compile(r"\{\w+\}", re.ASCII)

_TITLE: Final = Words("Page not found", "페이지를 찾을 수 없음")
_SAID: Final = Words(
    "There is no page at this address. Check the link that brought you here.",
    "이 주소에는 페이지가 없습니다. 사용한 링크를 확인하십시오.",
)
_PAGE: Final = (
    '<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<title>{title}</title>\n<link rel="icon" href="data:,">\n</head>\n'
    "<body>\n<main>\n<h1>{title}</h1>\n<p>{said}</p>\n</main>\n</body>\n</html>\n"
)
_LOCALES: Final[tuple[Locale, ...]] = ("en", "ko")


def _document(error: AppError, locale: Locale) -> bytes:
    shown = {"error": {"code": error.code, "message": error.words.said(locale)}}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _page(locale: Locale) -> bytes:
    title, said = _TITLE.said(locale), _SAID.said(locale)
    return _PAGE.format(lang=locale, title=title, said=said).encode()


_ERRORS: Final = {
    (error.status, locale): (error.code, _document(error, locale))
    for error in (NotFound(), MethodNotAllowed())
    for locale in _LOCALES
}
_PAGES: Final = {locale: _page(locale) for locale in _LOCALES}

_FOR_NOBODY: Final = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}


class Addresses:
    """What the API's functions take, and the answer to whatever they do not."""

    def __init__(self, routes: Iterable[tuple[str, str]]) -> None:
        """Method and route of each."""
        methods: dict[str, list[str]] = {}
        for method, route in routes:
            methods.setdefault(route, []).append(method)
        self._routes = [
            (_taken(route), ", ".join(sorted(allowed))) for route, allowed in methods.items()
        ]

    def answer(self, path: str, method: str, headers: Mapping[str, str]) -> Outgoing:
        """The answer to a request for `path`, which does not begin with a slash."""
        locale = preferred(headers.get("accept-language"))
        if _API.fullmatch(path):
            allow = self._allow(path)
            if allow and method.upper() not in allow.split(", "):
                return _error(MethodNotAllowed.status, locale, {"Allow": allow})
            return _error(NotFound.status, locale, {})
        if _HOST.fullmatch(path) or not _wants_page(headers.get("accept", "")):
            return Outgoing(NotFound.status, _FOR_NOBODY, b"")
        kind = {"Content-Type": "text/html; charset=utf-8", "Content-Language": locale}
        return Outgoing(NotFound.status, {**_FOR_NOBODY, **kind}, _PAGES[locale])

    def _allow(self, path: str) -> str:
        """The methods that the address has; none where there is no such address."""
        asked = path.removesuffix("/")
        return next((allow for route, allow in self._routes if route.fullmatch(asked)), "")


def _taken(route: str) -> re.Pattern[str]:
    """The paths of a route, as the host matches them: letters of either case, no empty part."""
    literals = map(re.escape, _PARAMETER.split(route))
    return re.compile("[^/]+".join(literals), re.IGNORECASE | re.ASCII)


def _wants_page(accept: str) -> bool:
    """Whether HTML is asked for by its name: a program that takes anything wants none."""
    ranges = (each.partition(";")[0].strip().lower() for each in accept.split(","))
    return "text/html" in ranges


def _error(status: int, locale: Locale, headers: Mapping[str, str]) -> Outgoing:
    code, body = _ERRORS[status, locale]
    kind = {"Content-Type": "application/json; charset=utf-8", "x-ms-error-code": code}
    return Outgoing(status, {**_FOR_NOBODY, **kind, **headers}, body)
