"""No secret in the repository, no licence that forbids what we do with a package."""

import json
import re
import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

from tests.running.system import ROOT

KNOWN = {
    "devhost/azurite.py": "the emulator's key, published by Microsoft",
    "docs/pipelines.md": "likewise",
    "examples/backend.py": "likewise",
    "shared/storage/engine/protocol/account.py": "likewise",
    "shared/text/countries.py": "codes of countries in one line",
    "tests/devhost/data/admin.json": "a key of a recorded host that is no more",
    "tests/devhost/data/http-requests.json": "recorded bodies",
    "tests/devhost/data/http-responses.json": "likewise",
    "tests/devhost/data/lifecycle.json": "likewise",
    "tests/devhost/data/product.json": "likewise",
    "tests/entra/tokens.json": "tokens signed with keys that were made for them and thrown away",
    "tests/entra/id_tokens.json": "likewise",
    "tests/senders/senders.json": "recorded messages, in base64 as they were sent",
    "tests/unit/auth/test_id_tokens.py": "a token of an example in the specification",
    "tests/unit/webhooks/test_delivering.py": "a made-up key of webhooks",
}
"""What looks like a secret and is none."""

HASHES = re.compile(
    r"^requirements.*\.txt$|-requirements\.txt$|^package-lock\.json$|^docs/openapi|examples\.json$"
)

DETECTORS = [
    "AzureStorageKeyDetector",
    "Base64HighEntropyString",
    "JwtTokenDetector",
    "PrivateKeyDetector",
]
"""The kinds of secrets that this system has to do with; each detector costs a pass."""

LICENCES = {
    "Apache-2.0",
    "Apache-2.0 AND MIT",
    "Apache-2.0 OR BSD-3-Clause",
    "Apache Software License",
    "BSD-3-Clause",
    "BSD License",
    "ISC",
    "ISC License (ISCL)",
    "MIT",
    "MIT License",
    "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
    "Python Software Foundation License",
}
"""Each lets us run and pass on the package unchanged."""


def scan(root: Path, names: list[str]) -> set[str]:
    """The files in which something looks like a secret."""
    found = SecretsCollection(root=str(root))
    with transient_settings({"plugins_used": [{"name": name} for name in DETECTORS]}):
        found.scan_files(*names)
    return set(found.files)


def tracked() -> list[str]:
    """Every text that is committed, but for files of hashes."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [name for name in listed.stdout.splitlines() if not HASHES.search(name)]


def test_no_secret_is_committed():
    assert scan(ROOT, tracked()) == set(KNOWN)


def test_a_secret_would_be_seen(tmp_path: Path):
    key = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + "Zm9v" * 21 + "Zg=="
    (tmp_path / "settings.txt").write_text(f'CONNECTION = "{key}"\n')
    (tmp_path / "nothing.txt").write_text('CONNECTION = "UseDevelopmentStorage=true"\n')
    assert scan(tmp_path, ["settings.txt", "nothing.txt"]) == {"settings.txt"}


def test_every_licence_is_known():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = re.findall(r"^([a-z0-9-]+)==(?!.*sys_platform == 'win32')", text, re.MULTILINE)
    listed = subprocess.run(
        [Path(sys.executable).parent / "pip-licenses", "--from=mixed", "--format=json"],
        check=True,
        capture_output=True,
        text=True,
    )
    licences = {
        row["Name"].lower().replace("_", "-"): row["License"] for row in json.loads(listed.stdout)
    }
    assert {name: licences.get(name) for name in names if licences.get(name) not in LICENCES} == {}
