"""Which of our languages a caller prefers (RFC 9110, 12.5.4)."""

import re

from shared.wording import Locale

_RANGE = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*"
    r"(?:;\s*[Qq]\s*=\s*(?P<q>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)


def preferred(accept_language: str | None) -> Locale:
    """`ko` when it is ranked above `en`, else `en`; what cannot be read counts for nothing."""
    ranked: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        if match := _RANGE.fullmatch(part):
            language = match["tag"].lower().partition("-")[0]
            weight = float(match["q"] or 1)
            ranked[language] = max(weight, ranked.get(language, 0.0))
    others = ranked.get("*", 0.0)
    return "ko" if ranked.get("ko", others) > ranked.get("en", others) else "en"
