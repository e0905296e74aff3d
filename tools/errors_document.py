"""Writes docs/errors.md from the errors of the code: `python -m tools.errors_document`."""

from collections.abc import Iterable, Iterator
from inspect import getdoc
from pathlib import Path
from typing import Final

from shared import errors
from shared.error_details import DetailCode
from shared.errors import AppError
from shared.http import request_errors
from shared.policy.catalogue import rules
from shared.services.queues import rejections

PATH: Final = Path(__file__).parents[1] / "docs" / "errors.md"

HOMES: Final = (errors.__name__, request_errors.__name__, rejections.__name__)
"""The modules that define errors."""

_HEAD: Final = """# Errors

Every error code that the API answers, generated from the code's error classes and the rule
catalogue by `make docs`; a test fails when it is behind. The shape of an error is in
[calling.md](calling.md). Branch on `code`, never on `message`.

Every message follows `Accept-Language` (`en`, `ko`); none repeats a value that was
sent; a 415 names encodings and media types that are well known.
Errors of queue messages are in the results of their pipeline, with the codes of the same request
over HTTP and in the language of the message's `locale`; they have no status of their own.

| code | status | `Retry-After` | when | what to do |
|---|---|---|---|---|
"""

_DETAILS: Final = """
## Codes in `details`

Of 400 and 503. `target` is the JSON path of a field, `body` for the whole body, or the name of a
parameter, of a header, or of what does not answer. The path, the query, the body and each header
are looked at one after another, and only the first that is malformed is told, with fifty fields at
most.

| code | when |
|---|---|
"""

_RULES: Final = """
## Codes in `details` of `PolicyRefused`

The ids of the broken rules, which [rules.md](rules.md) explains. One rule can be broken in several
ways; names in braces stand for the request's own values.

| code | en | ko | retryable | who can resolve |
|---|---|---|---|---|
"""


def document() -> str:
    """The whole text."""
    return "".join((_HEAD, *_errors(), _DETAILS, *_details(), _RULES, *_broken()))


def classes(error: type[AppError] = AppError) -> Iterator[type[AppError]]:
    """Every error there is, the base first."""
    yield error
    for each in error.__subclasses__():
        if each.__module__ in HOMES:
            yield from classes(each)


def _place(error: type[AppError]) -> tuple[int, bool, int]:
    """Where an error stands, whichever module was imported first."""
    return error.status, error is AppError, HOMES.index(error.__module__)


def _errors() -> Iterator[str]:
    for error in sorted(classes(), key=_place):
        retry_after = "" if error.retry_after is None else f"{error.retry_after} s"
        when = " ".join((getdoc(error) or "").split())
        yield _row((f"`{error.code}`", str(error.status), retry_after, when, error.advice))


def _details() -> Iterator[str]:
    for code in DetailCode:
        yield _row((f"`{code}`", code.when))


def _broken() -> Iterator[str]:
    for rule in rules().values():
        for told in rule.messages.values():
            yield _row((rule.id, told.en, told.ko, told.retryable, told.resolvable_by))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
