"""ID tokens as Microsoft Entra ID makes them, and what Microsoft's own middleware said to each.

`id_tokens.json` says what it holds.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.entra.vectors import decoded

_FILE = json.loads(Path(__file__).with_name("id_tokens.json").read_text(encoding="utf-8"))
NONCE: str = _FILE["nonce"]


@dataclass(frozen=True)
class IdVector:
    """A token, and what should come of it: a refusal `because` of a check, or how `fresh` it is."""

    name: str
    kind: str
    cloud: str
    why: str
    microsoft: str
    should: str
    token: str
    because: str | None = None
    fresh: bool | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def claims(self) -> dict[str, Any]:
        """The payload."""
        return json.loads(decoded(self.token.split(".")[1]))


IDS = [IdVector(**each) for each in _FILE["vectors"]]
GOOD = [each for each in IDS if each.should == "accepted"]
BAD = [each for each in IDS if each.should == "refused"]


def id_named(name: str) -> IdVector:
    return next(each for each in IDS if each.name == name)
