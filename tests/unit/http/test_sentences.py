"""What the description says of each field, value, parameter and header."""

import re
from collections.abc import Iterator
from typing import Any, cast

import pytest

from shared.http.endpoint import CSV
from shared.http.exports import columns
from shared.http.openapi import sentences
from shared.http.shapes import envelopes, invitations, partners, subscriptions
from shared.model.models import PartnerStatus
from tests.running.app import LocalApp, endpoints
from tests.running.description import COMPONENTS, DOCUMENT, OPERATIONS, deref, messages
from tools import description_texts_document, fields_document


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in COMPONENTS.items():
        for field, said in schema.get("properties", {}).items():
            yield f"{name}.{field}", said


def told() -> Iterator[tuple[str, str]]:
    """Everything that the description describes, with what it says of it."""
    yield from ((name, schema.get("description", "")) for name, schema in COMPONENTS.items())
    yield from ((name, said.get("description", "")) for name, said in fields())
    for kind in ("headers", "responses"):
        for name, said in DOCUMENT["components"][kind].items():
            yield f"{kind} {name}", said.get("description", "")
    for tag in DOCUMENT["tags"]:
        yield f"tag {tag['name']}", tag.get("description", "")
    for _, _, operation in OPERATIONS:
        where = operation["operationId"]
        yield f"{where} summary", operation.get("summary", "")
        yield where, operation.get("description", "")
        for parameter in map(deref, operation["parameters"]):
            yield f"{where} {parameter['name']}", parameter.get("description", "")
        for status, answer in operation["responses"].items():
            yield f"{where} {status}", deref(answer).get("description", "")


TOLD = list(told())


def test_everything_has_a_sentence():
    assert [where for where, text in TOLD if not text] == []
    assert len(list(fields())) > 500


def test_every_value_of_an_enumeration_has_one():
    for name, schema in COMPONENTS.items():
        values = cast("list[str]", schema.get("enum", []))
        listed = [line for line in schema["description"].splitlines() if line.startswith("- ")]
        assert [line.partition("`: ")[0] for line in listed] == [f"- `{each}" for each in values], (
            name
        )
        assert all(line.partition("`: ")[2] for line in listed), name


def test_no_sentence_is_the_name_once_more():
    values = [
        line[3:].partition("`: ")[::2]
        for _, text in TOLD
        for line in text.splitlines()
        if line.startswith("- `")
    ]
    assert len(values) > 150
    for name, text in [*TOLD, *values]:
        bare = re.sub(r"^(the|an?) |[^a-z]", "", text.lower())
        assert bare != re.sub(r"[^a-z]", "", re.split(r"[. ]", name)[-1].lower()), f"{name}: {text}"


def answered(node: Any) -> Iterator[str]:
    """The names of the schemas that an answer is made of."""
    match node:
        case {"$ref": str(ref)} if (name := ref.rpartition("/")[2]) in COMPONENTS:
            yield name
            yield from answered(COMPONENTS[name])
        case dict():
            for each in cast("dict[str, Any]", node).values():
                yield from answered(each)
        case list():
            for each in cast("list[Any]", node):
                yield from answered(each)
        case _:
            pass


def test_what_an_answer_may_lack_is_said_by_the_right_word():
    """Null where the field is there without a value, absent where it is not there."""
    answers = [
        deref(each)["content"]
        for _, _, operation in OPERATIONS
        for each in operation["responses"].values()
        if "content" in deref(each)
    ]
    wrong = list[str]()
    for name in {
        schema for each in answers for kind in each.values() for schema in answered(kind["schema"])
    }:
        needed = COMPONENTS[name].get("required", [])
        for field, said in COMPONENTS[name].get("properties", {}).items():
            may_be_null = {"type": "null"} in said.get("oneOf", []) or "null" in said.get(
                "type", ""
            )
            word = "null" if field in needed else "absent"
            if may_be_null and not re.search(rf"\b{word}\b", said["description"], re.IGNORECASE):
                wrong.append(f"{name}.{field}")
    assert wrong == []


def test_a_sentence_ends_as_one():
    for where, text in TOLD:
        if not where.endswith(" summary"):
            assert text.rstrip()[-1] in ".:)", f"{where}: {text}"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Under the field itself.
        (sentences.of_field(partners.PartnerShape, "name"), "What the operator calls the partner"),
        # Under that of a base.
        (sentences.of_field(invitations.InvitationShape, "url"), "The page on which"),
        # Of a page of something, under the generic one's.
        (
            sentences.of_field(envelopes.FeedShape[partners.PartnerShape], "cursor"),
            "Where the feed",
        ),
        # Of a word, of an enumeration.
        (sentences.of_field(partners.PartnerShape, "region"), "The CSP region"),
        (sentences.of_field(partners.PartnerShape, "status"), "Whether the partner may do"),
        (sentences.of_field(subscriptions.SubscriptionShape, "term"), "What the customer is bound"),
        # Of a value, and of a type.
        (sentences.of_member(PartnerStatus.SUSPENDED), "The operator suspended it"),
        (sentences.of_type(envelopes.ListShape[partners.PartnerShape]), "A page of a list;"),
        # A format is no meaning.
        (sentences.of_type(str), ""),
    ],
)
def test_a_sentence_stands_where_a_thing_is_declared(said: str | None, expected: str):
    assert (said or "").startswith(expected)
    assert bool(said) is bool(expected)


def marks(text: str) -> list[str]:
    """What is the same in any language: names of the API, ids of rules, values to be filled in."""
    return sorted(set(re.findall(r"`[^`]+`|\b[A-Z]{2,4}-\d\b|\{\w+\}", text)))


def test_the_catalog_has_every_text_and_no_other():
    assert sentences.CATALOG.read_text("utf-8") == description_texts_document.text(), (
        "run: python -m tools.description_texts_document"
    )
    assert len(messages()) > 900


def test_every_text_is_said_in_korean_and_loses_nothing():
    for english, korean in messages().items():
        assert re.search("[가-힣]", korean), english
        assert marks(korean) == marks(english), english


def descriptions(node: Any) -> Iterator[str]:
    match node:
        case dict():
            for name, each in cast("dict[str, Any]", node).items():
                if name in {"description", "summary"} and isinstance(each, str):
                    yield each
                elif name not in {"examples", "example"}:
                    yield from descriptions(each)
        case list():
            for each in cast("list[Any]", node):
                yield from descriptions(each)
        case _:
            pass


def test_the_tables_are_up_to_date():
    assert fields_document.PATH.read_text("utf-8") == fields_document.text(), (
        "run: python -m tools.fields_document"
    )


def test_every_column_of_a_file_is_told():
    files = [each for each in endpoints().values() if CSV in each.exports]
    assert len(files) > 4
    for endpoint in files:
        for column in columns(endpoint.item):
            assert sentences.of_path(endpoint.item, column), f"{endpoint.name} {column}"


async def test_it_is_served_in_the_readers_language(local: LocalApp):
    headers = {"accept-language": "ko-KR, en;q=0.5"}
    korean = await local.call("GET", "/api/openapi.json", headers=headers)
    english = await local.call("GET", "/api/openapi.json")
    assert [each for each in descriptions(korean.body) if not re.search("[가-힣]", each)] == []
    assert [each for each in descriptions(english.body) if re.search("[가-힣]", each)] == []
    assert korean.body["paths"].keys() == english.body["paths"].keys()
    assert "Accept-Language" in korean.headers["Vary"]
