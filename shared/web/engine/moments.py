"""Times as pages say them: in UTC, and in the zone that the person chose beside it."""

from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location, get_timezone_name
from markupsafe import Markup

from shared.wording import Locale

_MINUTE: Final = "%Y-%m-%d %H:%M"


def moment(said: str, locale: Locale, zone: str) -> Markup:
    """An RFC 3339 time as `2026-12-31 23:59 UTC`, marked up as a time."""
    at = datetime.fromisoformat(said)
    utc = at.astimezone(ZoneInfo("UTC"))
    shown = f"{utc:{_MINUTE}} UTC"
    if zone != "UTC":
        there = at.astimezone(ZoneInfo(zone))
        shown += f" ({there:{_MINUTE}} {get_timezone_name(there, 'short', locale=locale)})"
    return Markup('<time datetime="{}">{}</time>').format(f"{utc:%Y-%m-%dT%H:%M:%SZ}", shown)


@cache
def place(zone: str, locale: Locale) -> str:
    """A zone by the name of its place."""
    return "UTC" if zone == "UTC" else get_timezone_location(ZoneInfo(zone), locale=locale)
