"""From a POST to what it asks for, or its refusal: where it came from, whole, and well-formed.

In this order: `Origin`, `Sec-Fetch-Site`, whether anything arrived, the token, size, media type,
fields. The API's own refusals come behind them all.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import parse_qsl, urlsplit

from shared.canonical import JsonObject
from shared.http.body import MAX_BYTES
from shared.http.messages import Incoming
from shared.web.forms.form import STEP_FIELD, TICKED, TOKEN_FIELD, Field, Form, Kind, Step
from shared.web.texts import text

_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 200
_TOKEN: Final = re.compile(rb"(?:^|&)form_token=([A-Za-z0-9._-]+)(?=&|$)")
_UTF_8: Final = frozenset({"", "utf-8", "utf8"})
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


class Turned(Exception):
    """A POST that is not taken as a form of ours: nothing was done."""

    def __init__(self, status: HTTPStatus, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said


@dataclass(frozen=True, slots=True)
class Submission:
    """A form's step, and what was typed, by the fields' names."""

    step: Step
    typed: Mapping[str, str]


def check_origin(headers: Mapping[str, str], public_base_url: str) -> None:
    """Raises Turned for a POST that a page of this site did not send."""
    at = urlsplit(public_base_url)
    if headers.get("origin", "").lower() != f"{at.scheme}://{at.netloc}".lower():
        raise _forbidden()
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise _forbidden()


def sealed_token(incoming: Incoming) -> str:
    """The token's text, "" where there is none. Raises Turned where nothing of a body arrived.

    It is looked for before the body is read, whatever that is.
    """
    headers = incoming.headers
    if not incoming.body and ("transfer-encoding" in headers or "content-length" not in headers):
        said = text("Nothing of the form arrived. Go back and send it again.")
        raise Turned(HTTPStatus.LENGTH_REQUIRED, said)
    found = _TOKEN.findall(incoming.body)
    return found[0].decode() if len(found) == 1 else ""


def read(incoming: Incoming, form: Form) -> Submission:
    """The fields of a body. Raises Turned."""
    if len(incoming.body) > MAX_BYTES:
        said = text("The form is too large. Shorten what you typed.")
        raise Turned(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)
    _check_media_type(incoming.headers)
    try:
        pairs = parse_qsl(
            incoming.body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MAX_FIELDS,
        )
    except ValueError:
        raise _malformed() from None
    fields = dict(pairs)
    known = {TOKEN_FIELD, STEP_FIELD, *(name for each in form.fields for name in each.inputs)}
    if max(Counter(name for name, _ in pairs).values(), default=0) > 1 or not known >= set(fields):
        raise _malformed()
    step = fields.pop(STEP_FIELD, "")
    del fields[TOKEN_FIELD]
    if step not in steps(form):
        raise _malformed()
    return Submission(Step(step), _joined(form, fields))


def _joined(form: Form, fields: dict[str, str]) -> dict[str, str]:
    """What was typed by the fields' names: of several boxes the ticked ones, one in each line.

    Raises Turned for a box whose value is not ours.
    """
    typed = dict(fields)
    for each in form.fields:
        if each.kind is Kind.SEVERAL:
            boxes = zip(each.choices, each.inputs, strict=True)
            ticked = [value for value, name in boxes if _ticked(typed.pop(name, ""))]
            typed[each.name] = "\n".join(ticked)
    return typed


def steps(form: Form) -> tuple[Step, ...]:
    """Those that a form has: what decides nothing has no review.

    A preview is for what can be tried, and for answers of a review that are to be changed.
    """
    tried = (Step.PREVIEW,) if form.trial or (form.decides and form.fields) else ()
    return (*tried, *((Step.REVIEW,) if form.decides else ()), Step.CONFIRM)


def body(form: Form, typed: Mapping[str, str]) -> JsonObject:
    """The API's body: dotted names are objects, empty fields are not there.

    Raises Turned for a box whose value is not ours. What else is wrong with a value, the API says.
    """
    document: JsonObject = {}
    for each in form.fields:
        if each.name in form.typed_ids:
            continue
        value = _value(each, typed.get(each.name, ""))
        if value is not None or (each.cleared and each.name in typed):
            *outer, name = each.name.split(".")
            place = document
            for part in outer:
                place = cast("JsonObject", place.setdefault(part, {}))
            place[name] = value
    return document


def typed_ids(form: Form, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed for the endpoint's path; what is no id there, the API says."""
    return {name: typed.get(name, "").strip() for name in form.typed_ids}


def _value(field: Field, typed: str) -> object:
    given = typed.replace("\r\n", "\n")
    match field.kind:
        case Kind.FLAG:
            return _ticked(given)
        case Kind.LINES | Kind.SEVERAL:
            return [line.strip() for line in given.splitlines() if line.strip()]
        case Kind.NUMBER if _NUMBER.fullmatch(given.strip()):
            return int(given)
        case Kind.DATE if _DATE.fullmatch(given.strip()):
            return f"{given.strip()}T23:59:59Z"
        case Kind.MIDNIGHT if _DATE.fullmatch(given.strip()):
            return f"{given.strip()}T00:00:00Z"
        case Kind.PROSE:
            return given if given.strip() else None
        case _:
            return given.strip() or None


def _ticked(given: str) -> bool:
    if given not in {"", TICKED}:
        raise _malformed()
    return bool(given)


def _check_media_type(headers: Mapping[str, str]) -> None:
    parts = headers.get("content-type", "").lower().split(";")
    kind, *parameters = (part.strip() for part in parts)
    named = (each.partition("=") for each in parameters)
    charset = next((value.strip('" ') for name, _, value in named if name == "charset"), "")
    encoded = headers.get("content-encoding", "identity").strip().lower() != "identity"
    if kind != _MEDIA_TYPE or charset not in _UTF_8 or encoded:
        raise Turned(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text("This is not the form of this page."))


def _forbidden() -> Turned:
    said = text("This form was not sent from a page of this site, so nothing was done.")
    return Turned(HTTPStatus.FORBIDDEN, said)


def foreign_token() -> Turned:
    """For a token that is none, or another person's, or of another form."""
    said = text(
        "This form was made for another person, or another page, or it is too old. Nothing was"
        " done. Open the page again."
    )
    return Turned(HTTPStatus.FORBIDDEN, said)


def _malformed() -> Turned:
    said = text("The form is not as this page made it, so nothing was done. Open the page again.")
    return Turned(HTTPStatus.BAD_REQUEST, said)
