"""How much of a limit is left to a caller, and the headers that tell it before it bites.

`RateLimit-Policy` and `RateLimit` of the IETF's draft-ietf-httpapi-ratelimit-headers: lists of
named policies, with quota and window, and with what is left and the seconds until all is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """Of `quota` units in `window` seconds `left` ones; after `reset` seconds all of them again."""

    name: str
    quota: int
    window: int
    left: int
    reset: int


def rate_limit_headers(allowances: Iterable[Allowance]) -> dict[str, str]:
    """The headers of an answer that these limits were looked at for; none for none."""
    told = tuple(allowances)
    if not told:
        return {}
    policies = (f'"{each.name}";q={each.quota};w={each.window}' for each in told)
    rests = (f'"{each.name}";r={each.left};t={each.reset}' for each in told)
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(rests)}
