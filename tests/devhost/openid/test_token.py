"""What a code gets, once, and what gets nothing."""

import json
from datetime import timedelta

import pytest

from devhost.issuer import DEVELOPMENT_CLIENT_ID, Issuer
from devhost.openid import DEVELOPMENT_SECRET
from tests.devhost.openid.provider import TENANT, Browser, Time, read
from tests.running.system import ROOT


async def test_a_code_is_good_once(browser: Browser):
    code = (await browser.back())["code"]
    assert (await browser.redeem(code)).status_code == 200
    again = await browser.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_good_for_a_minute(browser: Browser, time: Time):
    first, second = [(await browser.back())["code"] for _ in range(2)]
    time.at += timedelta(seconds=59)
    assert (await browser.redeem(first)).status_code == 200
    time.at += timedelta(seconds=1)
    assert (await browser.redeem(second)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": TENANT}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "made-up"}, "invalid_grant"),
        ({"redirect_uri": "http://localhost:7071/signin/callback"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"scope": "openid https://graph.microsoft.us/.default"}, "invalid_scope"),
        ({"at": "common"}, "invalid_grant"),
    ],
)
async def test_what_gets_no_tokens(browser: Browser, changes: dict[str, str], error: str):
    answer = await browser.redeem((await browser.back())["code"], **changes)
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.json()["error"] == error
    assert "token" not in answer.json()


async def test_without_the_own_scope_the_token_is_for_somebody_else(
    browser: Browser, issuer: Issuer
):
    code = (await browser.back(scope="openid profile"))["code"]
    given = (await browser.redeem(code, scope="openid profile")).json()
    assert read(issuer, given["access_token"])["aud"] != DEVELOPMENT_CLIENT_ID


def test_the_sample_of_settings_knows_the_secret():
    sample = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))
    assert sample["Values"]["SIGN_IN_SECRET"] == DEVELOPMENT_SECRET
