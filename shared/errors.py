"""Every error that a caller can meet.

AppError                      has a status, a code that clients branch on, and a message
├── BadRequest           400  the request is malformed; `details` names each bad field
│   └── and those of queue messages, in `shared/services/queues/rejections.py`
├── Unauthenticated      401  no token, or one that does not verify
├── Forbidden            403  a known caller without the right to this operation
│   └── NoDirectoryRoles      whose token cannot show it
├── NotFound             404  absent, or not visible to this caller: the two look the same
├── PolicyRefused        409  rules of the domain say no; `refusals` holds the broken ones
├── AlreadyExists        409  another resource has this id
├── SweepRunning         409  a sweep of another scope runs; there is one at a time
├── LimitReached         409  there are as many as there may be
├── NotReplayable        409  a dead letter could not be processed anyway; why
├── LetterUnderWay       409  a dead letter cannot be closed while its message is on its way
├── ConcurrencyConflict  409  other writers won until the deadline; try again
├── ConditionNotMet      412  what is there is not what If-Match or If-None-Match says
├── PreconditionRequired 428  replacing needs If-Match
├── Throttled            429  more than the caller's share (nothing was done), or a busy storage
├── OutcomeUnknown       503  may have happened wholly, never half; repeating is safe
├── Unavailable          503  storage or a key server does not answer
└── and those of a request's form, in `shared/http/request_errors.py`

Each code has one class: its docstring says when it is answered, `advice` what its caller should do.
docs/errors.md is made of them. Every error has its words in both languages; `str` of it, for logs,
is in English.
"""

from collections.abc import Sequence
from math import ceil
from typing import ClassVar, Final, Literal, Protocol

from shared.allowance import Allowance
from shared.error_details import Detail
from shared.wording import Words

_STORAGE_IS_BUSY: Final = Words(
    "The storage asks to slow down. Try again later.",
    "저장소에서 요청을 제한하고 있습니다. 나중에 다시 시도하십시오.",
)

type Retryable = Literal["never", "afterChange", "afterTime"]
"""Whether the same request can succeed later: not at all, after a change, or by waiting."""
type TokenCheck = Literal["header", "key", "issuer", "audience", "time", "claim", "kind"]
"""What a token is looked at for; `kind` is whose it is and what it is for."""


class BrokenRule(Protocol):
    """What PolicyRefused needs to know of a refusal; the real one is `shared.policy.Refusal`."""

    @property
    def rule_id(self) -> str:
        """The stable id of the broken rule, such as ELG-1."""
        ...


class AppError(Exception):
    """Something unexpected went wrong here."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "InternalError"
    retryable: ClassVar[Retryable | None] = "afterTime"
    """Of the same request; None: each broken rule says so for itself."""
    advice = "Report the `x-ms-request-id`. Repeating is safe, and may help."
    retry_after: int | None = None
    """Seconds after which trying again makes sense, where that is known."""

    def __init_subclass__(cls, *, status: int, code: str, retryable: Retryable | None) -> None:
        """Every error says these of itself; none has them from its parent."""
        super().__init_subclass__()
        cls.status, cls.code, cls.retryable = status, code, retryable

    def __init__(
        self, words: Words, *, target: str | None = None, details: Sequence[Detail] = ()
    ) -> None:
        super().__init__(words.en)
        self.words = words
        self.target = target
        self.details = tuple(details)


class BadRequest(AppError, status=400, code="InvalidRequest", retryable="never"):
    """The request can never succeed as it is; `details` has one entry per bad field."""

    advice = "Correct what `details` names."


class Unauthenticated(
    AppError, status=401, code="InvalidAuthenticationToken", retryable="afterChange"
):
    """There is no token, or one that does not verify; `target` is the check that it failed."""

    advice = "Get a new token; `message` says what was wrong with this one."

    def __init__(self, words: Words, check: TokenCheck) -> None:
        super().__init__(words, target=check)


class Forbidden(AppError, status=403, code="AuthorizationFailed", retryable="afterChange"):
    """The token does not give this right on this route.

    Or the operation is a partner's, and the caller's tenant is no enrolled one.
    """

    advice = "Call as somebody who has one of the operation's roles; the operator enrols partners."


class NoDirectoryRoles(
    Forbidden, status=403, code="DirectoryRolesNotInToken", retryable="afterChange"
):
    """A customer's role is needed, and the token does not say who is one (`wids`, `acct`)."""

    advice = "Have the operator complete the application's registration; `message` says how."


class NotFound(AppError, status=404, code="ResourceNotFound", retryable="afterChange"):
    """The resource does not exist, or is not visible to this caller: the two look the same."""

    advice = "Check the ids, and whose they are."

    def __init__(self) -> None:
        super().__init__(Words("The resource was not found.", "리소스를 찾을 수 없습니다."))


