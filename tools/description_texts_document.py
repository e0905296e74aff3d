"""Brings the Korean catalog of the API's description up to what the code says.

`python -m tools.description_texts_document`; then fill in what is empty. What nothing says goes.
"""

from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from functions.openapi import endpoints
from shared.http.openapi.document import document
from shared.http.openapi.examples import read
from shared.http.openapi.sentences import CATALOG
from tools.catalogs import written

_ROLES: Final = ("seed", "permissions-overview")


def said() -> list[str]:
    """Every text that the description asks the catalog for, whatever the deployment."""
    asked: dict[str, None] = {}

    def say(english: str) -> str:
        asked.setdefault(english)
        return english

    for preset in _ROLES:
        document(endpoints(), preset, "http://127.0.0.1:7071", read(), say)
    return sorted(asked)


def text() -> str:
    """The Korean catalog with every text, and with none that nothing says."""
    with CATALOG.open("rb") as file:
        kept = read_po(file, locale="ko", domain=CATALOG.stem)
    made = Catalog(locale="ko", domain=CATALOG.stem, fuzzy=False)
    for each in said():
        known = kept.get(each)
        made.add(each, known.string if known else None)
    return written(made)


if __name__ == "__main__":
    CATALOG.write_text(text(), encoding="utf-8")
