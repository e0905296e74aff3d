"""`make smoke` over the whole system: all is well, and each planted fault is seen and told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.devhost.recorded.running import DATA, vectors
from tests.running.system import OwnSystem
from tests.smoke.meddler import Fault, meddling
from tools.smoke import __main__ as smoke

HOST_404 = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def replaced(pattern: bytes, by: bytes) -> Callable[[bytes], bytes]:
    return lambda passing: re.sub(pattern, by, passing, flags=re.DOTALL)


def instead(answer: bytes) -> Callable[[bytes], bytes]:
    return lambda _: answer


def put_together(request: bytes) -> bytes:
    """A chunked body with a length, as by a front end that waits until a request is whole."""
    head, _, body = request.partition(b"\r\n\r\n")
    inner = body.partition(b"\r\n")[2].removesuffix(b"\r\n0\r\n\r\n")
    length = b"Content-Length: %d" % len(inner)
    return head.replace(b"Transfer-Encoding: chunked", length) + b"\r\n\r\n" + inner


FAULTS = {
    "a chunked body": Fault(rb"(?s)POST /api/sweeps.*chunked", asked=put_together),
    "a compressed body": Fault(
        rb"POST /api/sweeps", asked=replaced(rb"Content-Encoding: gzip\r\n", b"")
    ),
    "HEAD where no token is needed": Fault(
        rb"HEAD ", answered=replaced(rb"^HTTP/1.1 200 OK", b"HTTP/1.1 405 Method Not Allowed")
    ),
    "an unknown address of the API": Fault(rb"GET /api/nowhere", answered=instead(HOST_404)),
    "an unknown page": Fault(rb"GET /nowhere", answered=instead(HOST_404)),
    "a method that the address does not have": Fault(
        rb"DELETE", answered=replaced(rb"\r\nAllow: [^\r]*", b"")
    ),
    "two slashes at the beginning": Fault(rb"GET //", asked=replaced(rb"^GET //", b"GET /")),
    "a step up that is encoded": Fault(
        rb"GET /api/x/", answered=instead(HOST_404.replace(b"404 Not Found", b"400 Bad Request"))
    ),
    "a cookie": Fault(rb"GET /signin", answered=replaced(rb"; path=/;", b"; domain=; path=/;")),
    "a 304 with policies of its own": Fault(
        rb"GET /api/openapi",
        answered=replaced(
            rb"\r\nReferrer-Policy:", b"\r\nReferrer-Policy: same-origin\r\nReferrer-Policy:"
        ),
    ),
    "nothing without a token": Fault(
        rb"(?s)GET /api/me(?!.*Authorization)",
        answered=replaced(rb"^HTTP/1.1 401 Unauthorized", b"HTTP/1.1 302 Found"),
    ),
    "health live": Fault(
        rb"GET /api/health/live HTTP/1.1\r\nHost: [^\r]*\r\nConnection: close\r\n\r\n",
        answered=replaced(rb"^HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"),
    ),
    "health ready": Fault(
        rb"GET /api/health/ready",
        answered=replaced(rb"^HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"),
    ),
    "worker library": Fault(
        rb"GET /api/health/versions",
        answered=replaced(rb'"workerLibrary":"[\d.]+"', b'"workerLibrary":"1.2.0"'),
    ),
    "queue round trip": Fault(
        rb"GET /api/sweeps/", answered=replaced(rb'"status":"succeeded"', b'"status":"running"  ')
    ),
    "a queue text that is not encoded": Fault(
        rb"GET /api/dead-letters", answered=replaced(rb"smoke: not", b"swamp: not")
    ),
}


@pytest.fixture
def run(
    system: OwnSystem,
    operator: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Runs it, through a fault or none, as the operator or with another token."""

    def ran(fault: Fault | None = None, token: str = operator) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("TOKEN", token)
        monkeypatch.setenv("PORT", str(system.port))
        for name in ("QUEUES", "SITE", "SMOKE_SECONDS"):
            monkeypatch.delenv(name, raising=False)
        if fault is None:
            monkeypatch.setenv("BASE_URL", system.base_url)
            return smoke.main(), capsys.readouterr().out
        # What a fault keeps from coming never comes: how long it is waited for is no matter.
        monkeypatch.setenv("SMOKE_SECONDS", "3")
        with meddling(system.port, fault) as port:
            monkeypatch.setenv("BASE_URL", f"http://127.0.0.1:{port}")
            return smoke.main(), capsys.readouterr().out

    return ran


def wrong(said: str) -> list[str]:
    """The names of what is wrong."""
    return [line[10:].split(": ")[0] for line in said.splitlines() if line.startswith("WRONG")]


def test_all_is_well_and_what_a_laptop_lacks_is_named(
    run: Callable[..., tuple[int, str]], operator: str, tmp_path: Path
):
    code, said = run()
    assert (code, wrong(said)) == (0, [])
    lacking = [line for line in said.splitlines() if line.startswith("not here")]
    azure = [each["case"] for each in vectors("product") if each.get("only") == "azure"]
    assert [line[10:].split(":")[0] for line in lacking] == ["host and bundle", *azure]
    for name in FAULTS:
        assert re.search(rf"^ok        {re.escape(name)}(:|$)", said, re.MULTILINE), name
    assert operator not in said
    assert "PlatformOperator" in said
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_where_to_look(
    run: Callable[..., tuple[int, str]], name: str, tmp_path: Path
):
    code, said = run(FAULTS[name])
    assert code == 1
    assert wrong(said)[0] == name
    assert len(wrong(said)) == 1
    lines = said.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("WRONG"))
    assert lines[at + 1].strip().startswith("look at: ")
    learnt = tmp_path / "dist" / "smoke-vectors.json"
    asked = {each["case"]: each for each in vectors("product")}
    assert learnt.exists() is (name in asked)
    if name in asked:
        (vector,) = json.loads(learnt.read_text("utf-8"))
        assert vector.keys() >= asked[name].keys()
        assert (vector["case"], vector["send"]) == (name, asked[name]["send"])


def test_whoever_is_no_operator_is_told_which_role_is_missing(
    run: Callable[..., tuple[int, str]], system: OwnSystem
):
    code, said = run(token=system.token("11111111-2222-4333-8444-555555555555"))
    assert code == 1
    assert wrong(said)[0] == "token"
    assert "PlatformOperator in the operator's own tenant" in said


@pytest.mark.parametrize("name", ["BASE_URL", "TOKEN"])
def test_without_a_place_or_a_token_it_does_not_begin(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
):
    monkeypatch.setenv("BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("TOKEN", "x")
    monkeypatch.delenv(name)
    assert smoke.main() == 2
    assert name in capsys.readouterr().err


def test_every_vector_rests_on_something():
    """On a recorded case, by its file and name, on a document, or on a setting of the host."""
    for vector in vectors("product"):
        source, _, case = vector["rests"].partition(": ")
        if (DATA / f"{source}.json").exists():
            text = (DATA / f"{source}.json").read_text("utf-8")
            words = re.split(r"[,;] ", case)[0]
            assert any(part in text for part in (words, words.rpartition(" ")[2])), vector["case"]
        assert vector["look"]
