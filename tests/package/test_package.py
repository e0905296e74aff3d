"""The very file that is deployed: what is in it, and that the app runs from it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from pathspec import GitIgnoreSpec

from tests.running.system import ROOT, OwnSystem
from tests.running.waiting import STILL_SECONDS
from tools.package import DEPENDENCIES, build

OPERATOR = "00000000-0000-4000-8000-000000000001"
PARTNER = "5f7c1c9e-52a5-4b58-a7d5-3d3c0e6c9a11"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "app.zip"
    build(path)
    return path


@pytest.fixture(scope="module")
def deployed(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSystem]:
    """The package unpacked, run by a host that cannot see this repository's own modules."""
    home = tmp_path_factory.mktemp("wwwroot")
    with ZipFile(package) as archive:
        archive.extractall(home)
    host = tmp_path_factory.mktemp("host")
    for name in ("devhost", "node_modules"):
        (host / name).symlink_to(ROOT / name)
    values = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))["Values"]
    del values["AzureWebJobsStorage"], values["PUBLIC_BASE_URL"], values["DEVELOPMENT_ISSUER"]
    seen = f"{home / DEPENDENCIES}:{host}"
    system = OwnSystem(
        tmp_path_factory.mktemp("data") / "azurite",
        app_dir=home,
        environ=values | {"PYTHONPATH": seen},
        host="devhost",
    )
    system.start()
    yield system
    system.stop()
    shutil.rmtree(home)


def test_it_has_the_app_and_what_the_app_needs(package: Path):
    names = ZipFile(package).namelist()
    ours = {name.split("/")[0] for name in names} - {".python_packages", "__pycache__"}
    assert ours == {"function_app.py", "functions", "shared", "host.json", "requirements.txt"}
    below = len(DEPENDENCIES.parts)
    theirs = {name.split("/")[below] for name in names if name.startswith(str(DEPENDENCIES))}
    assert {"azure", "aiohttp", "pydantic", "joserfc", "azure_functions_runtime"} <= theirs
    assert theirs.isdisjoint({"pytest", "hypothesis", "uvicorn"})
    assert not [name for name in names if name.endswith(".pyi")]


def test_what_else_lies_in_the_folder_stays_out():
    """A guide has its reader write files there, and runs leave reports."""
    spec = GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text("utf-8").splitlines())
    guide = (ROOT / "docs" / "operate.md").read_text("utf-8")
    written = re.findall(r"^cat > (\S+) <<", guide, re.MULTILINE)
    assert len(written) > 3
    others = [*written, "onboarding-report.json", "notes/a.txt", ".hidden", "shared/.hidden"]
    assert [each for each in others if not spec.match_file(each)] == []
    published = ["function_app.py", "functions/routes.json", "shared/policy/roles.py", "host.json"]
    assert [each for each in published if spec.match_file(each)] == []


def test_of_babels_languages_it_has_those_of_the_pages(package: Path):
    data = f"{DEPENDENCIES}/babel/locale-data/"
    names = {
        name.removeprefix(data) for name in ZipFile(package).namelist() if name.startswith(data)
    }
    assert {"root.dat", "en.dat", "en_US.dat", "ko.dat", "ko_KR.dat"} <= names
    assert {name[:2] for name in names} == {"ro", "en", "ko"}
    assert len(names) < 150


def test_every_module_has_its_bytecode_for_this_python(package: Path):
    """Never held against its source: their times and sizes would differ once unpacked."""
    head = MAGIC_NUMBER + (1).to_bytes(4, "little")  # PEP 552: a hash, unchecked
    with ZipFile(package) as archive:
        names = set(archive.namelist())
        modules = {name for name in names if name.endswith(".py")}
        compiled = {name for name in names if name.endswith(".pyc")}
        folders = {name: name.rpartition("/")[0] for name in modules}
        expected = {
            f"{folder}/__pycache__/{Path(name).stem}.cpython-313.pyc".removeprefix("/")
            for name, folder in folders.items()
        }
        assert compiled == expected
        assert {archive.open(name).read(8) for name in compiled} == {head}


def test_the_same_tree_gives_the_same_bytes(package: Path, tmp_path: Path):
    build(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == package.read_bytes()


EXPECTED = {
    "Programming model v2": "it looks for a decorator named app or bp; ours are named api",
    "Native dependency risk": "that is why the package is built from wheels for its platform",
    "Application Insights configuration": "set in Azure, not in the package",
    "Detect unused or invalid files": "bytecode, which a start could not keep",
    ".funcignore": "what it leaves out is already out, itself included",
}
"""What the doctor warns of, and why that is right so."""


def test_the_doctor_finds_nothing_wrong(deployed: OwnSystem):
    doctor = Path(sys.executable).parent / "azure-functions-doctor"
    options = ("--profile", "deploy", "--format", "json", "--target-python", "3.13")
    done = subprocess.run(
        [doctor, "--path", deployed.app_dir, *options], check=False, capture_output=True, text=True
    )
    report = json.loads(done.stdout[done.stdout.index("{") :])
    items = [item for section in report["results"] for item in section["items"]]
    found = {item["label"] for item in items if item["status"] not in {"pass", "skip"}}
    assert done.returncode == 0
    assert len(items) > len(EXPECTED)
    assert found == set(EXPECTED)


def test_the_app_answers_from_it(deployed: OwnSystem):
    ready = httpx.get(f"{deployed.base_url}/api/health/ready", timeout=STILL_SECONDS)
    assert ready.status_code == httpx.codes.OK, ready.text
    enrolled = httpx.put(
        f"{deployed.base_url}/api/partners/{PARTNER}?api-version=2026-11-01",
        headers={"Authorization": f"Bearer {deployed.token(OPERATOR, roles=['PlatformOperator'])}"},
        json={
            "name": "Fabrikam Federal",
            "type": "directBill",
            "mpnId": "4025520",
            "mpnCountry": "US",
            "country": "US",
            "partnerAgreementSignedAt": "2026-01-15T00:00:00Z",
        },
        timeout=STILL_SECONDS,
    )
    assert enrolled.status_code == httpx.codes.CREATED, enrolled.text
