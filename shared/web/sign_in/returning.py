"""Where a person goes on after signing in: a page of ours, whatever an address asks for."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

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
