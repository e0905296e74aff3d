"""Every error that a caller can meet.

AppError                      has a status, a code that clients branch on, and a message
├── BadRequest           400  the request is malformed; `details` names each bad field
├── Unauthenticated      401  no token, or one that does not verify
├── Forbidden            403  a known caller without the right to this operation
├── NotFound             404  absent, or not visible to this caller: the two look the same
├── NotAcceptable        406  no media type that this operation has is one that Accept names
├── PolicyRefused        409  rules of the domain say no; `refusals` holds every broken one
├── AlreadyExists        409  another resource has this id
├── SweepRunning         409  a sweep of another scope runs; there is one at a time
├── ConcurrencyConflict  409  other writers won until the deadline; try again
├── ConditionNotMet      412  If-Match names an older version
├── PayloadTooLarge      413
├── UnsupportedMediaType 415
├── PreconditionRequired 428  replacing needs If-Match
├── Throttled            429  storage asks to slow down; nothing was done
├── OutcomeUnknown       503  may have happened wholly, never half; repeating is safe
└── Unavailable          503  storage or a key server does not answer; nothing was done

Messages here are in English and fixed; `shared/http/errors.py` localises what has a rule id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong: `target` is the JSON path of the field, or a parameter's name."""

    code: str
    message: str
    target: str | None = None


class BrokenRule(Protocol):
    """What PolicyRefused needs to know of a refusal; the real one is `shared.policy.Refusal`."""

    @property
    def rule_id(self) -> str:
        """The stable id of the broken rule, such as ELG-1."""
        ...


class AppError(Exception):
    """An outcome that is the caller's to handle. `status` and `code` are the contract."""

    status = 500
    code = "InternalError"
    retry_after: int | None = None
    """Seconds after which trying again makes sense, where that is known."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        target: str | None = None,
        details: Sequence[Detail] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.target = target
        self.details = tuple(details)
        if code is not None:
            self.code = code


class BadRequest(AppError):
    """The request can never succeed as it is; `details` has one entry per bad field."""

    status = 400
    code = "InvalidRequest"


class Unauthenticated(AppError):
    """Answered with `WWW-Authenticate: Bearer`."""

    status = 401
    code = "InvalidAuthenticationToken"


class Forbidden(AppError):
    """Depends on the token and the route only, never on stored data."""

    status = 403
    code = "AuthorizationFailed"


class NotFound(AppError):
    """Absent or invisible."""

    status = 404
    code = "ResourceNotFound"

    def __init__(self, message: str = "The resource was not found.") -> None:
        super().__init__(message)


class NotAcceptable(AppError):
    """The header Accept names none of the media types that the operation answers with."""

    status = 406
    code = "NotAcceptable"

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(
            f"This is answered as {' or '.join(offered)}; Accept allows none of it.",
            target="Accept",
        )


class PolicyRefused[R: BrokenRule](AppError):
    """One refusal per broken rule, all of them."""

    status = 409
    code = "PolicyRefused"

    def __init__(self, refusals: Sequence[R]) -> None:
        ids = ", ".join(dict.fromkeys(refusal.rule_id for refusal in refusals))
        super().__init__(f"The request breaks: {ids}.")
        self.refusals = tuple(refusals)


class AlreadyExists(AppError):
    """Another resource, with other content, has this id."""

    status = 409
    code = "ResourceAlreadyExists"


class SweepRunning(AppError):
    """`target` is the id of the sweep that runs."""

    status = 409
    code = "SweepRunning"

    def __init__(self, sweep_id: str) -> None:
        super().__init__("A sweep is running, and there is one at a time.", target=sweep_id)


class ConcurrencyConflict(AppError):
    """Nothing was done: other writers of the same tenant won until the deadline."""

    status = 409
    code = "ConcurrencyConflict"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("Other changes to the same tenant kept winning. Try again.")


class ConditionNotMet(AppError):
    """The If-Match of the request names another version than today's."""

    status = 412
    code = "ConditionNotMet"

    def __init__(self) -> None:
        super().__init__("The resource has changed since the version that If-Match names.")


class PayloadTooLarge(AppError):
    """The body is larger than the limit."""

    status = 413
    code = "RequestBodyTooLarge"


class UnsupportedMediaType(AppError):
    """A body came with a Content-Type other than application/json."""

    status = 415
    code = "UnsupportedMediaType"


class PreconditionRequired(AppError):
    """Replacing an existing resource with other content needs If-Match."""

    status = 428
    code = "PreconditionRequired"

    def __init__(self) -> None:
        super().__init__("The resource exists with other content. Send If-Match to replace it.")


class Throttled(AppError):
    """Storage said 429 or ServerBusy; nothing was done."""

    status = 429
    code = "TooManyRequests"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("The storage asks to slow down. Nothing was done. Try again later.")


class Unavailable(AppError):
    """Something that this system needs does not answer; nothing was done."""

    status = 503
    code = "ServiceUnavailable"
    retry_after = 5


class OutcomeUnknown(AppError):
    """The commit may have happened wholly, never half."""

    status = 503
    code = "OutcomeUnknown"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("The outcome is unknown: it happened wholly or not at all. Repeat it.")
