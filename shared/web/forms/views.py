"""A form as its template shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.canonical import JsonObject
from shared.http.openapi.sentences import of_path
from shared.http.openapi.words import PARAMETERS
from shared.web.forms.form import TICKED, Field, Form, Kind, Step
from shared.web.forms.outcomes import Outcome, Problem


class Closed(StrEnum):
    """Why a form can be read and not sent."""

    LATE = "late"
    NOT_FRESH = "notFresh"
    NO_AUTH_TIME = "noAuthTime"
    UNRENEWED = "unrenewed"


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with what was typed, and what is wrong with that. `hint`: what the API says it is.

    `options`: what can be picked; `beyond`: whether something else can be typed.
    """

    field: Field
    hint: str
    value: str
    problems: tuple[Problem, ...]
    options: Mapping[str, str]
    beyond: bool

    @property
    def values(self) -> tuple[str, ...]:
        """Those of a list."""
        return tuple(line.strip() for line in self.value.splitlines() if line.strip())

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a review sends again, by the names of inputs."""
        if self.field.kind is Kind.SEVERAL:
            return tuple((f"{self.field.name}.{each}", TICKED) for each in self.values)
        return ((self.field.name, self.value),) if self.value else ()


@dataclass(frozen=True, slots=True)
class FormView:
    """What a form's template needs.

    `reviewing`: the answers are listed, with the button that confirms. `tried`: a preview found
    nothing against them, but could not look at what is `unchecked`. `closed`: why it cannot be
    sent. `general`: problems of no field. `done`: with how many it was done, where not with all.
    """

    form: Form
    address: str
    token: str
    until: str
    fields: tuple[FieldView, ...]
    general: tuple[Problem, ...] = ()
    reviewing: bool = False
    tried: bool = False
    changed: bool = False
    taken: bool = False
    unchecked: tuple[str, ...] = ()
    wait: int | None = None
    done: int = 0
    closed: Closed | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order in which the page names them."""
        return (*self.general, *(each for field in self.fields for each in field.problems))

    @property
    def refused(self) -> bool:
        """Whether something stands against it that waiting does not mend."""
        return bool(self.problems) and self.wait is None

    @property
    def answered(self) -> tuple[FieldView, ...]:
        """The fields that have an answer, to be read once more."""
        return tuple(each for each in self.fields if each.value or each.field.kind is Kind.FLAG)


def view(
    form: Form,
    known: Mapping[str, JsonObject | None],
    typed: Mapping[str, str],
    problems: tuple[Problem, ...] = (),
) -> tuple[tuple[FieldView, ...], tuple[Problem, ...]]:
    """The fields that are asked, and the problems of none of them."""
    shown = [each for each in form.fields if each.shown(known) or typed.get(each.name)]
    names = {each.name for each in shown}
    fields = tuple(
        FieldView(
            each,
            _hint(form, each),
            typed.get(each.name, ""),
            tuple(problem for problem in problems if problem.field == each.name),
            each.options(known),
            each.beyond(known),
        )
        for each in shown
    )
    return fields, tuple(problem for problem in problems if problem.field not in names)


def _hint(form: Form, field: Field) -> str:
    if field.name in form.typed_ids:
        return PARAMETERS[field.name]
    body = form.endpoint.body
    return (body and of_path(body, field.name)) or ""


def reviewing(step: Step, outcome: Outcome) -> bool:
    """Whether the answers are listed now: they were tried, and nothing is against them."""
    return step is Step.REVIEW and outcome.good
