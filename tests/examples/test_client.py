"""The client of the examples, with made-up answers."""

from collections.abc import Callable, Iterable

import httpx
import pytest

from examples import operate
from examples.client import ATTEMPTS, LONGEST_WAIT, ApiError, Client, NoAnswer
from tests.cast.ids import invitation_id
from tests.running.app import endpoints


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


@pytest.mark.parametrize("name", endpoints())
def test_what_is_done_anew_each_time_is_asked_for_once(name: str):
    """The API's own records say which operations these are."""
    endpoint = endpoints()[name]
    path = endpoint.address(dict.fromkeys(endpoint.parameters, invitation_id(1)))
    for first in (httpx.ReadTimeout("slow"), refusal(503, "OutcomeUnknown")):
        scripted = Scripted([first, httpx.Response(200, json={})])
        if endpoint.anew:
            with pytest.raises((ApiError, NoAnswer)):
                scripted.client.send(endpoint.method, path)
        else:
            scripted.client.send(endpoint.method, path)
        assert len(scripted.requests) == (1 if endpoint.anew else 2)


@pytest.mark.parametrize(
    "answer",
    [
        lambda: refusal(503, "ServiceUnavailable", **{"Retry-After": "1"}),
        lambda: httpx.ReadTimeout("slow"),
    ],
)
def test_it_gives_up_at_last(answer: Callable[[], httpx.Response | httpx.TransportError]):
    scripted = Scripted(answer() for _ in range(ATTEMPTS))
    with pytest.raises((ApiError, NoAnswer)) as raised:
        scripted.client.get("/api/x")
    assert str(raised.value) in {
        "503 ServiceUnavailable: no; x: no",
        "http://portal.example does not answer: slow",
    }
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


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<h1>busy</h1>"),
        httpx.Response(200, html="<h1>welcome</h1>"),
        httpx.Response(401, json={"error": "invalid_grant"}),
        httpx.Response(404, json=[]),
    ],
)
def test_what_is_no_answer_of_the_api_is_told(answer: httpx.Response):
    with pytest.raises(ApiError) as raised:
        Scripted([answer]).client.get("/api/x", search="y")
    told = "this is no answer of this API: http://portal.example/api/x"
    assert str(raised.value) == f"{answer.status_code} {answer.reason_phrase}: {told}"


def test_a_date_to_wait_for_is_no_number():
    busy = refusal(503, "ServiceUnavailable", **{"Retry-After": "Thu, 26 Nov 2026 12:00:00 GMT"})
    scripted = Scripted([busy, httpx.Response(200, json={})])
    scripted.client.get("/api/x")
    assert scripted.waited == [1]


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
    assert list(scripted.client.every("/api/x", status="active", search=None)) == [
        {"id": 1},
        {"id": 2},
    ]
    assert dict(scripted.requests[0].url.params) == {
        "status": "active",
        "api-version": "2026-11-01",
    }
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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TOKEN", "secret\n", "TOKEN must be an access token alone: no space, line break or quote"),
        ("BASE_URL", "secret", "BASE_URL must be an address such as https://app.example"),
        (
            "PORT",
            "1",
            "nothing answers at http://127.0.0.1:2/token: start a backend with `make run`",
        ),
    ],
)
def test_an_operator_is_told_which_setting_is_wrong(
    name: str,
    value: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for each in ("TOKEN", "BASE_URL", "PORT"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, value)
    assert operate.main(["sweep"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"operate: {said}")
    assert "secret" not in line
