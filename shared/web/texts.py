"""The texts of pages: English in the code and the templates, Korean in the catalog beside them."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from shared.wording import Locale

LOCALE: Final = Path(__file__).parent / "locale"
CATALOG: Final = LOCALE / "ko" / "LC_MESSAGES" / "pages.po"


def text(english: str) -> str:
    """Marks a text for the catalog; what shows it looks it up there."""
    return english


@cache
def translations(locale: Locale) -> NullTranslations:
    """The catalog of a language, read as it lies there: nothing is to be compiled before."""
    if locale == "en":
        return NullTranslations()
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale=locale, domain="pages", abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
