"""Access keys of the local host, checked only with --enable-auth."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from devhost import files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from devhost.requests import Request


@dataclass(frozen=True)
class Keys:
    """The master key opens everything; the host key every function; a function's key that one."""

    master: str
    host: str
    functions: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the keys, making them on first use."""
        if not path.is_file():
            made = {"master": secrets.token_urlsafe(40), "host": secrets.token_urlsafe(40)}
            files.write_json(path, made)
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def open(self, request: Request, function: str, level: str) -> bool:
        """Whether the request has a key for a function of that level."""
        accepted = [self.master]
        if level == "FUNCTION":
            accepted += [self.host, self.functions.get(function, self.host)]
        return level == "ANONYMOUS" or _one_of(given(request), accepted)

    def refusal(self, request: Request) -> int | None:
        """The status that keeps the request from the admin API: unknown, or not allowed."""
        if _one_of(given(request), [self.master]):
            return None
        return 403 if _one_of(given(request), [self.host]) else 401


def given(request: Request) -> str:
    """The key that a request has: even an empty header hides the query's."""
    code = next((text for name, text in request.query.items() if name.lower() == "code"), "")
    return request.headers.get("x-functions-key", code)


def _one_of(key: str, known: list[str]) -> bool:
    given = key.lower().encode()
    return any(hmac.compare_digest(given, one.lower().encode()) for one in known)
