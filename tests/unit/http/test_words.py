"""Errors of every part of a request, in the language that the caller prefers."""

import re
from typing import Any

import pytest

from tests.cast.ids import AGENCY, DIRECT, PROVIDER, invitation_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, enrol, user

SELLER = user(DIRECT, "GlobalAdmin")
INVITATION = f"/api/customers/{AGENCY}/invitations/{invitation_id()}"
CUSTOMERS = f"/api/partners/{DIRECT}/customers"
TAG = {"if-match": "no tag"}
EVALUATION = {"command": "invite", "customerId": AGENCY, "body": {"contact": {"email": "Kim"}}}


@pytest.mark.parametrize(
    ("method", "url", "caller", "body", "headers", "targets"),
    [
        ("PUT", INVITATION, SELLER, {"odd": 1}, {}, ["delegatedAdmin", "odd"]),
        ("PUT", INVITATION, SELLER, {"delegatedAdmin": "Kim"}, {}, ["delegatedAdmin"]),
        ("PUT", INVITATION, SELLER, [], {}, ["body"]),
        ("PUT", INVITATION, SELLER, {"delegatedAdmin": True}, TAG, ["If-Match"]),
        ("PUT", INVITATION, SELLER, {}, {"if-none-match": "no tag"}, ["If-None-Match"]),
        ("GET", f"{CUSTOMERS}?updatedSince=20261101", SELLER, None, {}, ["updatedSince"]),
        (
            "GET",
            f"{CUSTOMERS}?maxpagesize=0&status=Kim",
            SELLER,
            None,
            {},
            ["maxpagesize", "status"],
        ),
        ("GET", f"{CUSTOMERS}?skiptoken=Kim", SELLER, None, {}, ["skiptoken"]),
        ("GET", f"{CUSTOMERS}?odd=Kim", SELLER, None, {}, ["odd"]),
        ("GET", "/api/partners/Kim", OPERATOR_CLAIMS, None, {}, ["partnerId"]),
        ("GET", "/api/pipelines/Kim%20", OPERATOR_CLAIMS, None, {}, ["pipelineId"]),
        ("POST", "/api/policy/evaluations", SELLER, EVALUATION, {}, ["invitationId"]),
        ("GET", "/api/policy/rules?api-version=1", None, None, {}, []),
        ("GET", f"/api/partners/{DIRECT}", None, None, {}, []),
        ("GET", f"/api/partners/{DIRECT}", user(DIRECT), None, {}, []),
        ("GET", f"/api/partners/{PROVIDER}", OPERATOR_CLAIMS, None, {}, []),
        ("GET", f"/api/partners/{PROVIDER}", OPERATOR_CLAIMS, None, {"accept": "image/png"}, []),
        ("PUT", INVITATION, SELLER, {}, {"content-type": "text/plain"}, []),
    ],
)
async def test_an_error_is_told_in_the_callers_language(
    local: LocalApp,
    method: str,
    url: str,
    caller: dict[str, Any] | None,
    body: Any,
    headers: dict[str, str],
    targets: list[str],
):
    await enrol(local, DIRECT)
    said: dict[str, list[str]] = {}
    for locale in ("en", "ko"):
        asked = headers | {"accept-language": locale}
        answer = await local.call(method, url, caller, body, asked)
        assert 400 <= answer.status < 500
        error = answer.body["error"]
        details = error.get("details", [])
        assert [each["target"] for each in details] == targets
        said[locale] = [error["message"], *(each["message"] for each in details)]
    assert all(text.isascii() for text in said["en"])
    assert all(re.search("[가-힣]", text) for text in said["ko"])
    assert "Kim" not in str(said)
