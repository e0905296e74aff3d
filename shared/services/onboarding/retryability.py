"""Whether a message that was refused may fare better when its sender sends it again."""

from typing import Final, cast

from shared.errors import AppError, PolicyRefused, Retryable
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal

_HARDEST_FIRST: Final[tuple[Retryable, ...]] = ("never", "afterChange", "afterTime")


def retryable(error: AppError) -> Retryable:
    """Whether sending the same message again can help; of several rules, the hardest counts."""
    if error.retryable is not None:
        return error.retryable
    refusals = cast("PolicyRefused[Refusal]", error).refusals
    said = {explain(each, "en").retryable for each in refusals}
    return next(each for each in _HARDEST_FIRST if each in said)
