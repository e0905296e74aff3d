"""No text that the description takes is refused: each place of each body, query and path."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.errors import BadRequest
from tests.running.app import endpoints
from tests.running.description import DOCUMENT, OPERATIONS, deref

BLANKS = ["", " ", "\t", "\u00a0", "\u2003", "\u3000", "\x1c", "\x85", "\u2028", "\ufeff"]
GUIDS = [
    "00000000-0000-0000-0000-000000000000",
    "{00000000-0000-0000-0000-000000000001}",
    "AAAAAAAA-AAAA-1AAA-8AAA-AAAAAAAAAAAA",
    "aaaaaaaaaaaa1aaa8aaaaaaaaaaaaaaa",
]
WORDS = ["a", "US", "us", "en-US", "0", "12345678901", "P0M", "P100Y", "/partners/", "/partner/x"]
TYPES = ["partner-enrolled", "partner-enrolled,", ",", "partner-enrolled,customer-updated", "lunch"]
MAIL = ["a@b", "a@b@c", "@", "a.b", "-a.b", f"{'a' * 64}.bc"]
PLAIN = [*BLANKS, *GUIDS, *WORDS, *TYPES, *MAIL]
TEXTS = [*PLAIN, *(f" {text}" for text in PLAIN), *(f"{text} " for text in PLAIN)]
"""None ends with a line: unlike in JSON Schema's own, Python's `$` stands before that too."""


def taken(schema: dict[str, Any], value: object) -> bool:
    """Whether the description takes a value."""
    whole = {**schema, "components": DOCUMENT["components"]}
    formats = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(whole, format_checker=formats).is_valid(value)


def places() -> Iterator[tuple[str, dict[str, Any], TypeAdapter[Any]]]:
    """Each described place of a query or a body, with what validates it."""
    for endpoint in endpoints().values():
        operation = DOCUMENT["paths"][f"/{endpoint.route}"][endpoint.method.lower()]
        where = f"{endpoint.method} {endpoint.route}"
        asked = {each["name"]: each["schema"] for each in map(deref, operation["parameters"])}
        yield from fields(where, endpoint.query, asked)
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert endpoint.body
            yield from fields(where, endpoint.body, deref(content["schema"]).get("properties", {}))


def fields(
    where: str, model: type[BaseModel], described: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], TypeAdapter[Any]]]:
    """Each place of a model, and of the models in it."""
    for name, field in model.model_fields.items():
        said = field.alias or name
        if said not in described:
            continue
        annotation: Any = Annotated[field.annotation, *field.metadata, None]
        yield f"{where} {said}", described[said], TypeAdapter(annotation)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                schema = deref(described[said])
                schema = deref(schema.get("oneOf", [schema])[-1])
                yield from fields(f"{where} {said}", inner, schema["properties"])


PLACES = list({where: (where, schema, adapter) for where, schema, adapter in places()}.values())


@pytest.mark.parametrize("place", PLACES, ids=[where for where, _, _ in PLACES])
def test_no_text_in_a_body_or_query_is_refused_that_is_described(
    place: tuple[str, dict[str, Any], TypeAdapter[Any]],
):
    _, schema, adapter = place
    for value in [*TEXTS, *([text] for text in TEXTS)]:
        if taken(schema, value):
            try:
                adapter.validate_python(value)
            except ValidationError as error:
                pytest.fail(f"{value!r} is described: {error}")


@pytest.mark.parametrize("path", sorted(path for path, _, _ in OPERATIONS if "{" in path))
def test_no_id_in_a_path_is_refused_that_is_described(path: str):
    for endpoint in endpoints().values():
        if f"/{endpoint.route}" != path:
            continue
        operation = DOCUMENT["paths"][path][endpoint.method.lower()]
        described = [each for each in map(deref, operation["parameters"]) if each["in"] == "path"]
        for said in described:
            known = {each["name"]: each["example"] for each in described}
            for text in TEXTS:
                if taken(said["schema"], text):
                    try:
                        endpoint.read_path(known | {said["name"]: text})
                    except BadRequest:
                        pytest.fail(f"{text!r} is described for {said['name']}")
