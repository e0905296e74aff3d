"""The files around the code: pins, locks, opt-outs, what is published."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture import file_rules
from tests.architecture.tree import ROOT, published, texts

TEXTS = texts()
REQUIREMENTS = [
    "requirements-dev.txt",
    "requirements.txt",
    "tools/guide-requirements.txt",
    "tools/uv-requirements.txt",
]


def test_no_file_names_a_registry_or_a_machine():
    hits = [hit for path, text in TEXTS.items() for hit in file_rules.places(path, text)]
    assert not hits, "\n".join(hits)


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "pypi" + ".org/simple",
        "files." + "pythonhosted" + ".org",
        "registry." + "npmjs" + ".org",
        "see /" + "root/project",
        "'/" + "home/me/src'",
        "path=/" + "Users/me",
    ],
)
def test_a_registry_or_a_machine_is_seen(text: str):
    assert file_rules.places("a", text)


@pytest.mark.parametrize(
    "text", ["PyPI", "npm ci", "~/home/me", "example.org/home/page", "/home/site/wwwroot"]
)
def test_other_places_may_be_named(text: str):
    assert file_rules.places("a", text) == []


@pytest.mark.parametrize("path", REQUIREMENTS)
def test_requirements_are_pinned_with_hashes(path: str):
    assert file_rules.unhashed(path, TEXTS[path]) == []


@pytest.mark.parametrize(
    "text",
    [
        "httpx==0.28.1\n",
        "httpx>=0.28.1 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "--extra-index-url somewhere\n",
        "git+https://example.org/a.git\n",
    ],
)
def test_a_loose_requirement_is_seen(text: str):
    assert file_rules.unhashed("requirements.txt", text)


def test_the_lock_names_no_place():
    assert file_rules.resolved("package-lock.json", TEXTS["package-lock.json"]) == []


def test_a_lock_that_names_a_place_is_seen():
    lock = '{"packages": {"node_modules/a": {"version": "1.0.0", "resolved": "somewhere"}}}'
    assert file_rules.resolved("package-lock.json", lock)


def test_the_tools_settings_explain_their_opt_outs():
    assert file_rules.unexplained_settings("pyproject.toml", TEXTS["pyproject.toml"]) == []


@pytest.mark.parametrize(
    "text",
    [
        '[tool.ruff.lint]\nignore = [\n    "D105",\n]\n',
        '[tool.ruff.lint]\nignore = ["D105"]\n',
        '[tool.ruff.lint.per-file-ignores]\n"tests/**" = [\n    "S101", #\n]\n',
        '[tool.importlinter]\nignore_imports = [\n    "a -> b",\n]\n',
        '[tool.pytest.ini_options]\nfilterwarnings = [\n    "error",\n    "ignore:x",\n]\n',
    ],
)
def test_an_unexplained_setting_is_seen(text: str):
    assert file_rules.unexplained_settings("pyproject.toml", text)


def test_only_the_app_is_published():
    paths = published(ROOT)
    assert "shared/clock.py" in paths
    assert "requirements.txt" in paths
    assert file_rules.not_for_azure(paths) == []


def test_a_file_too_many_is_seen(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    for name in ["function_app.py", "README.md", "tests/test_a.py"]:
        (tmp_path / name).touch()
    (tmp_path / ".funcignore").write_text("README.md\n.*\n")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    assert published(tmp_path) == ["function_app.py", "tests/test_a.py"]
    assert file_rules.not_for_azure(published(tmp_path)) == ["tests/test_a.py"]
