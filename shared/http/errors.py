"""Every error as the contract says it: status, headers, and the one shape of body."""

import logging
import traceback
from typing import Final, cast

from shared.allowance import rate_limit_headers
from shared.canonical import JsonObject
from shared.errors import (
    AppError,
    ConcurrencyConflict,
    OutcomeUnknown,
    PolicyRefused,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal
from shared.services.commands.answers import NO_STORAGE
from shared.services.ports.values import GuardFailed, StorageBusy, StorageDown, WriteUnknown
from shared.settings import SettingsError
from shared.wording import Locale, Words

log = logging.getLogger(__name__)

UNEXPECTED: Final = Words(
    "Something went wrong here. The request id helps to find out what.",
    "서버에서 오류가 발생했습니다. 요청 ID로 원인을 찾을 수 있습니다.",
)

_NOT_SET_UP: Final = Words(
    "The app is not set up. Its log names the setting.",
    "앱이 설정되지 않았습니다. 해당 설정의 이름은 앱의 로그에 있습니다.",
)


def app_error(error: Exception, request_id: str) -> AppError:
    """The error that the caller gets for `error`; an unexpected one is logged and becomes 500."""
    match error:
        case AppError():
            return error
        case StorageBusy():
            return Throttled()
        case StorageDown():
            return Unavailable(NO_STORAGE)
        case WriteUnknown():
            return OutcomeUnknown()
        case SettingsError():
            return Unavailable(_NOT_SET_UP)
        case GuardFailed():
            return ConcurrencyConflict()
        case _:
            # Not the error's own text: it may repeat what the caller sent.
            last = traceback.extract_tb(error.__traceback__)[-1:]
            where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in last]
            log.error(
                "http.unexpected-error",
                extra={
                    "error": type(error).__name__,
                    "where": where,
                    "request_id": request_id,
                },
            )
            return AppError(UNEXPECTED)


def headers_of(error: AppError) -> dict[str, str]:
    """The headers that an error brings with it."""
    headers = {"x-ms-error-code": error.code}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Throttled):
        headers |= rate_limit_headers(error.allowances)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def body_of(error: AppError, locale: Locale) -> JsonObject:
    """`{"error": {code, message, target?, details?, innererror?}}`, as azure-core parses it."""
    if isinstance(error, PolicyRefused):
        return {"error": _refused(cast("PolicyRefused[Refusal]", error), locale)}
    shown: JsonObject = {"code": error.code, "message": error.words.said(locale)}
    if error.target is not None:
        shown["target"] = error.target
    if error.details:
        shown["details"] = [
            {"code": detail.code, "message": detail.words.said(locale), "target": detail.target}
            for detail in error.details
        ]
    return {"error": shown}


def _refused(error: PolicyRefused[Refusal], locale: Locale) -> JsonObject:
    """One detail per broken rule, and their ids for machines."""
    rules = list(dict.fromkeys(refusal.rule_id for refusal in error.refusals))
    return {
        "code": PolicyRefused.code,
        "message": error.words.said(locale),
        "details": explained(error.refusals, locale),
        "innererror": {"rules": rules},
    }


def explained(refusals: tuple[Refusal, ...], locale: Locale) -> list[JsonObject]:
    """One detail per broken rule."""
    return [_detail(refusal, locale) for refusal in refusals]


def _detail(refusal: Refusal, locale: Locale) -> JsonObject:
    told = explain(refusal, locale)
    detail: JsonObject = {
        "code": told.code,
        "message": told.message,
        "target": told.target,
        "retryable": told.retryable,
        "resolvableBy": told.resolvable_by,
    }
    if told.partner_center_code is not None:
        detail["partnerCenterCode"] = told.partner_center_code
    if told.subscription_ids:
        detail["subscriptionIds"] = list(told.subscription_ids)
    return detail
