"""Which `az` lines are found; Azure CLI's own parser reads them in an environment of its own."""

import pytest

from tests.infra.facts import FACTS
from tests.running.system import ROOT
from tools.az_lines import Line, commands, every_line, lines


@pytest.mark.parametrize(
    ("bash", "found"),
    [
        ("az group show --name g", [("group", "show", "--name", "g")]),
        ("az cloud set \\\n  --name AzureCloud # why", [("cloud", "set", "--name", "AzureCloud")]),
        (
            'X=$(az ad app show --id "$CLIENT_ID" --query id)',
            [("ad", "app", "show", "--id", "X", "--query", "id")],
        ),
        ('az rest --url "$(az x y)/z"', [("rest", "--url", "X/z"), ("x", "y")]),
        ("for a in b; do az lock list; done", [("lock", "list")]),
        ("azd env new x; echo az; # az login", []),
        ("""az rest --body '{"a": "'"$B"'"}'""", [("rest", "--body", '{"a": "X"}')]),
        ('curl x -H "Bearer $(az account get-access-token)"', [("account", "get-access-token")]),
    ],
)
def test_a_line_is_taken_as_the_shell_would_hand_it_over(bash: str, found: list[tuple[str, ...]]):
    assert commands(bash) == found


def test_a_document_has_blocks_to_run_and_names_in_sentences():
    text = "Do `az lock list`.\n\n```bash\naz login\n```\n\n| `az account show` | x |\n"
    assert list(lines("a.md", text)) == [
        Line("a.md", ("login",)),
        Line("a.md", ("lock", "list"), whole=False),
        Line("a.md", ("account", "show"), whole=False),
    ]


def test_workflows_and_scripts_are_read_too():
    found = {(line.where, line.words[:3]) for line in every_line()}
    assert ("tools/deploy", ("storage", "blob", "upload")) in found
    assert ("tools/rollback", ("storage", "blob", "download")) in found
    assert (".github/workflows/deploy.yml", ("account", "get-access-token", "--scope")) in found


def test_the_guide_says_with_which_parser_its_lines_were_read():
    pins = (ROOT / "tools" / "guide-requirements.txt").read_text("utf-8")
    version = FACTS["azure_cli"]["version"]
    assert f"\nazure-cli=={version} " in pins
    for name in ("operate.md", "first-call.md"):
        minor = version.rpartition(".")[0]
        assert f"Azure CLI\n{minor}" in (text := (ROOT / "docs" / name).read_text("utf-8")) or (
            f"Azure CLI {minor}" in text
        )


def test_pull_requests_are_read():
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert "- run: make guide" in workflow