class PolicyRefused[R: BrokenRule](AppError, status=409, code="PolicyRefused", retryable=None):
    """Rules of the domain say no; `details` has those that are broken, as far as was looked at."""

    advice = "See each detail's `retryable` and `resolvableBy`."

    def __init__(self, refusals: Sequence[R]) -> None:
        ids = ", ".join(dict.fromkeys(refusal.rule_id for refusal in refusals))
        words = Words("The request breaks: {rules}.", "요청이 다음 규칙에 어긋납니다: {rules}.")
        super().__init__(words.filled(rules=ids))
        self.refusals = tuple(refusals)


class AlreadyExists(AppError, status=409, code="ResourceAlreadyExists", retryable="never"):
    """Another resource, with other content, has this id."""

    advice = "Take a new id, or send the content that it was made with."


class SweepRunning(AppError, status=409, code="SweepRunning", retryable="afterTime"):
    """A sweep of another scope runs, and there is one at a time; `target` is its id."""

    advice = "Wait for it to end, then start this one."

    def __init__(self, sweep_id: str) -> None:
        words = Words(
            "A sweep is running, and there is one at a time.",
            "스윕이 이미 실행 중이며 한 번에 하나만 실행할 수 있습니다.",
        )
        super().__init__(words, target=sweep_id)


class LimitReached(AppError, status=409, code="LimitReached", retryable="afterChange"):
    """As many as there may be of these are there; one must go first."""

    advice = "Remove one of those that are there."


class NotReplayable(AppError, status=409, code="DeadLetterNotReplayable", retryable="afterChange"):
    """Putting a dead letter's message back would be in vain; `target` is the reason."""

    advice = "Remove the reason first; a text that is gone must be sent again by its source."

    def __init__(self, reason: str, words: Words, details: Sequence[Detail] = ()) -> None:
        super().__init__(words, target=reason, details=details)


class LetterUnderWay(AppError, status=409, code="DeadLetterUnderWay", retryable="afterTime"):
    """The message of a dead letter was put back and is on its way, so it cannot be closed."""

    advice = "Read the letter again: it is closed where the message succeeded, else open."
    retry_after = 5

    def __init__(self) -> None:
        words = Words(
            "The message was put back and is on its way.",
            "메시지를 다시 넣어 처리하는 중입니다.",
        )
        super().__init__(words)


class ConcurrencyConflict(AppError, status=409, code="ConcurrencyConflict", retryable="afterTime"):
    """It was not done: other writers of the same tenant won until the deadline."""

    advice = "Repeat the request."
    retry_after = 1

    def __init__(self) -> None:
        words = Words(
            "Other changes to the same tenant kept winning. Try again.",
            "같은 테넌트에 대한 다른 변경이 계속 먼저 처리되었습니다. 다시 시도하십시오.",
        )
        super().__init__(words)


class ConditionNotMet(AppError, status=412, code="ConditionNotMet", retryable="afterChange"):
    """What is there is not what the request's `If-Match` or `If-None-Match` says."""

    advice = "Read the resource again, and decide anew."

    def __init__(self) -> None:
        words = Words(
            "What is there is not what If-Match or If-None-Match says.",
            "현재 있는 것이 If-Match 또는 If-None-Match에 지정된 것과 다릅니다.",
        )
        super().__init__(words)


class PreconditionRequired(
    AppError, status=428, code="PreconditionRequired", retryable="afterChange"
):
    """Replacing an existing resource with other content needs `If-Match`."""

    advice = "Read the resource, and send its `ETag` along."

    def __init__(self) -> None:
        words = Words(
            "The resource exists with other content. Send If-Match to replace it.",
            "리소스가 이미 다른 내용으로 존재합니다. 바꾸려면 If-Match를 보내십시오.",
        )
        super().__init__(words)


class Throttled(AppError, status=429, code="TooManyRequests", retryable="afterTime"):
    """More than the caller's share was asked, or the storage asks to slow down.

    `target` names the limit that was reached (ISO-2): then nothing was done. Without one it is the
    storage's: then a part of what takes several steps may be done.
    """

    advice = "Wait for `Retry-After`, then repeat it, and send fewer: `RateLimit` tells the rest."
    retry_after = 5

    def __init__(
        self,
        words: Words = _STORAGE_IS_BUSY,
        *,
        target: str | None = None,
        seconds: float = retry_after,
        allowances: tuple[Allowance, ...] = (),
    ) -> None:
        super().__init__(words, target=target)
        self.allowances = allowances
        self.retry_after = max(1, ceil(seconds))


class Unavailable(AppError, status=503, code="ServiceUnavailable", retryable="afterTime"):
    """Something that this system needs does not answer.

    Nothing was done, but perhaps a part of what takes several steps.
    """

    advice = "Repeat the request later."
    retry_after = 5


class OutcomeUnknown(AppError, status=503, code="OutcomeUnknown", retryable="afterTime"):
    """The change may have happened wholly, never half."""

    advice = "Repeat the same request: it has no second effect, unless its operation says so."
    retry_after = 5

    def __init__(self) -> None:
        words = Words(
            "The outcome is unknown: it happened wholly or not at all. Repeat it.",
            "결과를 알 수 없습니다(전부 또는 전무). 같은 요청을 반복하십시오.",
        )
        super().__init__(words)
