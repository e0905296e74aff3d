"""The records of forms: what is asked of a person, and which command of the API it becomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from shared.canonical import JsonObject
from shared.http.endpoint import Endpoint


class Kind(StrEnum):
    """How a field is asked, and what its text becomes in the API's body."""

    LINE = "text"
    EMAIL = "email"
    PROSE = "textarea"
    NUMBER = "number"
    DATE = "date"
    """The end of that day in UTC, as a time."""
    MIDNIGHT = "midnight"
    """The beginning of that day in UTC, as a time."""
    FLAG = "checkbox"
    """True or, without a tick, false."""
    CHOICE = "radio"
    SEVERAL = "several"
    """A list of some of the choices, each of which has a box under the field's name and its own."""
    LINES = "lines"
    """A list, one value in each line."""
    PICK = "select"
    """One of what the page knows, or none."""


class Step(StrEnum):
    """What a submit button asks for."""

    PREVIEW = "preview"
    REVIEW = "review"
    CONFIRM = "confirm"


type Shown = Callable[[Mapping[str, JsonObject | None]], bool]


def _always(_: Mapping[str, JsonObject | None]) -> bool:
    return True


def _nothing_beyond(_: Mapping[str, JsonObject | None]) -> bool:
    return False


type Options = Callable[[Mapping[str, JsonObject | None]], Mapping[str, str]]


def _no_options(_: Mapping[str, JsonObject | None]) -> Mapping[str, str]:
    return {}


type Filled = Callable[[Mapping[str, JsonObject | None]], str]


def _empty(_: Mapping[str, JsonObject | None]) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, under the API's dotted name; an empty one is not sent.

    One that is called like a parameter of the endpoint's path is typed for that. `label` and the
    texts of `choices`, by value, are texts of the catalog; what else is said of the field is the
    API's own sentence. `purpose` is HTML's `autocomplete`. `shown`: whether it is asked at all, by
    what the page knows. `filled`: likewise, what stands in it when the form is opened; `options`:
    likewise, the values that can be picked, by what others call each; `beyond`: likewise, whether
    there are more than these, so that one may be typed. `cleared`: emptied, it is sent as null,
    which takes away what is there.
    """

    name: str
    label: str
    kind: Kind = Kind.LINE
    purpose: str = ""
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    shown: Shown = _always
    filled: Filled = _empty
    options: Options = _no_options
    beyond: Shown = _nothing_beyond
    cleared: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names under which a browser sends it."""
        if self.kind is Kind.SEVERAL:
            return tuple(f"{self.name}.{value}" for value in self.choices)
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Trial:
    """The endpoint that tries a command without doing it, and the name that it has there.

    `at_once`: the form has nothing to be typed, and is tried as soon as it is opened.
    """

    endpoint: Endpoint[Any, Any]
    name: str
    at_once: bool = False


def _never(_: JsonObject) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Target:
    """What a command is done with: parameters of its path, and the version that was shown."""

    ids: Mapping[str, str]
    etag: str


type Targets = Callable[[Mapping[str, JsonObject | None]], tuple[Target, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a page's POST does: `endpoint`, with the fields as its body.

    `button` is the text of what confirms. `after`: the address to go to then. `decides`: a legal
    act, which wants a fresh sign-in, a review, and the version that was shown. `done`: whether the
    subject is already as the form would make it, so that what was sent twice is no conflict.
    `makes`: parameters of the endpoint's path that are ids of new things. `adds`: what it does is
    new beside the subject, whose version says nothing about that. `each`: by what the page knows,
    what the command is done with one by one, where that is not what the page is about, and `at`:
    the address under which each of them has its page.
    """

    endpoint: Endpoint[Any, Any]
    button: str
    after: str
    fields: tuple[Field, ...] = ()
    trial: Trial | None = None
    decides: bool = False
    done: Callable[[JsonObject], bool] = _never
    makes: tuple[str, ...] = ()
    adds: bool = False
    each: Targets | None = None
    at: str = ""

    @property
    def typed_ids(self) -> tuple[str, ...]:
        """The parameters of the endpoint's path that people type."""
        return tuple(each.name for each in self.fields if each.name in self.endpoint.parameters)


TOKEN_FIELD: Final = "form_token"  # noqa: S105 - the name of a field
STEP_FIELD: Final = "step"
TICKED: Final = "true"
"""The value of a box that is ticked."""
