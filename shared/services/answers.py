"""What a caller is told of a decision that did not lead to a change."""

from typing import assert_never

from shared.domain.claims import ClaimKey, ClaimKind
from shared.domain.commands import Command, RegisterSubscriptions
from shared.domain.facts import Absent, Clash, Decided, Decision, Incomplete, NotEnrolled, Refused
from shared.errors import (
    AlreadyExists,
    BadRequest,
    Detail,
    DetailCode,
    Forbidden,
    NotFound,
    PolicyRefused,
)
from shared.policy.eligibility import elg_8
from shared.policy.refusals import Refusal
from shared.policy.subscriptions import sub_2_held


def raise_unless_decided(decision: Decision) -> None:
    """The AppError that tells a caller of any decision but Decided."""
    match decision:
        case Decided():
            return
        case Refused(refusals):
            raise PolicyRefused(refusals)
        case Absent():
            raise NotFound
        case Clash():
            raise AlreadyExists("Another resource, with other content, has this id.")
        case Incomplete(target, message):
            detail = Detail(DetailCode.INVALID_FIELD, message, target)
            raise BadRequest("The request is incomplete.", target=target, details=[detail])
        case NotEnrolled():
            raise Forbidden("The caller's tenant is not an enrolled partner.")
        case _:
            assert_never(decision)


def held_elsewhere(command: Command, key: ClaimKey) -> Refusal:
    """The rule behind an id that another tenant holds; by whom, nobody is told."""
    if isinstance(command, RegisterSubscriptions):
        position = [sale_id for sale_id, _ in command.sales].index(key.id)
        return sub_2_held(command.target(position, "id"))
    if key.kind is ClaimKind.MPN:
        return elg_8("mpnId")
    return elg_8("partnerId" if key.id == command.tenant_id else "affiliatedTenantIds")
