"""What the description says of each field, value, parameter and header."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from shared.http.openapi import sentences
from shared.http.shapes import customers, envelopes, invitations, partners
from shared.model.models import PartnerStatus
from tests.running.description import DOCUMENT, OPERATIONS, deref

COMPONENTS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]


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
        # Of a word, of an enumeration, of a model.
        (sentences.of_field(partners.PartnerShape, "region"), "The CSP region"),
        (sentences.of_field(partners.PartnerShape, "status"), "Whether the partner may do"),
        (sentences.of_field(customers.AgreementShape, "accepted_by"), "The tenant that did it"),
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
