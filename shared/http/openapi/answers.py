"""The answers of an operation in the API's description: statuses, codes, headers, examples.

What an operation can answer follows from its record: a token, a path, a body, a version.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from shared.canonical import JsonObject
from shared.errors import (
    AppError,
    BadRequest,
    ConcurrencyConflict,
    ConditionNotMet,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    PolicyRefused,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from shared.http.access import CUSTOMER_ROLES, PARTNER_ROLES
from shared.http.endpoint import JSON, Endpoint, field_names
from shared.http.openapi.examples import Examples
from shared.http.openapi.sentences import Say
from shared.http.request_errors import (
    LengthRequired,
    NotAcceptable,
    PayloadTooLarge,
    UnsupportedMediaType,
)
from shared.policy.callers import CallerRole

GOOD: Final = {
    200: "As asked.",
    201: "Created.",
    202: "Queued: what becomes of the messages is told in the feed at `results`.",
    204: "Done: there is nothing to show.",
}

_BAD: Final[Mapping[int, str]] = {
    400: (
        "Malformed: `details` names each bad field by its JSON path, up to the fiftieth, each"
        " parameter or header by its name, and as `body` one that is wrong as a whole; of"
        " `api-version` only `target` does. The path, the query, the body and each header are"
        " looked at one after another, and only the first that is malformed is told."
    ),
    401: "No token, or one that does not verify.",
    403: (
        "The token does not give this right on this route, or this is a partner's write and the"
        " caller's tenant is no enrolled partner."
    ),
    404: "Absent, or not visible to this caller.",
    406: "Accept allows none of the media types of this answer.",
    409: (
        "Refused by policy, in conflict with what is there, or others kept writing: the code says"
        " which."
    ),
    411: "A body in chunks, or a Content-Type without a Content-Length: nothing of a body arrived.",
    412: (
        "If-Match names a version that is not there, or a PUT with If-None-Match `*` would be 200"
        " or 428 without it."
    ),
    413: "The body is larger than 64 KiB.",
    415: "The media type is not the operation's, the charset not UTF-8, or the body is compressed.",
    428: "If-Match is missing: this would replace what is there, or is a PATCH.",
    429: (
        "More than the caller's share: then nothing was done. Or a busy storage: then a part of"
        " what takes several steps may be done."
    ),
    500: "Something went wrong here.",
    503: (
        "No answer from what is needed, the app is not set up, or the outcome is unknown: repeat"
        " the same call, unless the operation says that this is not safe."
    ),
}

_HEADERS: Final[Mapping[str, str]] = {
    "ETag": "The version of the representation, for `If-Match` and `If-None-Match`.",
    "Link": (
        'The next part of a long export, with `rel="next"`; absent on the last part, and for JSON.'
    ),
    "RateLimit": (
        "Of each limit with a quota that was looked at, on 429 of the one that was reached: units"
        " left, seconds until all are there again."
    ),
    "RateLimit-Policy": "Each of these limits: its quota of units, and the window in seconds.",
    "Retry-After": "After how many seconds trying again makes sense.",
    "WWW-Authenticate": "`Bearer`.",
    "x-ms-error-code": "Equal to `error.code`.",
    "x-ms-request-id": "Names this request, for questions to the operator.",
}

_LIMITED: Final = ("RateLimit", "RateLimit-Policy")
_UNCHANGED: Final = "If-None-Match names the version that is there."
_ANY_OTHER: Final = "AnyOther"
_OTHERWISE: Final = (
    "Any other error, in the same shape; one of another shape comes from something in between."
)
_ERROR: Final[JsonObject] = {"$ref": "#/components/schemas/ErrorBody"}
_ERROR_HEADERS: Final = ("x-ms-error-code", "x-ms-request-id")
_INTERNAL: Final = AppError.code

_SOMETIMES: Final = frozenset({409, 503})
"""Not every conflict passes by itself, so Retry-After may be missing there."""


def conditions(endpoint: Endpoint[Any, Any]) -> tuple[str, ...]:
    """The headers by which an operation can be made to depend on a version."""
    if endpoint.method != "DELETE" and not _tagged(endpoint) and not endpoint.takes_if_match:
        return ()
    return ("If-Match", "If-None-Match") if endpoint.method in {"GET", "PUT"} else ("If-Match",)


class Answers:
    """Describes what operations answer; what several answer likewise is `shared`."""

    def __init__(self, examples: Examples, say: Say) -> None:
        """In the language of `say`."""
        self._examples = examples
        self._say = say
        self.shared: dict[str, JsonObject] = {_ANY_OTHER: self._any_other()}

    def headers(self) -> JsonObject:
        """The components that answers refer to."""
        return {
            name: {"description": self._say(said), "schema": {"type": "string"}}
            for name, said in _HEADERS.items()
        }

    def good(
        self, endpoint: Endpoint[Any, Any], schemas: Mapping[int, JsonObject]
    ) -> Iterable[tuple[str, JsonObject]]:
        """The answers of success; `schemas` by status where there is a body."""
        for status in sorted(endpoint.answers):
            named = ["x-ms-request-id"]
            if _tagged(endpoint):
                named.append("ETag")
            if endpoint.exports:
                named.append("Link")
            if endpoint.operations and endpoint.method != "GET":
                named += _LIMITED
            answer: JsonObject = {
                "description": self._say(GOOD[status]),
                "headers": _headers(named),
            }
            if status in schemas:
                answer["content"] = dict(self._contents(endpoint, status, schemas[status]))
            yield str(status), answer
        if endpoint.method == "GET" and _tagged(endpoint):
            said = self._say(_UNCHANGED)
            yield "304", {"description": said, "headers": _headers(["x-ms-request-id", "ETag"])}

    def _contents(
        self, endpoint: Endpoint[Any, Any], status: int, schema: JsonObject
    ) -> Iterable[tuple[str, JsonObject]]:
        """An answer in each of its media types."""
        for kind in endpoint.produces:
            content: JsonObject = {"schema": schema if kind == JSON else {"type": "string"}}
            example = self._examples.answer(endpoint.name, status, kind)
            if example is not None:
                content["examples"] = {"example": {"value": example}}
            yield kind, content

    def bad(
        self, endpoint: Endpoint[Any, Any], roles: frozenset[CallerRole]
    ) -> Iterable[tuple[str, JsonObject]]:
        """The errors that it can answer, with their codes; `roles` may use it."""
        codes: dict[int, list[str]] = {}
        for status, code in dict.fromkeys(_errors(endpoint, roles)):
            codes.setdefault(status, []).append(code)
        for status, named in sorted(codes.items()):
            refusal = self._examples.answer(endpoint.name, status)
            if refusal is not None:
                own: JsonObject = {str(refusal["error"]["code"]): {"value": refusal}}
                yield str(status), self._error(status, named, own)
                continue
            name = ".".join(named)
            if name not in self.shared:
                self.shared[name] = self._error(status, named, {})
            yield str(status), {"$ref": f"#/components/responses/{name}"}
        yield "default", {"$ref": f"#/components/responses/{_ANY_OTHER}"}

    def _any_other(self) -> JsonObject:
        """For whoever meets a status that the operation does not name, such as a gateway's."""
        return {
            "description": self._say(_OTHERWISE),
            "headers": _headers(_ERROR_HEADERS),
            "content": {JSON: {"schema": _ERROR, "examples": {_INTERNAL: _example(_INTERNAL)}}},
        }

    def _error(self, status: int, codes: list[str], own: JsonObject) -> JsonObject:
        """An error's answer; its `own` examples win over everybody's."""
        shown = {code: _example(code) for code in codes if code in self._examples.errors}
        listed = ", ".join(f"`{code}`" for code in codes)
        told = f"{self._say(_BAD[status])} {self._say('Codes: {codes}.').format(codes=listed)}"
        return {
            "description": told,
            "headers": _headers(_error_headers(status)),
            "content": {JSON: {"schema": _ERROR, "examples": shown | own}},
        }


