"""Copies Swagger UI into the app from the npm package that package.json pins.

`python -m tools.vendor_swagger_ui`, after a new version in package.json and its lock is installed.
"""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = _ROOT / "node_modules" / "swagger-ui-dist"
TARGET: Final = _ROOT / "shared" / "web" / "static" / "swagger-ui"
FILES: Final = (
    "LICENSE",
    "NOTICE",
    "swagger-ui-bundle.js",
    "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui.css",
)
RECORD: Final = "vendored.json"


def record(folder: Path, version: str) -> str:
    """The version, and the SHA-256 of each file in `folder`."""
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    return json.dumps({"package": "swagger-ui-dist", "version": version, "sha256": sums}, indent=2)


def pinned() -> str:
    """The version in package.json."""
    package = json.loads((_ROOT / "package.json").read_text(encoding="utf-8"))
    return package["devDependencies"]["swagger-ui-dist"]


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    for each in FILES:
        shutil.copyfile(PACKAGE / each, TARGET / each)
    (TARGET / RECORD).write_text(record(TARGET, pinned()) + "\n", encoding="utf-8")
