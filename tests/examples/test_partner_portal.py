"""The partner's portal: its whole way on the real system, and its patience with made-up answers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
import pytest

from examples.portal_client import ATTEMPTS, LONGEST_WAIT, ApiError, Client
from tests.system import ROOT, System


@pytest.mark.timeout(120)
def test_the_whole_way_on_a_running_system(system: System, tmp_path: Path):
    file = tmp_path / "subscriptions.csv"
    walked = subprocess.run(
        [sys.executable, "-m", "examples.partner_portal", str(file)],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": system.base_url.rsplit(":", 1)[1],
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    told = [line.strip() for line in walked.stdout.splitlines()]
    for line in (
        "Dry run, delegatedAdmin True  allowed",
        "Invited  201, sent again 200: one invitation",
        "The customer  accepted",
        "Changed by two at once  both count: 1450 licenses",
        "Event 7  subscription-updated",
        "Access  AdminAgents is Global administrator (EFF-1)",
        "The relationship  removed, privileges revokedByRemoval",
    ):
        assert line in told
    for start in ("Dry run, delegatedAdmin False  GOV-1 ", "Not yet: PolicyRefused  REM-1 "):
        assert any(line.startswith(start) for line in told)
    names, row = file.read_text(encoding="utf-8").splitlines()
    assert names.startswith("id,customerId,partnerId,")
    assert ",1450,licenses," in row


def refusal(status: int, code: str, **headers: str) -> httpx.Response:
    details = [{"code": "X-1", "message": "no", "target": "x"}]
    error = {"code": code, "message": "no", "details": details}
    return httpx.Response(status, json={"error": error}, headers=headers)


class Scripted:
    """A client whose requests get these answers, one after another."""

    def __init__(self, answers: Iterable[httpx.Response | httpx.TransportError]) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.waited: list[float] = []
        http = httpx.Client(
            transport=httpx.MockTransport(self._answer), base_url="http://portal.example"
        )
        self.client = Client(http, "token", self.waited.append)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return answer


def test_it_waits_as_long_as_it_is_told_and_no_longer_than_it_may():
    busy = [
        refusal(429, "TooManyRequests", **{"Retry-After": "7"}),
        refusal(503, "OutcomeUnknown", **{"Retry-After": "3600"}),
        refusal(503, "ServiceUnavailable"),
    ]
    scripted = Scripted([*busy, httpx.Response(200, json={"id": "x"})])
    assert scripted.client.get("/api/x") == {"id": "x"}
    assert scripted.waited == [7, LONGEST_WAIT, 1]


def test_a_lost_connection_is_tried_again():
    scripted = Scripted([httpx.ConnectError("gone"), httpx.Response(200, json={})])
    assert scripted.client.get("/api/x") == {}
    assert scripted.waited == [1]


@pytest.mark.parametrize(
    "answer",
    [
        lambda: refusal(503, "ServiceUnavailable", **{"Retry-After": "1"}),
        lambda: httpx.ReadTimeout("slow"),
    ],
)
def test_it_gives_up_at_last(answer: Callable[[], httpx.Response | httpx.TransportError]):
    scripted = Scripted(answer() for _ in range(ATTEMPTS))
    with pytest.raises((ApiError, httpx.ReadTimeout)):
        scripted.client.get("/api/x")
    assert len(scripted.waited) == ATTEMPTS - 1


def test_what_waiting_does_not_help_is_told_at_once():
    scripted = Scripted([refusal(409, "PolicyRefused")])
    with pytest.raises(ApiError) as raised:
        scripted.client.send("POST", "/api/x")
    assert (raised.value.code, raised.value.rules) == ("PolicyRefused", ["X-1"])
    assert "x: no" in str(raised.value)
    assert scripted.waited == []
    other = Scripted([refusal(400, "InvalidRequest")])
    with pytest.raises(ApiError) as raised:
        other.client.send("POST", "/api/x")
    assert raised.value.rules == []


def test_after_412_it_decides_again_on_what_is_there_now():
    now = {"quantity": 12, "etag": '"2"'}
    scripted = Scripted(
        [
            refusal(412, "ConditionNotMet"),
            httpx.Response(200, json=now),
            httpx.Response(200, json={"quantity": 13}),
        ]
    )
    seen = {"quantity": 10, "etag": '"1"'}
    changed = scripted.client.change("/api/x", seen, lambda it: {"quantity": it["quantity"] + 1})
    assert changed == {"quantity": 13}
    first, read, second = scripted.requests
    assert (first.headers["If-Match"], first.content) == ('"1"', b'{"quantity":11}')
    assert read.method == "GET"
    assert (second.headers["If-Match"], second.content) == ('"2"', b'{"quantity":13}')


def test_any_other_refusal_of_a_change_is_not_tried_again():
    scripted = Scripted([refusal(409, "PolicyRefused")])
    with pytest.raises(ApiError):
        scripted.client.change("/api/x", {"etag": '"1"'}, lambda _: {})


def test_pages_are_followed_to_the_last():
    following = "http://portal.example/api/x?api-version=2026-11-01&pageToken=t&status=active"
    scripted = Scripted(
        [
            httpx.Response(200, json={"value": [{"id": 1}], "nextLink": following}),
            httpx.Response(200, json={"value": [{"id": 2}]}),
        ]
    )
    assert list(scripted.client.every("/api/x", status="active")) == [{"id": 1}, {"id": 2}]
    assert scripted.requests[0].url.params["status"] == "active"
    assert dict(scripted.requests[1].url.params) == dict(httpx.URL(following).params)


def test_an_export_in_parts_is_put_together():
    link = '<http://portal.example/api/x?api-version=2026-11-01&pageToken=t>; rel="next"'
    scripted = Scripted(
        [
            httpx.Response(200, content=b"id\n1\n", headers={"Link": link}),
            httpx.Response(200, content=b"2\n"),
        ]
    )
    assert b"".join(scripted.client.export("/api/x")) == b"id\n1\n2\n"
    assert [each.headers["Accept"] for each in scripted.requests] == ["text/csv"] * 2
    assert scripted.requests[1].url.params["pageToken"] == "t"
