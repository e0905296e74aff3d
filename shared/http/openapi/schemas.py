"""Schemas as generators of clients understand them best, made of what the models say.

Tried with Kiota, NSwag, openapi-typescript and openapi-python-client: a text that is a schema of
its own becomes a class without a value, one that may be null by `anyOf` another class, a title a
name, and a default a field that must be sent. So texts are written out where they stand, what may
be null has the type null beside its own, enumerations have names, and defaults are told in words.
What a value of an enumeration means is told with the enumeration.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, Final, cast, override

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core.core_schema import EnumSchema, ModelSchema

from shared.canonical import JsonObject
from shared.http.endpoint import Endpoint, NoBody
from shared.http.openapi import sentences
from shared.http.openapi.nouns import noun
from shared.http.openapi.sentences import Say
from shared.http.shapes.errors import ErrorBody

type Endpoints = Sequence[Endpoint[Any, Any]]

_REF: Final = "#/components/schemas/{model}"
_NULL: Final[JsonObject] = {"type": "null"}


_VALUES: Final = "x-values"
"""What each value of an enumeration means, until the description takes it."""


class _Telling(GenerateJsonSchema):
    """With what the code says of each model, field, enumeration and value."""

    @override
    def model_schema(self, schema: ModelSchema) -> JsonObject:
        made = super().model_schema(schema)
        model = cast("type[BaseModel]", schema["cls"])
        fields = cast("dict[str, JsonObject]", made.get("properties", {}))
        for name, field in model.model_fields.items():
            told = fields.get(field.alias or name)
            if told is not None and (said := sentences.of_field(model, name)):
                told["description"] = said
        return _told(made, model)

    @override
    def enum_schema(self, schema: EnumSchema) -> JsonObject:
        made = super().enum_schema(schema)
        members = cast("list[Enum]", schema["members"])
        values = [(str(each.value), sentences.of_member(each) or "") for each in members]
        return _told({**made, _VALUES: values}, schema["cls"])


def _told(made: JsonObject, kind: type) -> JsonObject:
    """The same with what the type is; nothing of the libraries that it stands on."""
    bare = {name: value for name, value in made.items() if name != "description"}
    said = sentences.of_type(kind)
    return {**bare, "description": said} if said else bare


class Schemas:
    """Every model's schema under one name, references to it, and answers that are shared."""

    def __init__(self, endpoints: Endpoints, say: Say) -> None:
        """Those of all bodies, answers and query parameters."""
        self._say = say
        self._refs, shared = models_json_schema(
            _models(endpoints), by_alias=True, ref_template=_REF, schema_generator=_Telling
        )
        queries = {
            each.query: each.query.model_json_schema(
                by_alias=True, ref_template=_REF, schema_generator=_Telling
            )
            for each in endpoints
        }
        self._raw = cast("dict[str, JsonObject]", shared.get("$defs", {}))
        for schema in queries.values():
            self._raw |= schema.pop("$defs", {})
        plain = {noun(name): self._plain(each) for name, each in self._raw.items() if _own(each)}
        self.definitions: JsonObject = dict(sorted(plain.items()))
        self._queries = {
            model: {name: self._parameter(each) for name, each in schema["properties"].items()}
            for model, schema in queries.items()
        }

    def query(self, model: type[BaseModel]) -> Mapping[str, JsonObject]:
        """The schema of each query parameter when it is sent: never null."""
        return self._queries[model]

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> JsonObject:
        """A reference to the model's schema."""
        return self._plain(cast("JsonObject", self._refs[model, mode]))

    def _parameter(self, schema: JsonObject) -> JsonObject:
        default = schema.get("default")
        (kind,) = _choices(schema) or [schema]
        told = {**kind, "description": schema["description"]} if "description" in schema else kind
        plain = self._plain({name: value for name, value in told.items() if name != "default"})
        return plain if default is None else {**plain, "default": default}

    def _plain(self, schema: JsonObject) -> JsonObject:
        said = {name: value for name, value in schema.items() if name not in {"title", _VALUES}}
        if "description" in said:
            said["description"] = self._told(str(said["description"]), schema)
        if choices := _choices(said):
            del said["anyOf"]
            said = _nullable(choices, said, self._plain)
        elif "$ref" in said:
            name = str(said.pop("$ref")).rpartition("/")[2]
            if not _own(self._raw[name]):
                return self._without_default({**self._plain(self._raw[name]), **said})
            said["$ref"] = _REF.format(model=noun(name))
        for name in ("items", "additionalProperties", "propertyNames"):
            if isinstance(said.get(name), dict):
                said[name] = self._plain(cast("JsonObject", said[name]))
        if "properties" in said:
            properties = cast("dict[str, JsonObject]", said["properties"])
            said["properties"] = {name: self._plain(each) for name, each in properties.items()}
        return self._without_default(said)

    def _told(self, text: str, schema: JsonObject) -> str:
        """What it is, in the language, and what each of its values means."""
        values = cast("list[tuple[str, str]]", schema.get(_VALUES, []))
        told = [f"- `{value}`: {self._say(meant)}" for value, meant in values if meant]
        return "\n".join([self._say(text), *([""] if told else []), *told])

    def _without_default(self, schema: JsonObject) -> JsonObject:
        """A default would make a client's field one that must be sent: it is told instead."""
        said = {name: value for name, value in schema.items() if name != "default"}
        default = schema.get("default")
        if default in (None, []):
            return said
        told = self._say("Left out, it is `{value}`.").format(value=json.dumps(default).strip('"'))
        return {**said, "description": f"{said.get('description', '')} {told}".strip()}


def _models(endpoints: Endpoints) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (ErrorBody, "serialization"): None
    }
    for endpoint in endpoints:
        if endpoint.body is not None and endpoint.body is not NoBody:
            wanted[endpoint.body, "validation"] = None
        for model in endpoint.answers.values():
            if model is not None:
                wanted[model, "serialization"] = None
    return list(wanted)


def _own(schema: JsonObject) -> bool:
    """Whether a schema has a name of its own: objects with fields, enumerations, and lists."""
    return "properties" in schema or "enum" in schema or schema.get("type") == "array"


def _choices(schema: JsonObject) -> list[JsonObject]:
    """Of a schema that may be null, what else it may be."""
    kinds = cast("list[JsonObject]", schema.get("anyOf", []))
    return [kind for kind in kinds if kind != _NULL] if _NULL in kinds else []


def _nullable(
    choices: list[JsonObject], beside: JsonObject, plain: Callable[[JsonObject], JsonObject]
) -> JsonObject:
    (choice,) = choices
    kind = plain(choice)
    if "type" not in kind or "enum" in kind:
        return {"oneOf": [_NULL, kind], **beside}
    return {**kind, "type": [kind["type"], "null"], **beside}
