"""What sentences of the description claim that can be computed: held against what is so."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args

import pytest

from shared.model.ledger import BreakKind
from shared.policy.catalogue import rules
from tests.running.description import COMPONENTS, OPERATIONS, deref, messages

NUMBER: Final = re.compile(r"\d[\d,.]*\d|\d")
SPELLED: Final = {
    "zeros": "0",
    "first": "1",
    "one": "1",
    "a minute": "1",
    "two": "2",
    "three": "3",
    "five": "5",
    "ten": "10",
    "twenty": "20",
    "hexadecimal": "16",
    "fifty": "50",
    "fiftieth": "50",
}
"""Numbers that English spells out and Korean may write in digits."""


class Field:
    """A field of a body or answer, or a parameter: its schema, and the first line said of it."""

    def __init__(self, where: str, schema: dict[str, Any], *, required: bool) -> None:
        self.where, self.schema, self.required = where, schema, required
        self.said: str = schema.get("description", "")
        self.nullable = {"type": "null"} in schema.get("oneOf", []) or "null" in schema.get(
            "type", ""
        )

    def says(self, word: str) -> bool:
        return re.search(rf"\b{word}\b", self.said.split("\n")[0], re.IGNORECASE) is not None


def of_schemas(names: Iterable[str]) -> Iterator[Field]:
    for name in names:
        schema = COMPONENTS[name]
        for field, said in schema.get("properties", {}).items():
            yield Field(f"{name}.{field}", said, required=field in schema.get("required", []))


def parameters() -> Iterator[Field]:
    for _, _, operation in OPERATIONS:
        for each in map(deref, operation["parameters"]):
            told = {**each["schema"], "description": each["description"]}
            where = f"{operation['operationId']} {each['name']}"
            yield Field(where, told, required=each["required"])


def asked() -> set[str]:
    """The schemas that bodies of requests are made of."""
    found = set[str]()
    left: list[Any] = [each["requestBody"] for _, _, each in OPERATIONS if "requestBody" in each]
    while left:
        match left.pop():
            case {"$ref": str(ref)} if (name := ref.rpartition("/")[2]) not in found:
                found.add(name)
                left.append(COMPONENTS[name])
            case dict() as node:
                left.extend(node.values())
            case list() as node:
                left.extend(node)
            case _:
                pass
    return found


FIELDS: Final = [*of_schemas(COMPONENTS), *parameters()]


def test_rules_that_are_named_are_in_the_catalogue():
    named = {
        rule for text in messages() for rule in re.findall(r"\b(?!UTF|SHA|RFC)[A-Z]{3}-\d+\b", text)
    }
    assert len(named) > 30
    assert named <= rules().keys()
    families = {rule.partition("-")[0] for rule in rules()} - {"DAP"}  # which is a word, too
    assert [text for text in messages() if re.search(rf"\(({'|'.join(families)})\)", text)] == []


def test_both_languages_have_the_same_numbers():
    for english, korean in messages().items():
        spelled = {value for word, value in SPELLED.items() if re.search(rf"\b{word}\b", english)}
        known = set(NUMBER.findall(english))
        assert known <= set(NUMBER.findall(korean)), english
        assert set(NUMBER.findall(korean)) <= known | spelled, english


def test_null_is_told_only_where_it_can_be():
    """That it is told wherever it can be is `test_sentences`."""
    wrong = [each.where for each in FIELDS if each.says("null") and not each.nullable]
    assert wrong == []


def test_what_is_always_there_is_not_called_absent_or_left_out():
    wrong = [
        each.where
        for each in FIELDS
        if each.required and (each.says("absent") or each.says("left out"))
    ]
    assert wrong == []


def test_a_body_says_what_leaving_a_field_out_means():
    optional = [each for each in of_schemas(asked()) if not each.required]
    assert len(optional) > 40
    assert [
        each.where
        for each in optional
        if "left out" not in each.said.lower() and not each.schema.get("enum")
    ] == []


BOUNDS: Final = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")
RANGE: Final = re.compile(r"\b(\d[\d,]*) to (\d[\d,]*)\b")
MOST: Final = re.compile(r"\bat most (\d[\d,]*)\b")


def number(text: str) -> int:
    return int(text.replace(",", ""))


def bounds(schema: dict[str, Any]) -> tuple[set[int], set[int]]:
    """The least and the most, of the schema and of repetitions in its pattern."""
    least, most = ({int(schema[name]) for name in names if name in schema} for names in BOUNDS)
    for one, other in re.findall(r"\{(\d+),(\d+)\}", schema.get("pattern", "")):
        # One character may stand before the repetition.
        least |= {int(one), int(one) + 1}
        most |= {int(other), int(other) + 1}
    return least, most


@pytest.mark.parametrize(
    "field", [each for each in FIELDS if any(bounds(each.schema))], ids=lambda each: each.where
)
def test_bounds_that_are_told_are_the_schemas(field: Field):
    least, most = bounds(field.schema)
    for one, other in RANGE.findall(field.said):
        assert number(one) in least
        assert number(other) in most
    for other in MOST.findall(field.said):
        assert number(other) in most
    if "maximum" in field.schema:
        assert f"{field.schema['minimum']:,} to {field.schema['maximum']:,}" in field.said


def test_bounds_are_told_of_nothing_that_has_none():
    """Of what is sent: an answer may tell how many there are."""
    sent = [*of_schemas(asked()), *parameters()]
    told = [each for each in sent if RANGE.search(each.said) or MOST.search(each.said)]
    assert len(told) > 30
    assert [each.where for each in told if not any(bounds(each.schema))] == []


def examples(field: Field) -> Iterator[str]:
    """What a sentence gives as examples: `such as` one, or several joined by commas and `or`."""
    for listed in re.findall(r"such as ((?:`[^`]+`(?:, | or )?)+)", field.said):
        yield from re.findall(r"`([^`]+)`", listed)


def test_examples_in_sentences_are_what_the_field_takes():
    tried = 0
    for field in FIELDS:
        choice = next(
            (deref(each) for each in field.schema.get("oneOf", []) if "$ref" in each), field.schema
        )
        for example in examples(field):
            if "enum" in choice:
                assert example in choice["enum"], field.where
            if "pattern" in choice:
                assert re.search(choice["pattern"], example), field.where
                tried += 1
            if any(name in choice for name in ("minimum", "maximum")):
                pytest.fail(f"{field.where}: {example}")
    assert tried >= 3


def test_names_of_the_api_in_sentences_exist():
    """A name in camel case is a field, a value or a parameter; a path is an operation's."""
    fields = {name for each in COMPONENTS.values() for name in each.get("properties", {})}
    values = {value for each in COMPONENTS.values() for value in each.get("enum", [])}
    known = fields | values | {each.where.split(" ")[-1] for each in parameters()}
    # Of a queue's message, of clouds: in no schema of HTTP.
    known |= {"actingPartnerId", "usGovernment"}
    operations = {f"{method.upper()} /{path.lstrip('/')}" for path, method, _ in OPERATIONS}
    for text in messages():
        for name in re.findall(r"`([^`]+)`", text):
            if re.fullmatch(r"[a-z]+(?:[A-Z][a-z]+)+|[a-z]+\.[a-zA-Z]+", name):
                last = name.rpartition(".")[2]
                assert last in known, f"{name}: {text}"
            elif re.match(r"(GET|PUT|POST) /", name):
                assert name in operations, f"{name}: {text}"


