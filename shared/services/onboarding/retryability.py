"""Whether a message that was refused may fare better when its sender sends it again."""

from typing import Final, cast

from shared.errors import AppError, PolicyRefused, Retryable
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal

_HARDEST_FIRST: Final[tuple[Retryable, ...]] = ("never", "afterChange", "afterTime")


def retryable(error: AppError) -> Retryable:
    """What the error says of sending the same message again; of several rules, the hardest."""
    if error.retryable is not None:
        return error.retryable
    refusals = cast("PolicyRefused[Refusal]", error).refusals
    said = {explain(each, "en").retryable for each in refusals}
    return next(each for each in _HARDEST_FIRST if each in said)
