"""Where a person goes on after signing in: a page of ours, whatever an address asks for."""

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import urlencode

from shared.web.engine.page import ROOT

HOME: Final = "/"
_ADDRESS: Final = re.compile(
    r"(?P<path>/(?:[\w-][\w.-]*(?:/[\w-][\w.-]*)*)?)(?:\?[\w.~=&%+:/-]*)?", re.ASCII
)
_LONGEST: Final = 1024

type IsPage = Callable[[str], bool]
"""Whether a path is that of a page."""


def return_address(given: str, is_page: IsPage) -> str:
    """`given` where it is a page's address, else the first page.

    Only what begins with one slash and goes on in plain characters is looked at: what a browser
    would read as another host, or resolve to another path, is none.
    """
    match = _ADDRESS.fullmatch(given) if len(given) <= _LONGEST else None
    return given if match and is_page(match["path"]) else HOME


def sign_in_address(returns_to: str, *, stepping_up: bool = False) -> str:
    """Where signing in begins; stepping up asks for the credentials of whoever is signed in."""
    again = {"prompt": "login"} if stepping_up else {}
    return f"/signin?{urlencode({'return': returns_to, **again}, safe='/')}"


def page_paths(routes: Iterable[str]) -> IsPage:
    """By the routes of pages, as the host reads them: letters of either case, no empty part."""
    paths = [_path(route) for route in routes]
    return lambda path: any(each.fullmatch(path) for each in paths)


def _path(route: str) -> re.Pattern[str]:
    if route == ROOT:
        return re.compile("/")
    parts = (r"[^/]+" if part.startswith("{") else re.escape(part) for part in route.split("/"))
    return re.compile("".join(f"/{part}" for part in parts), re.ASCII | re.IGNORECASE)