MET_BY_SWEEPS_ALONE: Final = {"misplaced", "schema"}
"""A verification reads no entry from another's place, and takes every form of one."""


def test_a_text_names_all_that_its_value_can_be():
    """Where the code has a closed list and the contract a text."""
    kinds = COMPONENTS["LedgerBreak"]["properties"]["kind"]["description"]
    told = [each for each in get_args(BreakKind.__value__) if each not in MET_BY_SWEEPS_ALONE]
    assert re.findall(r"`([^`]+)`", kinds) == told


ORDERED: Final = re.compile(
    r"\b(By (?:the )?[\w' ]*id\b|By id\b|Newest first|In the order of|in its own order|by id\b)"
)


def test_every_list_names_its_order():
    """Each page's sentence says that the operation does."""
    lists = [
        operation
        for _, _, operation in OPERATIONS
        if "value" in answered(operation).get("properties", {})
        and "cursor" not in answered(operation)["properties"]
    ]
    assert len(lists) > 15
    unordered = [
        each["operationId"]
        for each in lists
        if not ORDERED.search(each["description"])
        and not any(deref(one)["name"] == "order" for one in each["parameters"])
    ]
    assert unordered == []


def answered(operation: dict[str, Any]) -> dict[str, Any]:
    """The schema of an operation's 200 as JSON."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return deref(content.get("schema", {})) if content else {}
