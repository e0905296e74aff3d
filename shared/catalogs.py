"""Catalogs of Korean texts, each beside the code whose English it translates."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from shared.wording import Locale


@cache
def translations(catalog: Path, locale: Locale) -> NullTranslations:
    """The texts in a language, read as they lie there: nothing is to be compiled before."""
    if locale == "en":
        return NullTranslations()
    with catalog.open("rb") as file:
        found = read_po(file, locale=locale, domain=catalog.stem, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, found)
    compiled.seek(0)
    return Translations(compiled)
