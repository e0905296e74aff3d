"""Requests and answers as the app really gave them, for the API's description.

`data/examples.json` is recorded from a story by `python -m tools.openapi_document`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.canonical import JsonObject
from shared.http.endpoint import JSON

PATH: Final = Path(__file__).parent / "data" / "examples.json"


@dataclass(frozen=True, slots=True)
class Examples:
    """`requests` and `answers` per operation; `errors` per code, whatever operation.

    Answers are kept by status, those that are not JSON by status and media type.
    """

    requests: Mapping[str, JsonObject]
    answers: Mapping[str, Mapping[str, Any]]
    errors: Mapping[str, JsonObject]

    def answer(self, operation: str, status: int, media_type: str = JSON) -> Any:  # noqa: ANN401 - JSON
        """The recorded body, if there is one."""
        key = str(status) if media_type == JSON else f"{status} {media_type}"
        return self.answers.get(operation, {}).get(key)


def read() -> Examples:
    """What the package holds."""
    return Examples(**json.loads(PATH.read_text(encoding="utf-8")))
