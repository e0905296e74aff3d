"""What the API said to a form: nothing against it, or each problem at its field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, cast

from shared.canonical import JsonObject
from shared.web.forms.form import Form

_TRIED: Final = "body."
"""Where a trial's problems lie: the command's body is a field of the trial's own."""
_ENTRY: Final = re.compile(r"\[(\d+)\]$")
"""How the target of a problem ends that is about one value of a list."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something against the form in the API's words; `field` is the name of one of its fields.

    `subscription_ids`: the subscriptions that stand in the way. `line`: from 1, of a list the value
    that it is about. `about`: what a form that is done with several could not be done with.
    """

    said: str
    field: str | None = None
    subscription_ids: tuple[str, ...] = ()
    line: int | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended. `changed`: the subject is another than was shown; nothing was done.

    `taken`: what was to be made is there already, with other content; nothing was done. `wait`: the
    seconds after which the same may succeed. `unchecked`: what a trial could not look at, and why.
    `done`: with how many it was done, of several.
    """

    status: int
    problems: tuple[Problem, ...] = ()
    changed: bool = False
    taken: bool = False
    wait: int | None = None
    unchecked: tuple[str, ...] = ()
    done: int = 0

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
    if status == HTTPStatus.PRECONDITION_FAILED:
        return Outcome(HTTPStatus.CONFLICT, changed=True)
    if status == HTTPStatus.PRECONDITION_REQUIRED:
        return Outcome(HTTPStatus.CONFLICT, taken=True)
    return of_one(form, status, document, headers)


def of_one(
    form: Form,
    status: int,
    document: JsonObject,
    headers: Mapping[str, str],
    about: str | None = None,
) -> Outcome:
    """The same of one of several, each of which says by itself that it has changed."""
    if status < HTTPStatus.BAD_REQUEST:
        return Outcome(status)
    error = cast("dict[str, Any]", document["error"])
    told = error.get("details") or [error]
    wait = headers.get("Retry-After")
    problems = tuple(replace(_problem(form, each), about=about) for each in told)
    return Outcome(status, problems, wait=int(wait) if wait else None)


def of_several(each: Sequence[Outcome]) -> Outcome:
    """What they came to together: the problems of all, and how long the last has to wait."""
    problems = tuple(problem for outcome in each for problem in outcome.problems)
    if not problems:
        return Outcome(HTTPStatus.OK)
    last = each[-1]
    status = HTTPStatus.CONFLICT if last.wait is None else last.status
    done = sum(outcome.good for outcome in each)
    return Outcome(status, problems, wait=last.wait, done=done)


def _problem(form: Form, detail: dict[str, Any]) -> Problem:
    target = str(detail.get("target") or "").removeprefix(_TRIED)
    entry = _ENTRY.search(target)
    name = _field(form, _ENTRY.sub("", target)) if target else None
    line = int(entry[1]) + 1 if entry and name else None
    return Problem(detail["message"], name, tuple(detail.get("subscriptionIds") or ()), line)


def _field(form: Form, target: str) -> str | None:
    """The field that a problem is about: of an object's, its first field."""
    names = [each.name for each in form.fields]
    inside = (name for name in names if name == target or name.startswith(f"{target}."))
    return next(inside, None)
