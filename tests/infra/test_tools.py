"""tools/deploy and tools/bicep; stand-ins of azd, az and bicep write down what is asked."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.infra.facts import FACTS, outputs
from tests.running.system import ROOT

SITE = "/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/func-1"
AZD = """#!/usr/bin/env bash
echo "azd $*" >>"$SAID"
outputs=$(cat "$OUTPUTS" 2>/dev/null)
case "$1 $2" in
    "provision --no-prompt") cp "$AFTER" "$OUTPUTS" ;;
    "env get-value") grep -oP "^$3=\\K.*" <<<"$outputs" ;;
esac
"""
AZ = '#!/usr/bin/env bash\necho "az $*" >>"$SAID"\n'


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    for name, text in (("azd", AZD), ("az", AZ)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def deploy(tools: Path, hosting: str, *, before: bool, tool: str = "deploy") -> list[str]:
    """What `tools/deploy v1` asks for, without its questions."""
    outputs = f"AZURE_HOSTING={hosting}\nAZURE_PACKAGE_ACCOUNT=stp1\nAZURE_FUNCTION_ID={SITE}\n"
    (tools / "after").write_text(outputs)
    if before:
        (tools / "outputs").write_text(outputs)
    said = {"SAID": tools / "said", "OUTPUTS": tools / "outputs", "AFTER": tools / "after"}
    environ = {name: str(path) for name, path in said.items()}
    path = f"{tools}:{os.environ['PATH']}"
    subprocess.run([ROOT / "tools" / tool, "v1"], check=True, env=environ | {"PATH": path})
    lines = (tools / "said").read_text().splitlines()
    return [line for line in lines if not line.startswith("azd env get-value")]


def posts(asked: list[str]) -> list[str]:
    """The paths that were posted to, below the site."""
    versions = FACTS["versions"]["AzureUSGovernment"]["Microsoft.Web"]
    urls = [line.split("--url ")[1] for line in asked if line.startswith("az rest --method POST")]
    assert all(url.endswith(f"?api-version={versions}") for url in urls)
    return [url.removeprefix(SITE).split("?")[0] for url in urls]


@pytest.mark.parametrize("before", [False, True])
def test_elastic_premium_is_named_only_a_package_that_lies_there(tools: Path, before: bool):
    asked = deploy(tools, "elasticPremium", before=before)
    (upload,) = (line for line in asked if line.startswith("az storage blob upload"))
    assert "--name app-v1.zip --file dist/app.zip" in upload
    assert "--auth-mode login" in upload
    version, provision = asked.index("azd env set PACKAGE_VERSION v1"), "azd provision --no-prompt"
    assert asked.count(provision) == 1
    assert version < asked.index(provision)
    assert (asked.index(upload) < asked.index(provision)) is before
    facts = FACTS["management"]
    assert posts(asked) == [facts["refresh"], facts["restart"], facts["sync"]]
    assert not [line for line in asked if line.startswith("azd deploy")]


@pytest.mark.parametrize("before", [False, True])
def test_flex_consumption_is_given_the_package_by_azd(tools: Path, before: bool):
    asked = deploy(tools, "flexConsumption", before=before)
    assert "azd deploy api --from-package dist/app.zip --no-prompt" in asked
    assert asked.index("azd provision --no-prompt") < len(asked) - 1
    (upload,) = (line for line in asked if line.startswith("az storage"))
    assert "--account-name stp1 --container-name packages --name app-v1.zip" in upload
    assert (asked.index(upload) < asked.index("azd provision --no-prompt")) is before
    assert posts(asked) == [FACTS["management"]["refresh"]]


@pytest.mark.parametrize("hosting", ["elasticPremium", "flexConsumption"])
def test_an_earlier_package_runs_again_by_one_command(tools: Path, hosting: str):
    download, *asked = deploy(tools, hosting, before=True, tool="rollback")
    assert download.startswith("az storage blob download --auth-mode login --overwrite")
    assert "--account-name stp1 --container-name packages --name app-v1.zip" in download
    assert asked == deploy(tools, hosting, before=True)[-len(asked) :]


BY_AZ = """
of() { case "$1" in AZURE_HOSTING) echo "$HOSTING" ;; AZURE_FUNCTION_ID) echo "$SITE" ;; esac; }
make() { :; }
git() { echo v1; }
provision() { echo "provision $*" >>"$SAID"; }
"""


@pytest.mark.parametrize("hosting", ["elasticPremium", "flexConsumption"])
def test_without_azd_the_guide_does_the_same_on_each_plan(tools: Path, hosting: str):
    guide = (ROOT / "docs" / "operate.md").read_text("utf-8")
    (block,) = re.findall(
        r"^```bash\n(make package\nVERSION=.+?)^```", guide, re.DOTALL | re.MULTILINE
    )
    said = tools / "said"
    environ = {"SAID": str(said), "HOSTING": hosting, "SITE": SITE}
    environ |= {"PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-euc", BY_AZ + block], check=True, env=environ)
    upload, installed, *rest = said.read_text().splitlines()
    assert upload.startswith("az storage blob upload --auth-mode login --overwrite")
    assert "--name app-v1.zip --file dist/app.zip" in upload
    flex = "az functionapp deployment source config-zip"
    premium = "provision packageVersion=v1"
    assert installed.startswith(premium if hosting == "elasticPremium" else flex)
    (tools / "said").unlink()
    assert posts(rest) == posts(deploy(tools, hosting, before=True))


def test_a_deployment_of_no_known_plan_is_not_called_done(tools: Path):
    with pytest.raises(subprocess.CalledProcessError):
        deploy(tools, "", before=False)


def test_the_workflow_deploys_so_and_signs_in_both_tools():
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    steps = ["make package", "Azure/login@", "azd auth login", 'tools/deploy "${GITHUB_SHA::12}"']
    steps += ["::add-mask::", "make smoke\n"]
    places = [workflow.index(step) for step in steps]
    assert places == sorted(places)
    assert "azd deploy" not in workflow


def test_what_is_looked_at_after_a_deployment_is_told_by_its_outputs():
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    asked = {*re.findall(r"azd env get-value (\w+)", workflow)}
    for tool in ("deploy", "rollback"):
        text = (ROOT / "tools" / tool).read_text("utf-8")
        asked |= {*re.findall(r"(?:output|azd env get-value) ([A-Z_]+)\b", text)}
    assert asked >= {"SERVICE_API_ENDPOINT", "AZURE_STORAGE_QUEUES", "AZURE_PACKAGE_ACCOUNT"}
    assert asked <= outputs("usGovernment").keys()


def compile_with(tmp_path: Path, name: str | None, text: str) -> subprocess.CompletedProcess[str]:
    """`tools/bicep` where one compiler, or none, is found."""
    for tool in ("bash", "dirname", "grep"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    if name:
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    command = [ROOT / "tools" / "bicep"]
    return subprocess.run(
        command, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )


WARNS = 'echo "main.bicep(3,7) : Warning no-unused-params: unused" >&2; echo "{}"'


def test_without_a_compiler_it_says_so(tmp_path: Path):
    done = compile_with(tmp_path, None, "")
    assert done.returncode == 0
    assert "nothing was compiled" in done.stdout


@pytest.mark.parametrize("name", ["bicep", "az"])
def test_a_warning_is_an_error(tmp_path: Path, name: str):
    done = compile_with(tmp_path, name, WARNS)
    assert done.returncode == 1
    assert "no-unused-params" in done.stderr


@pytest.mark.parametrize("name", ["bicep", "az"])
@pytest.mark.parametrize(("text", "code"), [("echo {}", 0), ("[[ $* == *version* ]]", 1)])
def test_what_the_compiler_says_counts(tmp_path: Path, name: str, text: str, code: int):
    assert compile_with(tmp_path, name, text).returncode == code


def test_pull_requests_are_compiled():
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    assert "pull_request:" in workflow
    assert workflow.index("az bicep version") < workflow.index("- run: make infra")
    assert "tools/bicep" in (ROOT / "Makefile").read_text("utf-8")
