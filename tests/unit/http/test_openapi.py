"""The API's description: valid, whole, up to date, and served."""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.openapi import endpoints
from shared.canonical import JsonObject
from shared.http.openapi.document import document
from shared.http.openapi.examples import PATH as EXAMPLES
from shared.http.openapi.examples import read
from shared.http.openapi.nouns import operation_id
from shared.http.openapi.sentences import in_language
from shared.http.openapi.words import IDS, PARAMETERS, TAGS
from shared.policy.callers import CUSTOMER_ROLES, PARTNER_ROLES, CallerRole
from shared.policy.catalogue import rules
from shared.policy.roles import allowed
from tests.running.app import LocalApp
from tests.running.description import DOCUMENT, OPERATIONS, deref
from tests.running.worker_index import api_routes
from tools import examples
from tools.openapi_document import PATH, text


def test_it_is_valid():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_copy_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == text(), "run: python -m tools.openapi_document"


def test_the_recorded_examples_are_up_to_date():
    recorded = EXAMPLES.read_text(encoding="utf-8")
    assert recorded == examples.text(), "run: python -m tools.openapi_document"


def test_it_describes_every_trigger_and_nothing_else():
    described = {(path, method.upper()) for path, method, _ in OPERATIONS}
    assert described == {
        (f"/{route}", method)
        for _, route, methods in api_routes()
        for method in methods
        if method != "HEAD"  # what GET says, without its body
    }


def test_every_operation_says_who_may_and_what_can_happen():
    for path, method, operation in OPERATIONS:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert re.search(r"(Roles: .+|Needs no token)\.$", operation["description"]), where
        assert {"400", "500", "503"} <= operation["responses"].keys(), where
        if operation["security"]:
            assert {"401", "429"} <= operation["responses"].keys(), where
        if "{" in path:
            assert {"403", "404"} <= operation["responses"].keys(), where


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every described body, with where it is."""
    for path, method, operation in OPERATIONS:
        where = f"{method} {path}"
        sent = operation.get("requestBody", {}).get("content", {})
        yield from ((f"{where} {kind}", content) for kind, content in sent.items())
        for status, response in operation["responses"].items():
            content = deref(response).get("content", {})
            yield from ((f"{where} {status} {kind}", each) for kind, each in content.items())


def test_every_body_has_examples_that_fit_its_schema():
    known = set[int]()
    for where, content in contents():
        if id(content) in known:
            continue
        known.add(id(content))
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        assert content["examples"], f"{where}: add a step to tools/example_story.py"
        for example in content["examples"].values():
            problems = list(validator.iter_errors(deref(example)["value"]))
            assert problems == [], where


def test_every_code_of_an_error_has_an_example():
    for path, method, operation in OPERATIONS:
        for status, response in operation["responses"].items():
            said = deref(response)["description"]
            if status == "default" or int(status) < 400:
                continue
            codes = re.findall(r"`(\w+)`", said.partition(" Codes: ")[2])
            assert codes, f"{method} {path} {status}"
            assert len(codes) == len(set(codes)), f"{method} {path} {status}"
            shown = deref(response)["content"]["application/json"]["examples"]
            assert shown.keys() == set(codes), f"{method} {path} {status}"


def test_every_operation_that_rules_can_refuse_shows_a_refusal_of_its_own():
    shown: dict[str, set[str]] = {}
    for path, method, operation in OPERATIONS:
        conflict = operation["responses"].get("409")
        if conflict and "`PolicyRefused`" in deref(conflict)["description"]:
            assert "$ref" not in conflict, f"{method} {path}: a step for tools/example_story.py"
            example = conflict["content"]["application/json"]["examples"]["PolicyRefused"]
            broken = example["value"]["error"]["innererror"]["rules"]
            shown[operation["operationId"]] = set(broken)
    ruled = {
        operation_id(each)
        for each in endpoints()
        if each.method != "GET" and each.operations and not each.unruled
    }
    assert shown.keys() == ruled
    assert set.union(*shown.values()) <= rules().keys()


def test_what_must_be_sent_can_be_tried_without_typing():
    readme = (PATH.parents[1] / "README.md").read_text(encoding="utf-8")
    for path, method, operation in OPERATIONS:
        for parameter in map(deref, operation["parameters"]):
            if parameter["required"]:
                example = parameter["example"]
                Draft202012Validator(parameter["schema"]).validate(example)
                if parameter["name"] in {"customerId", "partnerId", "invitationId"}:
                    assert f"={example}\n" in readme, f"{method} {path}"


def test_no_word_is_left_over():
    parameters = [deref(each) for _, _, operation in OPERATIONS for each in operation["parameters"]]
    used = {each["name"] for each in parameters if each["in"] != "query"}
    assert used | {"api-version"} == PARAMETERS.keys()
    assert IDS.keys() <= used
    assert {tag for _, _, operation in OPERATIONS for tag in operation["tags"]} == TAGS.keys()


def test_all_that_a_handler_says_of_itself_is_described():
    told = {operation["operationId"]: operation["description"] for _, _, operation in OPERATIONS}
    for each in endpoints():
        said = " ".join((each.handler.__doc__ or "").split())
        assert said, each.name
        assert told[operation_id(each)].startswith(said), each.name


def test_every_part_names_whom_it_is_for():
    """By the sides that the role table lets in; a part that is the operator's alone begins so."""
    tags = {each["operationId"]: each["tags"][0] for _, _, each in OPERATIONS}
    may: dict[str, set[CallerRole | None]] = {}
    for each in endpoints():
        asked = {role for one in each.operations for role in allowed("seed", one)}
        may.setdefault(tags[operation_id(each)], set()).update(asked or {None})
    for tag, said in TAGS.items():
        sides = {
            "operator": CallerRole.OPERATOR in may[tag],
            "artner|provider": bool(may[tag] & PARTNER_ROLES),
            "ustomer|own people": bool(may[tag] & CUSTOMER_ROLES),
            "caller|token": None in may[tag],
        }
        assert [side for side, let in sides.items() if let and not re.search(side, said)] == [], tag
        if may[tag] == {CallerRole.OPERATOR}:
            assert said.startswith("The operator"), tag


