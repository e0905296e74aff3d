"""Whether a message that was refused may fare better when its sender sends it again."""

from typing import Final, cast

from shared.errors import (
    AlreadyExists,
    AppError,
    BadRequest,
    ConditionNotMet,
    Forbidden,
    NotFound,
    PolicyRefused,
)
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal, Retryable
from shared.services.queues.rejections import SourceNotAuthorised

_HARDEST_FIRST: Final[tuple[Retryable, ...]] = ("never", "afterChange", "afterTime")


def retryable(error: AppError) -> Retryable:
    """Whether the same message may fare better when it is sent again: as the hardest rule says."""
    match error:
        case PolicyRefused():
            refusals = cast("PolicyRefused[Refusal]", error).refusals
            said = {explain(each, "en").retryable for each in refusals}
            return next(each for each in _HARDEST_FIRST if each in said)
        case NotFound() | Forbidden() | ConditionNotMet() | SourceNotAuthorised():
            return "afterChange"
        case AlreadyExists() | BadRequest():
            return "never"
        case _:
            return "afterTime"
