"""Without its settings nobody signs in: pages say so, the log names the setting once."""

import logging

import pytest

from shared.http.messages import Incoming
from shared.web import set_up
from shared.web.application import Web
from shared.web.sign_in.credentials import credential
from shared.web.sign_in.serving import STEPS, serve
from shared.web.wiring import sign_in
from tests.running.app import SETTINGS, LocalApp
from tests.running.visitors import KEY

BOTH = {"session_keys_text": KEY, "sign_in_secret": "a secret"}


@pytest.fixture(autouse=True)
def untold():
    set_up._told.cache_clear()


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, "SESSION_KEYS"),
        (BOTH | {"session_keys_text": None}, "SESSION_KEYS"),
        (BOTH | {"sign_in_secret": None}, "SIGN_IN_IDENTITY"),
        ({"azure_functions_environment": "Development"}, "SIGN_IN_IDENTITY"),
    ],
    ids=str,
)
async def test_pages_say_so_and_the_log_names_it_once(settings, missing: str, caplog):
    caplog.set_level(logging.INFO, "shared.web")
    local = LocalApp(SETTINGS.model_copy(update=settings))
    web = Web(local.app, sign_in(local.app), lambda _: True)
    assert web.sign_in is None
    for name in STEPS:
        answer = await serve(name, Incoming(headers={"host": "csp.example"}), web)
        assert answer.status == 503
        assert answer.cookies == ()
        assert b"set" in answer.body
        assert missing.encode() not in answer.body
    assert set_up.missing_setting(web.settings) == missing
    told = [r for r in caplog.records if r.message == "sign-in.not-set-up"]
    assert [each.__dict__["setting"] for each in told] == [missing]


def test_with_them_it_is_set_up():
    assert set_up.missing_setting(SETTINGS.model_copy(update=BOTH)) is None
    local = SETTINGS.model_copy(update={"azure_functions_environment": "Development"})
    assert set_up.missing_setting(local.model_copy(update={"sign_in_secret": "s"})) is None


async def test_the_identity_comes_before_the_secret():
    both = SETTINGS.model_copy(update=BOTH | {"sign_in_identity": SETTINGS.client_id})
    assert type(credential(both)) is not type(credential(SETTINGS.model_copy(update=BOTH)))
