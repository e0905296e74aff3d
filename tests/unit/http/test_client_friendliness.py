"""Rules of the description that generators of clients need, over the whole document.

Each was seen: a named text became a class without a value in Kiota, a null by `anyOf` a class of
its own, an enumeration of one version 44 of them in NSwag, a default a field that must be sent in
openapi-typescript.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from tests.running.description import DOCUMENT, OPERATIONS, deref

COMPONENTS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
NULL = {"type": "null"}


def below(where: str, schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and all in it, each with where it stands."""
    yield where, schema
    for name, each in schema.get("properties", {}).items():
        yield from below(f"{where}.{name}", each)
    for keyword in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(keyword), dict):
            yield from below(f"{where}/{keyword}", schema[keyword])
    for keyword in ("oneOf", "anyOf", "allOf"):
        for number, each in enumerate(schema.get(keyword, [])):
            yield from below(f"{where}/{keyword}/{number}", each)


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for _, _, operation in OPERATIONS:
        for each in map(deref, operation["parameters"]):
            yield f"{operation['operationId']} {each['name']}", each


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in COMPONENTS.items():
        yield from below(name, schema)
    for where, parameter in parameters():
        yield from below(where, parameter["schema"])


def test_what_may_be_null_has_the_type_beside_its_own():
    for where, schema in schemas():
        assert "anyOf" not in schema, where
        assert "allOf" not in schema, where
        if "oneOf" in schema:
            null, other = schema["oneOf"]
            assert (null, other.keys()) == (NULL, {"$ref"}), where
        elif isinstance(schema.get("type"), list):
            assert len(schema["type"]) == 2, where
            assert schema["type"][1] == "null", where


def test_only_objects_lists_and_enumerations_have_names():
    for name, schema in COMPONENTS.items():
        named = "properties" in schema or "enum" in schema or schema["type"] == "array"
        assert named, name


def test_every_enumeration_has_a_name():
    for where, schema in schemas():
        if "enum" in schema:
            assert where in COMPONENTS, where
            assert len(schema["enum"]) > 1, where
            assert None not in schema["enum"], where


def test_no_schema_brings_a_title_and_no_field_a_default():
    for where, schema in schemas():
        assert "title" not in schema, where
        if "default" in schema:
            assert where.endswith(" maxpagesize"), where  # a parameter is never sent unasked


def test_names_are_nouns_of_the_field():
    for name in COMPONENTS:
        assert re.fullmatch(r"(?:[A-Z][a-z]+)+", name.replace("OpenApi", "Openapi")), name
        assert not re.search(r"Shape|Input|Output|Model|Indexed", name), name
    assert max(Counter(map(str.lower, COMPONENTS)).values()) == 1


def test_no_name_is_left_over():
    """Also none that only another unused one names."""
    seen: set[str] = set()
    waiting = [str(DOCUMENT["paths"]), str(DOCUMENT["components"]["responses"])]
    while waiting:
        for name in re.findall(r"#/components/schemas/(\w+)", waiting.pop()):
            if name not in seen:
                seen.add(name)
                waiting.append(str(COMPONENTS[name]))
    assert seen == COMPONENTS.keys()


def test_operations_are_nouns_with_a_verb():
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+_[A-Z][A-Za-z]+", each) for each in ids), ids
    assert len({each.lower() for each in ids}) == len(ids)
    assert {"DeadLetters_Replay", "Subscriptions_SetPartnerOfRecord", "Ledger_GetProof"} <= set(ids)


def test_the_verb_is_that_of_the_method():
    for path, method, operation in OPERATIONS:
        verb = operation["operationId"].partition("_")[2]
        action = path.rpartition("/")[2]
        if method == "get":
            schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
            listed = "value" in deref(schema)["properties"]
            assert verb == "List" if listed else verb.startswith("Get"), path
        elif method == "put":
            replaces = "428" in operation["responses"]
            assert verb == ("CreateOrReplace" if replaces else "Create"), path
        elif method in {"patch", "delete"}:
            assert verb == {"patch": "Update", "delete": "Delete"}[method], path
        elif "}/" in path:
            assert verb == action.title().replace("-", ""), path


def test_any_other_answer_is_an_error_too():
    for path, _, operation in OPERATIONS:
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/AnyOther"}, (
            path
        )
    content = DOCUMENT["components"]["responses"]["AnyOther"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ErrorBody"}


def test_the_version_is_one_plain_parameter():
    reference = {"$ref": "#/components/parameters/ApiVersion"}
    for _, _, operation in OPERATIONS:
        named = [each for each in operation["parameters"] if deref(each)["name"] == "api-version"]
        assert named == ([reference] if operation["security"] else [])
    shared = DOCUMENT["components"]["parameters"]["ApiVersion"]
    assert (shared["schema"], shared["required"]) == ({"type": "string"}, True)


def test_conditions_are_plain_texts():
    for where, parameter in parameters():
        if parameter["in"] == "header":
            assert parameter["schema"] == {"type": "string"}, where


def test_what_may_be_left_out_is_optional():
    """What a body has a default for, and what an answer does not always say."""
    invitation = COMPONENTS["InvitationBody"]
    assert invitation["required"] == ["delegatedAdmin"]
    assert "`90`" in invitation["properties"]["expiresInDays"]["description"]
    for name in ("InvitationList", "PartnerFeed"):
        assert "nextLink" not in COMPONENTS[name]["required"]


def test_tags_stand_in_the_order_of_a_partners_journey():
    names = [cast("str", each["name"]) for each in DOCUMENT["tags"]]
    journey = ["partners", "invitations", "customers", "relationships", "subscriptions", "ledger"]
    assert [each for each in names if each in journey] == journey
