"""The API's description as it is made now, and a way through it."""

import json
from typing import Any

from tools.openapi_document import text

DOCUMENT = json.loads(text())
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
