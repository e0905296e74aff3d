"""docs/operate.md: what is asked before a deployment, and what is done when an alert comes."""

import re

from tests.infra.bicep import INFRA
from tests.infra.facts import CASES, FACTS, deployed, run

GUIDE = (INFRA.parent / "docs" / "operate.md").read_text("utf-8")


def test_the_workflows_credential_has_the_audience_that_azd_asks_for():
    written = GUIDE[GUIDE.index("cat > deployer.json") : GUIDE.index("@deployer.json")]
    assert f'"audiences": ["{FACTS["audiences"]["workflow"]}"]' in written
    assert '"issuer": "https://token.actions.githubusercontent.com"' in written


def test_pre_flight_asks_for_every_version_that_the_templates_ask_for():
    listed = re.search(r"<<'TYPES'\n(.+?)\nTYPES\n", GUIDE, re.DOTALL)
    assert listed
    kinds = {
        (*each.type.split("/")[:2], each.version)
        for case in CASES
        for each in deployed(case).resources
        if each.version
    }
    locked = run("public", privateNetwork=True, storageLock=True, fixedOutbound=True)
    kinds |= {
        (*each.type.split("/")[:2], each.version) for each in locked.resources if each.version
    }
    assert sorted(tuple(line.split(" ")) for line in listed[1].splitlines()) == sorted(kinds)


def test_the_guide_names_the_roles_that_are_given():
    section = GUIDE[GUIDE.index("## 3.") : GUIDE.index("## 4.")]
    named = set(re.findall(r"^\| (\w[\w ]+) \| [\w ]+ \|", section, re.MULTILINE))
    assert named - {"role"} == FACTS["roles"].keys()


def test_each_alert_has_its_runbook():
    headings = re.findall(r"^### Alert (.+)$", GUIDE, re.MULTILINE)
    told = {f"csp-{name.removeprefix('csp-')}" for line in headings for name in line.split(", ")}
    found = run("usGovernment")
    rules = [
        each["name"]
        for kind in ("scheduledQueryRules", "metricAlerts")
        for each in found.of(f"Microsoft.Insights/{kind}")
    ]
    assert set(rules) == told


def test_each_runbook_names_its_query():
    runbooks = re.findall(r"^### Alert (.+)\n((?:(?!^###).*\n)+)", GUIDE, re.MULTILINE)
    assert len(runbooks) > 8
    for name, text in runbooks:
        assert re.search(r"`(?:union )?(?:App|FunctionApp)\w+[^`]*\| [^`]*`", text), name
