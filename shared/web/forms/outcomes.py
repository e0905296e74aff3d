"""What the API said to a form: nothing against it, or each problem at its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from shared.canonical import JsonObject
from shared.web.forms.form import Form

_TRIED: Final = "body."
"""Where a trial's problems lie: the command's body is a field of the trial's own."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something against the form in the API's words; `field` is the name of one of its fields.

    `subscription_ids`: the subscriptions that stand in the way.
    """

    said: str
    field: str | None = None
    subscription_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended. `changed`: the subject is another than was shown; nothing was done.

    `wait`: the seconds after which the same may succeed. `unchecked`: what a trial could not look
    at, and why.
    """

    status: int
    problems: tuple[Problem, ...] = ()
    changed: bool = False
    wait: int | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is against it."""
        return self.status < HTTPStatus.BAD_REQUEST


def of_trial(form: Form, status: int, document: JsonObject, headers: Mapping[str, str]) -> Outcome:
    """What a trial came to: 409 with every rule that the command would break."""
    if status != HTTPStatus.OK:
        return of_command(form, status, document, headers)
    refusals = cast("list[dict[str, Any]]", document["refusals"])
    unchecked = tuple(str(each["message"]) for each in cast("Any", document["unchecked"]))
    if not refusals:
        return Outcome(HTTPStatus.OK, unchecked=unchecked)
    problems = tuple(_problem(form, each) for each in refusals)
    return Outcome(HTTPStatus.CONFLICT, problems, unchecked=unchecked)


def of_command(
    form: Form, status: int, document: JsonObject, headers: Mapping[str, str]
) -> Outcome:
    """What a command came to."""
    if status < HTTPStatus.BAD_REQUEST:
        return Outcome(status)
    if status == HTTPStatus.PRECONDITION_FAILED:
        return Outcome(HTTPStatus.CONFLICT, changed=True)
    error = cast("dict[str, Any]", document["error"])
    told = error.get("details") or [error]
    wait = headers.get("Retry-After")
    problems = tuple(_problem(form, each) for each in told)
    return Outcome(status, problems, wait=int(wait) if wait else None)


def _problem(form: Form, detail: dict[str, Any]) -> Problem:
    target = str(detail.get("target") or "").removeprefix(_TRIED)
    ids = tuple(detail.get("subscriptionIds") or ())
    return Problem(detail["message"], _field(form, target) if target else None, ids)


def _field(form: Form, target: str) -> str | None:
    """The field that a problem is about: of an object's, its first field."""
    names = [each.name for each in form.fields]
    inside = (name for name in names if name == target or name.startswith(f"{target}."))
    return next(inside, None)
