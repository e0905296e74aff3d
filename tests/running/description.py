"""The API's description as it is made now, and a way through it."""

import json
from typing import Any

from babel.messages.pofile import read_po

from shared.http.openapi import sentences
from tools.openapi_document import text

DOCUMENT = json.loads(text())
COMPONENTS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def deref(node: Any) -> Any:
    """What a reference inside of the document leads to."""
    while "$ref" in node:
        found: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def messages() -> dict[str, str]:
    """Every text of the description, by its English; empty where its Korean is a guess."""
    with sentences.CATALOG.open("rb") as file:
        found = read_po(file, locale="ko", domain="description")
    return {str(each.id): "" if each.fuzzy else str(each.string) for each in found if each.id}
