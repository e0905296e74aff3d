"""Media types: what a header or an event says that its data are."""

import re
from typing import Final

_JSON: Final = re.compile(r"[\w!#$&^.+-]+/(?:[\w!#$&^.-]+\+)?json", re.ASCII)
_CHANGES: Final = frozenset({"application/merge-patch+json", "application/json-patch+json"})
"""What is JSON and says to change something."""


def media_type(said: str) -> tuple[str, str]:
    """The type and its charset in lower case, each "" where it is not said."""
    kind, *parameters = (part.strip().lower() for part in said.split(";"))
    named = (each.partition("=") for each in parameters)
    charsets = [value.strip().strip('"') for name, _, value in named if name.strip() == "charset"]
    return kind, next(iter(charsets), "")


def is_json(said: str) -> bool:
    """Whether it is JSON by any name: `*/json` and `*/*+json`."""
    return bool(_JSON.fullmatch(media_type(said)[0]))


def changes(kind: str) -> bool:
    """Whether it is a patch, which means something else than the document that it looks like."""
    return kind in _CHANGES
