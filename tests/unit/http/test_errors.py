"""What callers are told of failures, and what stays in the log."""

import logging
from typing import Any, Never

import pytest

from shared.errors import (
    AlreadyExists,
    AppError,
    ConcurrencyConflict,
    OutcomeUnknown,
    PolicyRefused,
    Throttled,
    Unavailable,
)
from shared.http.errors import body_of, headers_of
from shared.http.messages import Incoming
from shared.http.pipeline import serve
from shared.policy.eligibility import elg_8
from shared.policy.refusals import refuse
from shared.services.commands.answers import NO_STORAGE
from shared.services.ports.values import (
    GuardFailed,
    StorageBusy,
    StorageDown,
    Undecodable,
    WriteUnknown,
)
from shared.storage.engine.memory import Request
from shared.wording import Words
from tests.cast.ids import DIRECT
from tests.running.app import OPERATOR_CLAIMS, LocalApp


@pytest.mark.parametrize(
    ("error", "status", "code", "retry_after"),
    [
        (StorageBusy("key"), 429, "TooManyRequests", "5"),
        (StorageDown("key"), 503, "ServiceUnavailable", "5"),
        (WriteUnknown("key"), 503, "OutcomeUnknown", "5"),
        (GuardFailed("key"), 409, "ConcurrencyConflict", "1"),
        (Undecodable("secret key"), 500, "InternalError", None),
        (RuntimeError("secret text"), 500, "InternalError", None),
        (KeyError("secret"), 500, "InternalError", None),
    ],
)
async def test_a_failure_of_storage(
    local: LocalApp,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
    retry_after: str | None,
):
    async def fail(_: Request) -> Never:
        raise error

    local.memory.tables["tenants"].before = fail
    with caplog.at_level(logging.ERROR, "shared.http.errors"):
        answer = await local.call("GET", f"/api/partners/{DIRECT}", OPERATOR_CLAIMS)
    assert answer.code == (status, code)
    assert answer.headers.get("Retry-After") == retry_after
    assert answer.headers["x-ms-error-code"] == code
    assert "secret" not in str(answer.body)
    assert "key" not in answer.body["error"]["message"]
    logged = [record for record in caplog.records if record.name == "shared.http.errors"]
    assert len(logged) == (status == 500)
    for record in logged:
        assert record.getMessage() == "http.unexpected-error"
        fields: dict[str, Any] = vars(record)
        assert fields["error"] == type(error).__name__
        assert fields["request_id"] == answer.headers["x-ms-request-id"]
        assert "secret" not in str(fields)


async def test_settings_that_cannot_be_read(local: LocalApp):
    def broken() -> Never:
        raise RuntimeError("secret")

    answer = await serve(local.endpoints["health_live"], Incoming(), broken)
    assert answer.status == 500
    assert b"secret" not in answer.body


@pytest.mark.parametrize(
    "error", [ConcurrencyConflict(), Throttled(), OutcomeUnknown(), Unavailable(NO_STORAGE)]
)
def test_what_may_be_tried_again_says_when(error: AppError):
    assert int(headers_of(error)["Retry-After"]) > 0


def test_a_target_without_details():
    taken = AlreadyExists(Words("Taken.", "사용 중입니다."), target="source")
    error = {"code": "ResourceAlreadyExists", "message": "사용 중입니다.", "target": "source"}
    assert body_of(taken, "ko") == {"error": error}
    assert body_of(taken, "en") == {"error": error | {"message": "Taken."}}


def test_a_refusal_carries_partner_centers_number():
    body: Any = body_of(PolicyRefused([refuse("AGR-2", "partnerOfRecord"), elg_8("mpnId")]), "ko")
    first, second = body["error"]["details"]
    assert first["partnerCenterCode"] == 900123
    assert "partnerCenterCode" not in second
    assert body["error"]["innererror"] == {"rules": ["AGR-2", "ELG-8"]}
    assert "AGR-2, ELG-8" in body["error"]["message"]
