"""Names of hosts in running text: what mail programs make a link of, though nothing follows it.

The top-level domains are those that IANA has assigned, in ASCII letters; others never are a host.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "top-level-domains.txt"
_HOST: Final = re.compile(
    r"(?<![a-z0-9@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?P<top>[a-z]{2,63}|xn--[a-z0-9-]+)(?![a-z0-9@-]|\.[a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
"""Not one behind an @: a mailbox is no place to go to. Korean words may stand on either side."""


def names_host(text: str) -> bool:
    """Whether a host is named, in letters of one case: `Inc.Next` is the end of a sentence."""
    return any(_is_host(found[0], found["top"].lower()) for found in _HOST.finditer(text))


def _is_host(name: str, top: str) -> bool:
    if top.startswith("xn--"):
        return True
    last = name[-len(top) :]
    return top in _assigned() and (last.islower() or name.isupper())


@cache
def _assigned() -> frozenset[str]:
    return frozenset(_DATA.read_text(encoding="ascii").split())
