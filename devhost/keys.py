"""Access keys of the local host, checked only with --enable-auth."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from devhost import files

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """The master key opens everything; the host key every function, but not the admin API."""

    master: str
    host: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the keys, making them on first use."""
        if not path.is_file():
            made = {"master": secrets.token_urlsafe(40), "host": secrets.token_urlsafe(40)}
            files.write_json(path, made)
        return cls(**json.loads(path.read_text(encoding="utf-8")))

    def allow(self, key: str, *, admin: bool) -> bool:
        """Whether this key opens a function, or with `admin` the admin API."""
        accepted = (self.master,) if admin else (self.master, self.host)
        return any(hmac.compare_digest(key.encode(), known.encode()) for known in accepted)
