"""Whatever can be wrong with a value is said in both languages, without repeating the value."""

import re
import sys
from collections.abc import Iterator
from typing import Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from shared.deciding.bodies import CustomerBody, DeclineBody
from shared.deciding.sales import SubscriptionPatch, TermBody
from shared.http.shapes.queries import CustomersQuery, EventsQuery
from shared.model.base import Model
from shared.services import documents
from shared.services.field_words import BY_PATTERN, BY_TYPE, words_of
from shared.services.onboarding.pipelines import PipelineBody
from shared.services.queues.cloud_events import CloudEvent
from shared.wording import Words
from tests.running.app import endpoints

_GIVES: Final[dict[str, set[str]]] = {
    "any": set(),
    "bool": {"bool_type"},
    "datetime": {
        "datetime_from_date_parsing",
        "datetime_object_invalid",
        "datetime_parsing",
        "datetime_type",
        "timezone_aware",
    },
    "default": set(),
    "definition-ref": set(),
    "definitions": set(),
    "dict": {"dict_type"},
    "enum": {"enum"},
    "function-after": set(),
    "function-before": set(),
    "function-plain": set(),
    "int": {"int_from_float", "int_parsing", "int_parsing_size", "int_type"},
    "literal": {"literal_error"},
    "model": {"model_type"},
    "model-fields": {"missing", "model_type"},
    "nullable": set(),
    "str": {"string_type", "string_unicode"},
    "tuple": {"tuple_type"},
}
"""What each kind of schema fails with; a kind that is not here fails the test that meets it."""
_CONSTRAINTS: Final[dict[tuple[str, str], str]] = {
    ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal",
    ("str", "max_length"): "string_too_long",
    ("str", "min_length"): "string_too_short",
    ("str", "pattern"): "string_pattern_mismatch",
    ("tuple", "max_length"): "too_long",
    ("tuple", "min_length"): "too_short",
}
_TERM: Final = {"duration": "P1Y", "billingCycle": "annual"}
_CUSTOMER: Final = {"name": "Agency", "domain": "agency.example", "country": "US"}
_OURS: Final[dict[str, tuple[type[BaseModel], dict[str, object]]]] = {
    "_an_id": (CustomersQuery, {"customerId": "00000000-0000-0000-0000-000000000000"}),
    "_domain": (CustomerBody, _CUSTOMER | {"domain": "https://agency.example"}),
    "_guid": (CustomersQuery, {"customerId": "\u200b00000000-0000-4000-8000-000000000001"}),
    "_of_a_country": (CustomerBody, _CUSTOMER | {"country": "UK"}),
    "_utc": (CustomersQuery, {"updatedSince": "0001-01-01T00:00:00+10:00"}),
    "_plausible": (TermBody, _TERM | {"startsAt": "1999-01-01T00:00:00Z"}),
    "_rfc_3339": (TermBody, _TERM | {"startsAt": "yesterday"}),
    "_stated": (SubscriptionPatch, {"quantity": None}),
    "_in_order": (
        TermBody,
        _TERM | {"startsAt": "2027-01-01T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
    ),
    "_extensions": (
        CloudEvent,
        {"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "data": {}, "no-word": 1},
    ),
    "_attributes": (CloudEvent, {"data": {}, "data_base64": "e30="}),
    "_json": (CloudEvent, {"datacontenttype": "text/plain"}),
    "_event_types": (EventsQuery, {"types": "lunch"}),
    "attribute": (CloudEvent, {"id": "a\x07b"}),
    "line": (CustomersQuery, {"search": "a\u200bb"}),
    "prose": (DeclineBody, {"reason": "a\u200bb"}),
    "spelt_out": (CloudEvent, {"time": "yesterday"}),
    "visible": (DeclineBody, {"reason": "\u2800"}),
    "_unreserved": (PipelineBody, {"source": "/partners/x"}),
}
"""Each validator of ours that refuses, and what it refuses."""
_NEVER_REFUSE: Final = {"_whole", "_with_its_plus", "_without_zeros", "rfc3339", "spoken"}


def _models() -> list[type[BaseModel]]:
    """Every body and query of the API, and every model of the modules that read messages."""
    asked = [
        each
        for endpoint in endpoints().values()
        for each in (endpoint.body, endpoint.query)
        if each is not None
    ]
    readers = [
        each for each in sys.modules.values() if getattr(each, "take", None) is documents.take
    ]
    read = [
        each
        for module in readers
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Model) and each.__module__ == module.__name__
    ]
    return sorted(set(asked) | set(read), key=lambda model: f"{model.__module__}.{model.__name__}")


_MODELS: Final = _models()


def _nodes(schema: object) -> Iterator[dict[str, Any]]:
    """Every part of a core schema that validates something."""
    if isinstance(schema, dict):
        node = cast("dict[str, Any]", schema)
        if isinstance(node.get("type"), str) and node["type"] not in {"model-field", "no-info"}:
            yield node
        for name, below in node.items():
            if name not in {"metadata", "serialization"}:
                yield from _nodes(below)
    elif isinstance(schema, list | tuple):
        for below in cast("list[object]", schema):
            yield from _nodes(below)


def _all_nodes() -> list[dict[str, Any]]:
    for model in _MODELS:
        model.model_rebuild()  # A schema is built when it is needed first.
    return [node for model in _MODELS for node in _nodes(model.__pydantic_core_schema__)]


def _complete(words: Words) -> None:
    for text in (words.en, words.ko):
        assert text.endswith(".")
        assert not re.search(r"\{[a-z_]+\}", text)
    assert words.en.isascii()
    assert re.search("[가-힣]", words.ko)


def _errors(model: type[BaseModel], document: object) -> list[Any]:
    try:
        model.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        return list(error.errors(include_url=False))
    return []


def test_every_error_that_a_schema_can_give_has_words():
    wanted = {"extra_forbidden"}
    for node in _all_nodes():
        wanted |= _GIVES[node["type"]]
        wanted |= {
            error
            for (kind, constraint), error in _CONSTRAINTS.items()
            if kind == node["type"] and constraint in node
        }
    assert wanted == BY_TYPE.keys()


def test_every_constraint_of_a_schema_is_known():
    limits = {"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"}
    for node in _all_nodes():
        assert {(node["type"], name) for name in limits & node.keys()} <= _CONSTRAINTS.keys()


def test_every_pattern_is_explained():
    assert {node["pattern"] for node in _all_nodes() if "pattern" in node} == BY_PATTERN.keys()


def test_both_languages_have_the_same_places():
    for words in [*BY_TYPE.values(), *BY_PATTERN.values()]:
        places = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (words.en, words.ko)]
        assert places[0] == places[1]
        assert words.en.isascii()
        assert re.search("[가-힣]", words.ko)


