"""The one style sheet of all pages: Pico's classless one, and what it has not.

Compressed once a process, under an address that names its content, so a browser keeps it for good.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from shared.http.fixed_bodies import FixedBody
from shared.http.messages import Outgoing
from shared.web.documentation import GUARDED

_STATIC: Final = Path(__file__).parent / "static"
SHEETS: Final = (_STATIC / "pico" / "pico.classless.min.css", _STATIC / "pages.css")
NAME: Final = "pages.css"


def address() -> str:
    """Where it is, from the root."""
    return f"/style/{fingerprint()}/{NAME}"


def answer(version: str, name: str, accept_encoding: str | None) -> Outgoing:
    """The sheet; 404 for any other name, and for the path of another version."""
    if name != NAME or version != fingerprint():
        return Outgoing(404, GUARDED, b"")
    told, body = _fixed().sent(accept_encoding)
    headers = {
        **GUARDED,
        "Content-Type": "text/css; charset=utf-8",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        **told,
    }
    return Outgoing(200, headers, body)


@cache
def fingerprint() -> str:
    """Changes with the content."""
    return hashlib.sha256(sheet()).hexdigest()[:16]


@cache
def sheet() -> bytes:
    """As it is written."""
    return b"\n".join(each.read_bytes() for each in SHEETS)


@cache
def _fixed() -> FixedBody:
    return FixedBody.of(sheet())
