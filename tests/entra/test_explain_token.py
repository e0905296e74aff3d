"""`tools/explain_token.py` tells what the backend does, and shows nothing that opens anything."""

import json
import subprocess
import sys
from typing import get_args

import pytest

from shared.errors import TokenCheck
from tests.entra.vectors import KEYS, VECTORS, FrozenClock, Vector, named, settings
from tests.running.system import ROOT, System
from tools.explain_token import LOOK_AT, explain

PERSONAL = ("Alex", "agency.example", "partner.example", "Technician", "00112233-4455")


def test_every_check_says_where_to_look():
    assert LOOK_AT.keys() == {*get_args(TokenCheck.__value__)}


async def told(vector: Vector, token: str) -> tuple[bool, str]:
    async def fetch(_: str) -> bytes:
        return json.dumps(KEYS[vector.cloud]).encode()

    gets_in, lines = await explain(token, settings(vector.cloud), FrozenClock(), fetch)
    return gets_in, "\n".join(lines)


@pytest.mark.parametrize("vector", VECTORS, ids=str)
async def test_it_tells_what_happens_and_shows_no_secret(vector: Vector):
    gets_in, text = await told(vector, vector.token)

    assert gets_in == (vector.should == "accepted")
    if gets_in:
        assert f"role table: {' '.join(sorted(vector.roles)) or 'none'}." in text
        assert all(f"({claim})" in text for claim in vector.untold)
    elif vector.status == 401:
        assert LOOK_AT[vector.because or ""] in text
    assert not [part for part in vector.token.split(".") if len(part) > 20 and part in text]
    assert not [each for each in PERSONAL if each in text]
    assert text.isprintable() or {*text} <= {"\n", *filter(str.isprintable, text)}


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "x.W10.x", "\x1b[2J.e30.", "x.MQ.x"])
async def test_anything_else_is_explained_too(text: str):
    gets_in, lines = await told(named("user-global-admin"), text)
    assert not gets_in
    assert "Refused: 401" in lines


def test_a_token_of_the_running_system(system: System):
    command = [sys.executable, "-m", "tools.explain_token"]
    client = "00000000-0000-4000-8000-0000000000aa"
    environ = {"CLIENT_ID": client, "DEVELOPMENT_ISSUER": system.issuer_url}
    token = system.token(client, roles=["SalesAgent"])
    for good, text in ((True, token), (False, f"{token[:-6]}AAAAAA")):
        run = subprocess.run(
            command, cwd=ROOT, env=environ, input=text, capture_output=True, text=True, check=False
        )
        assert run.returncode == (0 if good else 1), run.stderr
        assert ("Gets in: user" in run.stdout) is good
        assert text not in run.stdout
