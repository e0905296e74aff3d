"""Writes docs/openapi.json from the endpoint records, and the examples that it shows.

`python -m tools.openapi_document`
"""

import json
from pathlib import Path
from typing import Final

from functions.openapi import endpoints
from shared.http.openapi.document import document
from shared.http.openapi.examples import PATH as EXAMPLES
from shared.http.openapi.examples import read
from shared.http.openapi.sentences import in_language
from tools import examples

PATH: Final = Path(__file__).parents[1] / "docs" / "openapi.json"


def text() -> str:
    """The description with the default roles and the address of `make run`."""
    say = in_language("en")
    described = document(endpoints(), "seed", "http://127.0.0.1:7071", read(), say)
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    EXAMPLES.write_text(examples.text(), encoding="utf-8")
    PATH.write_text(text(), encoding="utf-8")
