"""Whoever deploys can set everything, and what is not set is the same by every way."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from tests.infra.bicep import INFRA, Parameter, files
from tests.infra.deployment import Deployment, Scope, deploy
from tests.infra.facts import REGION, REQUIRED
from tests.infra.functions import ENVIRONMENTS

ROOT = INFRA.parent
PARAMETERS = files()["main.bicep"].parameters
GIVEN = json.loads((INFRA / "main.parameters.json").read_text("utf-8"))["parameters"]
SUBSTITUTION = re.compile(r"\$\{(\w+)(?:=([^}]*))?\}")
VARIABLES = {
    name: match
    for name, each in GIVEN.items()
    if (match := SUBSTITUTION.fullmatch(each["value"])) is not None
}
OURS = {"AZURE_ENV_NAME": "csp", "CLIENT_ID": REQUIRED["clientId"]} | {
    "OPERATOR_TENANT_ID": REQUIRED["operatorTenantId"]
}
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")


def converted(parameter: Parameter, text: str) -> Any:
    """A text as the parameter's type, as azd and az make it."""
    if parameter.type == "int":
        return int(text)
    if parameter.type == "bool":
        return {"true": True, "false": False}[text]
    return text


def rendered(environ: Mapping[str, str]) -> dict[str, Any]:
    """main.parameters.json with an environment, as azd fills it in."""
    filled = {
        name: environ.get(match[1], "") or match[2] or "" for name, match in VARIABLES.items()
    }
    return {name: converted(PARAMETERS[name], text) for name, text in filled.items()}


def default(name: str) -> Any:
    """The template's own."""
    node = PARAMETERS[name].default
    return Scope(files()["main.bicep"], {}, Deployment("public")).value(node)


def test_every_parameter_is_offered():
    assert GIVEN.keys() == PARAMETERS.keys() == VARIABLES.keys()
    asked = {name for name, match in VARIABLES.items() if match[2] is None}
    assert asked == {name for name, each in PARAMETERS.items() if each.default is None}


@pytest.mark.parametrize(
    "name", [name for name, match in VARIABLES.items() if match[2] is not None]
)
def test_what_is_not_set_is_the_templates_default(name: str):
    assert converted(PARAMETERS[name], VARIABLES[name][2]) == default(name)


@pytest.mark.parametrize("cloud", ENVIRONMENTS)
def test_nothing_set_is_the_same_as_nothing_said(cloud: str):
    environ = OURS | {"AZURE_LOCATION": REGION[cloud]}
    by_azd = deploy(cloud, **rendered(environ))
    assert by_azd == deploy(cloud, **REQUIRED, location=REGION[cloud])
    assert by_azd == deploy(
        cloud,
        **rendered(
            environ | {match[1]: "" for match in VARIABLES.values() if match[2] is not None}
        ),
    )
    assert by_azd[0].one("Microsoft.Web/sites/config")["properties"]["CLOUD"] == cloud


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_can_be_set(name: str):
    texts = {"string": "elsewhere", "int": "50", "bool": "true"}
    text = texts[PARAMETERS[name].type]
    assert rendered(OURS | {VARIABLES[name][1]: text})[name] == converted(PARAMETERS[name], text)


def test_the_guides_two_ways_make_the_same_deployment():
    section = GUIDE[GUIDE.index("## 2.") : GUIDE.index("## 3.")].replace("\\\n", " ")
    names = OURS | {"CLIENT_ID": "c", "OPERATOR_TENANT_ID": "o", "REGION": "usgovvirginia"}

    def filled(text: str) -> str:
        return re.sub(r"\$(\w+)", lambda match: names[match[1]], text)

    commands = [
        shlex.split(line, comments=True)
        for line in map(str.strip, section.splitlines())
        if line.startswith(("azd env set", "azd env new", "az deployment sub create"))
    ]
    environ = {
        words[3]: filled(words[4]) for words in commands if words[:3] == ["azd", "env", "set"]
    }
    (environment,) = (words[3] for words in commands if words[:3] == ["azd", "env", "new"])
    (by_az,) = (words for words in commands if words[1] == "deployment")
    given = [word for word in by_az[by_az.index("--parameters") + 1 :] if word != "$@"]
    pairs = (word.split("=", 1) for word in given)
    said = {name: converted(PARAMETERS[name], filled(text)) for name, text in pairs}
    assert len(environ) > 4
    assert deploy("usGovernment", **rendered(environ | {"AZURE_ENV_NAME": environment})) == deploy(
        "usGovernment", **said
    )


def test_the_guide_and_the_workflow_name_every_variable():
    workflow = (ROOT / ".github" / "workflows" / "deploy.yml").read_text("utf-8")
    for match in VARIABLES.values():
        name = match[1]
        assert f"`{name}`" in GUIDE or name == "AZURE_ENV_NAME", name
        told = f"      {name}: ${{{{ vars.{name} }}}}\n" in workflow
        assert told or name == "PACKAGE_VERSION", name
