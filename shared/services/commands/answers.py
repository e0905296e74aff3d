"""The errors by which a caller learns why a decision changed nothing."""

from typing import Final, assert_never

from shared.deciding.commands import Command
from shared.deciding.facts import Absent, Clash, Decided, Decision, Incomplete, NotEnrolled, Refused
from shared.deciding.registering import RegisterSubscriptions
from shared.error_details import Detail, DetailCode
from shared.errors import (
    AlreadyExists,
    AppError,
    BadRequest,
    ConditionNotMet,
    Forbidden,
    NotFound,
    PolicyRefused,
)
from shared.model.claims import ClaimKey, ClaimKind
from shared.policy.eligibility import elg_8
from shared.policy.refusals import Refusal
from shared.policy.subscriptions import sub_2_held
from shared.services.active_partners import NO_PARTNER
from shared.wording import Words

NO_STORAGE: Final = Words(
    "The storage does not answer. Try again later.",
    "저장소가 응답하지 않습니다. 나중에 다시 시도하십시오.",
)

NOT_ALLOWED: Final = Words(
    "None of the caller's roles allows this operation.",
    "호출자의 어떤 역할도 이 작업을 허용하지 않습니다.",
)

TAKEN: Final = Words(
    "Another resource, with other content, has this id.",
    "내용이 다른 리소스가 이미 이 ID를 사용하고 있습니다.",
)

REFUSALS: Final[tuple[type[AppError], ...]] = (
    PolicyRefused,
    AlreadyExists,
    NotFound,
    Forbidden,
    ConditionNotMet,
)
"""What HTTP answers with 409, 404, 403 and 412: decided, and no reason to try again."""

_INCOMPLETE: Final = Words("The request is incomplete.", "요청이 완전하지 않습니다.")


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
            raise AlreadyExists(TAKEN)
        case Incomplete(fields):
            code = DetailCode.INVALID_FIELD
            details = [Detail(code, words, target) for target, words in fields.items()]
            target = details[0].target if len(details) == 1 else None
            raise BadRequest(_INCOMPLETE, target=target, details=details)
        case NotEnrolled():
            raise Forbidden(NO_PARTNER)
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