def test_every_identifier_in_a_path_is_described():
    for path, _, operation in OPERATIONS:
        parameters = map(deref, operation["parameters"])
        named = {each["name"] for each in parameters if each["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))


def test_roles_and_address_are_the_deployments():
    def made(preset: str) -> JsonObject:
        return document(endpoints(), preset, "https://example.test", read(), in_language("en"))

    described, seeds = made("permissions-overview"), made("seed")
    assert described["servers"] == [{"url": "https://example.test"}]
    assert described["paths"] != seeds["paths"]


async def test_it_is_served_without_a_token(local: LocalApp):
    answer = await local.call("GET", "/api/openapi.json")
    assert answer.status == 200
    assert answer.body["paths"].keys() == DOCUMENT["paths"].keys()
    assert answer.body["servers"] == [{"url": "https://csp.example"}]


def test_it_says_that_it_can_be_asked_for_by_its_tag():
    (operation,) = (each for path, _, each in OPERATIONS if path == "/api/openapi.json")
    named = {deref(each)["name"] for each in operation["parameters"]}
    assert named >= {"If-None-Match", "If-Match"}
    assert operation["responses"].keys() >= {"200", "304", "412"}


def shown(operation_id: str, status: str) -> Any:
    """The recorded answer of an operation."""
    (operation,) = (each for _, _, each in OPERATIONS if each["operationId"] == operation_id)
    content = operation["responses"][status]["content"]["application/json"]
    return content["examples"]["example"]["value"]


def test_the_examples_are_one_customers_story():
    for path, _, operation in OPERATIONS:
        content = operation["responses"].get("200", {}).get("content", {})
        examples = content.get("application/json", {}).get("examples", {})
        answer = examples.get("example", {}).get("value", {})
        if path.startswith("/api/customers/{customerId}") and "customerId" in answer:
            assert answer["customerId"] == IDS["customerId"], path


def test_an_id_can_be_followed_from_the_invitation_to_the_proof():
    customer, partner, invitation = (
        IDS[each] for each in ("customerId", "partnerId", "invitationId")
    )
    asked = shown("Invitations_Create", "201")
    assert (asked["customerId"], asked["partnerId"], asked["id"]) == (customer, partner, invitation)
    assert shown("Invitations_Get", "200")["id"] == invitation
    accepted = shown("Invitations_Accept", "200")
    assert (accepted["id"], accepted["status"]) == (invitation, "accepted")
    related = shown("Relationships_Get", "200")
    assert (related["partnerId"], related["invitationId"]) == (partner, invitation)
    sold = shown("Subscriptions_Create", "201")
    assert (sold["id"], sold["partnerId"]) == (IDS["subscriptionId"], partner)
    assert shown("Subscriptions_Update", "200")["id"] == sold["id"]
    assert shown("Ledger_GetProof", "200")["leaf"]["tenantId"] == customer
