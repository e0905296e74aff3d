"""What a person chose of how pages look: language and time zone, kept in cookies of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.http.messages import Cookie
from shared.http.negotiation import preferred
from shared.wording import Locale

LANGUAGES: Final[Mapping[Locale, str]] = {"en": "English", "ko": "한국어"}
ZONES: Final = (
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Guam",
    "America/Puerto_Rico",
    "Europe/Berlin",
)
_LANGUAGE: Final = "language"
_ZONE: Final = "zone"
_COOKIES: Final = {_LANGUAGE: "__Host-language", _ZONE: "__Host-zone"}
_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """In which language, and in which zone beside UTC."""

    locale: Locale
    zone: str


def read(cookies: Mapping[str, str], accept_language: str | None) -> Preferences:
    """What the cookies say; else what the browser asks for, and UTC."""
    language = cookies.get(_COOKIES[_LANGUAGE], "")
    locale = language if language in LANGUAGES else preferred(accept_language)
    zone = cookies.get(_COOKIES[_ZONE], "").replace("~", "/")
    return Preferences(locale, zone if zone in ZONES else "UTC")


def chosen(query: Mapping[str, str]) -> tuple[Cookie, ...]:
    """What a page's query chooses anew, to be kept."""
    taken: dict[str, tuple[str, ...]] = {_LANGUAGE: tuple(LANGUAGES), _ZONE: ZONES}
    return tuple(
        Cookie(_COOKIES[name], query[name].replace("/", "~"), _YEAR)
        for name, values in taken.items()
        if query.get(name) in values
    )
