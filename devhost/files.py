"""Small files under DATA that survive a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_json(path: Path, document: object) -> None:
    """Replace a file whole, readable for its owner only: a kill leaves the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(document), encoding="utf-8")
    new.replace(path)
