"""The cookies of a request."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

_BETWEEN: Final = re.compile(r"[;,]")
"""Browsers part cookies by semicolons; the host joins two `Cookie` headers by a comma."""


def read_cookies(header: str | None) -> Mapping[str, str]:
    """The cookies of a `Cookie` header by name.

    Of a name that comes twice none counts: nobody could tell which of them is ours.
    """
    parts = (part.strip().partition("=") for part in _BETWEEN.split(header or ""))
    pairs = [(name.strip(), value.strip()) for name, equals, value in parts if equals]
    times = Counter(name for name, _ in pairs)
    return {name: value for name, value in pairs if times[name] == 1}
