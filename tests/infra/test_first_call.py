"""docs/first-call.md is followed word for word, by people who see nothing else of this."""

import json
import re
from itertools import pairwise

import pytest

from shared.auth.claims import Claims
from shared.auth.issuers import AUTHORITIES
from shared.auth.principal import GLOBAL_ADMINISTRATOR
from tests.infra.bicep import INFRA

ROOT = INFRA.parent
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")
PAGE = (ROOT / "docs" / "first-call.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
ROUTES = json.loads((ROOT / "functions" / "routes.json").read_text("utf-8"))

CALLS = re.findall(r"call ([A-Z]+) \"?([^\s\"'`]+)\"?(?: '(\{.*?\})'|)", PAGE, re.DOTALL)
GET_TOKEN = re.compile(r'get_token\("([^"]+)"\)')
PERSONS = ["operator", "partner's agent", "customer's Global admin"]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def row(page: str, first: str) -> list[str]:
    """The cells after the first one of the only row that begins so, without their quotes."""
    (line,) = re.findall(rf"^\| {re.escape(first)} \|(.+)\|$", page, re.MULTILINE)
    return [cell.strip("`") for cell in cells(line)]


def test_the_clouds_differ_in_what_the_code_knows():
    assert row(PAGE, "`LOGIN`") == [AUTHORITIES["usGovernment"], AUTHORITIES["public"]]
    assert f"LOGIN={AUTHORITIES['usGovernment']} GRAPH={row(PAGE, '`GRAPH`')[0]}" in PAGE


@pytest.mark.parametrize("what", ["`LOGIN`", "`GRAPH`", "`az cloud set --name`"])
def test_both_guides_name_the_same_clouds(what: str):
    government, public = row(PAGE, what)
    assert f"| `{government}` | `{public}` |" in GUIDE


def test_a_token_is_asked_for_by_the_identifier_and_the_permission():
    (people,) = {*re.findall(r'--scope "(api://[^"]+)"', GUIDE)}
    identifier, _, permission = people.rpartition("/")
    asked = re.findall(r'(?:--scope "|"scope=)(api://[^"]+)"', PAGE)
    asked += [each.replace("{CLIENT_ID}", "$CLIENT_ID") for each in GET_TOKEN.findall(PAGE)]
    assert {*asked} == {people, f"{identifier}/.default"}
    assert f"--scope {permission}" in PAGE


def test_roles_are_given_to_whom_they_are_for():
    (roles,) = re.findall(
        r"^cat > roles.json <<'JSON'\n(.+?)\nJSON$", GUIDE, re.DOTALL | re.MULTILINE
    )
    allowed = {role["value"]: role["allowedMemberTypes"] for role in json.loads(roles)}
    given = dict(re.findall(r'^give (\w+) "\$\(az ad (\w+) show', PAGE, re.MULTILINE))
    kinds = {"user": "User", "sp": "Application"}
    assert {*given.values()} == {*kinds}
    assert all(kinds[whom] in allowed[role] for role, whom in given.items())


@pytest.mark.parametrize(("method", "path"), sorted({(each[0], each[1]) for each in CALLS}))
def test_each_call_is_one_of_the_api(method: str, path: str):
    known = [route for _, _, methods, route in ROUTES if method in methods]
    assert any(matches(route, path) for route in known)


def matches(route: str, path: str) -> bool:
    """Whether the route has these literal parts, and parameters for ids and variables."""
    pairs = list(zip(route.removeprefix("api/").split("/"), path.split("/"), strict=False))
    same = len(route.split("/")) - 1 == len(path.split("/"))
    return same and all(ours == theirs or ours.startswith("{") for ours, theirs in pairs)


def test_each_body_is_one_that_the_readme_sends():
    """A test runs README's commands."""
    sent = [json.loads(body) for body in re.findall(r" '(\{.+?\})'", README, re.DOTALL) if body]
    bodies = [json.loads(each[2]) for each in CALLS if each[2] and each[2] != "{}"]
    assert len(bodies) == 3
    assert all(body in sent for body in bodies)


def test_everybody_has_needs_a_first_call_and_an_example():
    needs, firsts = ([cells(line)[0] for line in found] for found in tables())
    assert needs == ["operator", "partner's agent", "partner's application", PERSONS[-1]]
    assert firsts == PERSONS
    for person in PERSONS:
        name = person[0].upper() + person[1:]
        assert re.search(rf"^\*\*{name}\.\*\*", PAGE, re.MULTILINE)


def tables() -> list[list[str]]:
    heads = [r"\| \| you need, in this order ", r"\| who \| first call "]
    found = [re.search(rf"^{head}.*\n\|[-|]+\n((?:\|.+\n)+)", PAGE, re.MULTILINE) for head in heads]
    return [match[1].splitlines() for match in found if match]


def test_the_claims_to_look_at_are_those_that_are_read():
    table = PAGE[PAGE.index("| claim |") : PAGE.index("| after |")]
    named = {name for line in table.splitlines() for name in re.findall(r"^\| (.+?) \|", line)}
    claims = {claim for name in named for claim in re.findall(r"`(\w+)`", name)}
    assert claims < Claims.model_fields.keys()
    assert {"wids", "acct", "scp", "idtyp", "roles"} < claims
    assert GLOBAL_ADMINISTRATOR in table


def test_sections_are_referred_to_by_the_numbers_that_they_have():
    numbers = [int(each) for each in re.findall(r"^## (\d)\.", PAGE, re.MULTILINE)]
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    referred = {*re.findall(r"first-call\.md[\]()a-z.-]*, (\d)", GUIDE)}
    assert {int(each) for each in referred} <= {*numbers}