def test_every_validator_of_ours_is_here():
    functions = {
        (function["function"] if isinstance(function, dict) else function).__name__
        for node in _all_nodes()
        if node["type"].startswith("function") and (function := node.get("function"))
    }
    assert functions - _NEVER_REFUSE == _OURS.keys()


@pytest.mark.parametrize("name", _OURS)
def test_a_validator_of_ours_brings_its_words(name: str):
    model, refused = _OURS[name]
    (error,) = [each for each in _errors(model, refused) if each["type"] == "explained"]
    _complete(words_of(error))


_MARK: Final = "zqxj"
"""Stands in every text that is sent, and in none of ours."""
_TEXTS: Final = st.sampled_from(
    [
        _MARK,
        f"{_MARK}@{_MARK}",
        _MARK * 600,
        f"2026-13-01T08:00:00Z{_MARK}",
        f"2026-11-01T08:00:00{_MARK}",
        f"{_MARK}\x00",
        "",
        "2026-11-01T08:00:00",
        "2026-11-01",
        "9" * 5000,
        "1.5",
        "-1",
    ]
)
_NUMBERS: Final = st.sampled_from([-1, 0, 1, 10**30, 0.5, -(10**400)])
_VALUES: Final = st.recursive(
    st.one_of(st.none(), st.booleans(), _NUMBERS, _TEXTS),
    lambda below: st.one_of(
        st.lists(below, max_size=3), st.dictionaries(_TEXTS, below, max_size=2)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("model", _MODELS, ids=lambda model: model.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_nothing_else_can_be_wrong_and_nothing_is_repeated(
    model: type[BaseModel], data: st.DataObject
):
    fields = {field.alias or name for name, field in model.model_fields.items()}
    document = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(fields, _VALUES)))
    for error in _errors(model, document | {_MARK: 1}):
        assert error["type"] in {*BY_TYPE, "explained"}
        words = words_of(error)
        _complete(words)
        assert _MARK not in words.en + words.ko
