"""The texts of pages: English in the code and the templates, Korean in the catalog beside them."""

from pathlib import Path
from typing import Final

from babel.support import NullTranslations

from shared import catalogs
from shared.wording import Locale

LOCALE: Final = Path(__file__).parent / "locale"
CATALOG: Final = LOCALE / "ko" / "LC_MESSAGES" / "pages.po"


def text(english: str) -> str:
    """Marks a text for the catalog; what shows it looks it up there."""
    return english


def translations(locale: Locale) -> NullTranslations:
    """The catalog of a language."""
    return catalogs.translations(CATALOG, locale)