def _errors(
    endpoint: Endpoint[Any, Any], roles: frozenset[CallerRole]
) -> Iterable[tuple[int, str]]:
    """Status and code of each."""
    found: list[type[AppError]] = [BadRequest, AppError, Unavailable]
    if not endpoint.public:
        # Forbidden also where any token will do: a delegated partner's is that of nobody.
        found += [Unauthenticated, Forbidden, Throttled]
    if endpoint.parameters or roles & PARTNER_ROLES:
        found.append(NotFound)
    if endpoint.operations and endpoint.method != "GET":
        found += [ConcurrencyConflict, OutcomeUnknown]
        if not endpoint.unruled:
            found.append(PolicyRefused)
    if endpoint.produces:
        found.append(NotAcceptable)
    if conditions(endpoint):
        found.append(ConditionNotMet)
    if endpoint.body is not None:
        found += [LengthRequired, PayloadTooLarge, UnsupportedMediaType]
    yield from ((error.status, error.code) for error in (*found, *endpoint.errors))
    if endpoint.versioned:
        yield 400, "MissingApiVersionParameter"
        yield 400, "UnsupportedApiVersionValue"
    if roles & CUSTOMER_ROLES or Forbidden in endpoint.errors:
        yield 403, "DirectoryRolesNotInToken"


def _error_headers(status: int) -> list[str]:
    named = [*_ERROR_HEADERS]
    if status == Unauthenticated.status:
        named.append("WWW-Authenticate")
    if status == Throttled.status or status in _SOMETIMES:
        named.append("Retry-After")
    if status == Throttled.status:
        named += _LIMITED
    return named


def _example(code: str) -> JsonObject:
    return {"$ref": f"#/components/examples/{code}"}


def _headers(names: Iterable[str]) -> JsonObject:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _tagged(endpoint: Endpoint[Any, Any]) -> bool:
    shown = any(model and "etag" in field_names(model) for model in endpoint.answers.values())
    return shown or endpoint.fixed
