"""Which media type, coding and language a caller gets (RFC 9110, 12.5.1, 12.5.3 and 12.5.4)."""

import re
from collections.abc import Sequence
from typing import Final

from shared.http.request_errors import NotAcceptable
from shared.text.languages import TAG, language
from shared.wording import Locale

# Lenient where clients in the field are wrong: Java's own sends `*; q=.2`.
_RANGE: Final = re.compile(r"\*|\*/\*|[\w!#$&^.+-]+/(?:\*|[\w!#$&^.+-]+)", re.ASCII)
_CODING: Final = re.compile(r"\*|[\w!#$&^.+-]+", re.ASCII)
_WEIGHT: Final = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?|\.\d{1,3})", re.IGNORECASE)
_LANGUAGE: Final = re.compile(
    rf"\s*(?P<tag>\*|{TAG})\s*"
    r"(?:;\s*[Qq]\s*=\s*(?P<q>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)


def negotiated(offered: Sequence[str], accept: str | None) -> str:
    """The type that the header `Accept` ranks highest; of equals, the first that is offered.

    Without the header, or with an empty one, the first; "" where nothing is offered. Parameters
    of media types count for nothing. Raises NotAcceptable when none fits.
    """
    if not offered or not (accept or "").strip():
        return next(iter(offered), "")
    weights = _weights(accept or "", _RANGE)
    ranked = {media_type: _weight(weights, media_type) for media_type in offered}
    best = max(offered, key=lambda media_type: ranked[media_type])
    if ranked[best] <= 0:
        raise NotAcceptable(offered)
    return best


def takes_gzip(accept_encoding: str | None) -> bool:
    """Whether the caller takes a body that is compressed so: it must say it."""
    weights = _weights(accept_encoding or "", _CODING)
    named = (weights[each] for each in ("gzip", "x-gzip", "*") if each in weights)
    return next(named, 0.0) > 0


def _weights(header: str, pattern: re.Pattern[str]) -> dict[str, float]:
    """By name; one that cannot be read counts for nothing, of repeated ones the highest."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        named, *parameters = (piece.strip() for piece in part.split(";"))
        weights = [each for each in parameters if each.partition("=")[0].strip() == "q"]
        read = [_WEIGHT.fullmatch(each) for each in weights]
        if not pattern.fullmatch(named) or None in read:
            continue
        weight = min((float(each[1]) for each in read if each), default=1.0)
        named = "*" if named == "*/*" else named
        found[named] = max(weight, found.get(named, 0.0))
    return found


def _weight(weights: dict[str, float], media_type: str) -> float:
    """That of the most specific range which holds the type."""
    group = media_type.partition("/")[0]
    for media_range in (media_type, f"{group}/*", "*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


def preferred(accept_language: str | None) -> Locale:
    """`ko` when it is ranked above `en`, else `en`; what cannot be read counts for nothing."""
    ranked: dict[str, float] = {}
    for part in (accept_language or "").split(","):
        if match := _LANGUAGE.fullmatch(part):
            tag = language(match["tag"])
            ranked[tag] = max(float(match["q"] or 1), ranked.get(tag, 0.0))
    others = ranked.get("*", 0.0)
    return "ko" if ranked.get("ko", others) > ranked.get("en", others) else "en"
