"""Brings the Korean catalog of pages up to what templates and records say.

`python -m tools.page_texts_document`; then fill in what is empty. What is no longer said goes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.web.texts import CATALOG
from tools.catalogs import written

ROOT: Final = Path(__file__).parents[1]
_SOURCES: Final = (("functions/pages", "python"), ("shared/web", "python"))
_TEMPLATES: Final = ("shared/web/templates", "jinja2")
_KEYWORDS: Final = {"text": None}


def template() -> Catalog:
    """Every text that pages have."""
    catalog = Catalog(domain="pages", fuzzy=False)
    for message, place, context in sorted(_found(), key=lambda each: (each[1], str(each[0]))):
        catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def _found() -> Iterator[tuple[str | tuple[str, ...], str, str | None]]:
    for folder, kind in _SOURCES:
        found = extract_from_dir(
            ROOT / folder, [("**.py", kind)], keywords=_KEYWORDS, strip_comment_tags=True
        )
        yield from ((text, f"{folder}/{file}", context) for file, _, text, _, context in found)
    folder, kind = _TEMPLATES
    options = {"**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
    found = extract_from_dir(ROOT / folder, [("**.html", kind)], options_map=options)
    yield from ((text, f"{folder}/{file}", context) for file, _, text, _, context in found)


def updated() -> Catalog:
    """The Korean catalog with every text, and with none that nothing says."""
    with CATALOG.open("rb") as file:
        kept = read_po(file, locale="ko", domain="pages")
    made = Catalog(
        locale="ko", domain="pages", fuzzy=False, header_comment="# Korean of the pages."
    )
    for each in template():
        if each.id:
            known = kept.get(each.id, each.context)
            made.add(each.id, known.string if known else None, locations=each.locations)
    return made


def text() -> str:
    """The catalog as it is kept."""
    return written(updated())


if __name__ == "__main__":
    CATALOG.write_text(text(), encoding="utf-8")
