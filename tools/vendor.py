"""Copies what pages show and look like into the app, from the npm packages that package.json pins.

`python -m tools.vendor`, after new versions in package.json and its lock are installed.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_STATIC: Final = _ROOT / "shared" / "web" / "static"
RECORD: Final = "vendored.json"


@dataclass(frozen=True)
class Vendored:
    """Files of a package, by their paths in it, and the folder of the app that has them."""

    package: str
    files: tuple[str, ...]
    target: Path

    @property
    def source(self) -> Path:
        """The installed package."""
        return _ROOT / "node_modules" / self.package

    def copy(self, file: str) -> Path:
        """Where a file of the package is in the app."""
        return self.target / Path(file).name

    def pinned(self) -> str:
        """The version in package.json."""
        package = json.loads((_ROOT / "package.json").read_text(encoding="utf-8"))
        return package["devDependencies"][self.package]

    def record(self) -> str:
        """The version, and the SHA-256 of each file in the app."""
        copies = map(self.copy, self.files)
        sums = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in copies}
        return json.dumps(
            {"package": self.package, "version": self.pinned(), "sha256": sums}, indent=2
        )


VENDORED: Final = (
    Vendored(
        "swagger-ui-dist",
        (
            "LICENSE",
            "NOTICE",
            "swagger-ui-bundle.js",
            "swagger-ui-bundle.js.LICENSE.txt",
            "swagger-ui.css",
        ),
        _STATIC / "swagger-ui",
    ),
    Vendored("@picocss/pico", ("LICENSE.md", "css/pico.classless.min.css"), _STATIC / "pico"),
)

if __name__ == "__main__":
    for each in VENDORED:
        each.target.mkdir(parents=True, exist_ok=True)
        for file in each.files:
            shutil.copyfile(each.source / file, each.copy(file))
        (each.target / RECORD).write_text(each.record() + "\n", encoding="utf-8")
