"""What a request loses between wire and handler, and what clients send beside JSON.

The Functions host reads a body only by its Content-Length: of one sent in chunks nothing arrives
but the header, as Microsoft's own `PutAsJsonAsync` sends them.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.http.endpoint import API_VERSION, Endpoint, Reply
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import serve
from tests.cast.ids import AGENCY, DIRECT, PATH_IDS, PROVIDER, invitation_id
from tests.running.app import OPERATOR_CLAIMS, LocalApp, endpoints, user

WRITES = [
    each for _, each in sorted(endpoints().items()) if each.method in {"POST", "PUT", "PATCH"}
]
CHUNKED = {"transfer-encoding": "chunked"}
JSON = {"content-type": "application/json; charset=utf-8"}
GZIP = {"content-encoding": "gzip"}
UTF_16 = {"content-type": "application/json; charset=utf-16"}

type Send = Callable[..., Any]


@pytest.fixture(scope="module")
def shared_app() -> LocalApp:
    return LocalApp()


@pytest.fixture(params=WRITES, ids=lambda each: each.name)
def write(request: pytest.FixtureRequest) -> Endpoint[Any, Any]:
    return request.param


@pytest.fixture
def send(shared_app: LocalApp, write: Endpoint[Any, Any]) -> Send:
    """A request with these headers; 299 means that its handler was called."""

    async def send(body: bytes, *headers: dict[str, str]) -> Outgoing:
        async def handler(*_: Any) -> Reply:
            return Reply(299)

        record = replace(write, public=True, handler=handler)
        incoming = Incoming(
            headers={name: value for each in headers for name, value in each.items()},
            path={name: PATH_IDS.get(name, AGENCY) for name in record.parameters},
            query={"api-version": API_VERSION},
            body=body,
        )
        return await serve(record, incoming, lambda: shared_app.app)

    return send


def told(answer: Outgoing) -> tuple[int, str]:
    return answer.status, answer.headers.get("x-ms-error-code", "")


@pytest.mark.parametrize("headers", [(CHUNKED,), (CHUNKED, JSON), (JSON,)])
async def test_a_body_that_got_lost_is_no_empty_one(send: Send, headers: tuple[dict[str, str]]):
    answer = await send(b"", *headers)
    assert told(answer) == (411, "LengthRequired")
    for word in ("StringContent", "LoadIntoBufferAsync"):
        assert word in answer.body.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-length": "0"},
        {"content-length": "0", "content-type": "application/x-www-form-urlencoded"},
        {"content-length": "0", "content-type": "application/json; charset=utf-16"},
        {"content-type": ""},
    ],
)
async def test_what_has_no_body_is_fine_under_any_type(send: Send, headers: dict[str, str]):
    assert (await send(b"", headers)).status in {299, 400}  # 400 where a field is required


@pytest.mark.parametrize("headers", [GZIP, UTF_16, {"content-encoding": "br"}])
async def test_what_cannot_be_read_is_said_before_the_length(send: Send, headers: dict[str, str]):
    """Microsoft's Kiota sends compressed and in chunks, and repeats uncompressed on 415 alone."""
    for body, lost in ((b"{}", {}), (b"", CHUNKED)):
        answer = await send(body, JSON, lost, headers)
        assert told(answer) == (415, "UnsupportedMediaType")
        (value,) = headers.values()
        assert value.rpartition("=")[2] in answer.body.decode()


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"content-type": ""}, True),
        ({"content-type": "application/json"}, True),
        ({"content-type": 'Application/JSON; Charset="UTF-8"'}, True),
        ({"content-type": "application/json;charset=utf8", "content-encoding": "identity"}, True),
        ({"content-type": "application/x-www-form-urlencoded"}, False),
        ({"content-type": "text/plain; charset=utf-8"}, False),
        ({"content-type": "application/json,application/json"}, False),
        ({"content-type": "application/json; charset=iso-8859-1"}, False),
    ],
)
async def test_json_needs_no_type_and_takes_no_other(
    send: Send, write: Endpoint[Any, Any], headers: dict[str, str], taken: bool
):
    body = b"[]" if write.batch else b"{}"
    answer = await send(body, {"content-length": "2"}, headers)
    assert (told(answer) == (415, "UnsupportedMediaType")) is not taken
    if taken:
        assert answer.status in {299, 400}


async def test_what_came_is_named_only_where_it_is_a_known_name(send: Send):
    said = (await send(b"a=1", {"content-type": "application/x-www-form-urlencoded"})).body.decode()
    assert "application/x-www-form-urlencoded" in said
    assert "application/json" in said
    for headers in (
        {"content-type": "ada@agency.example"},
        {"content-encoding": "ada@agency.example"},
        {"content-type": "text/plain; charset=ada@agency.example"},
    ):
        answer = await send(b"{}", headers)
        assert answer.status == 415
        assert "ada" not in answer.body.decode()


@pytest.mark.parametrize(
    ("caller", "url", "status"),
    [
        (None, f"/api/customers/{AGENCY}/invitations/{invitation_id()}/accept", 401),
        (user(DIRECT, "SalesAgent"), f"/api/partners/{DIRECT}/suspend", 403),
        (
            user(DIRECT, "GlobalAdmin"),
            f"/api/partners/{PROVIDER}/invitation-links/{AGENCY}/revoke",
            404,
        ),
        (OPERATOR_CLAIMS, f"/api/partners/{DIRECT}/suspend", 411),
    ],
)
async def test_token_and_role_come_first(
    local: LocalApp, caller: dict[str, Any] | None, url: str, status: int
):
    answer = await local.call("POST", url, caller, headers={"transfer-encoding": "chunked"})
    assert answer.status == status


async def test_reads_and_deletions_lose_nothing(local: LocalApp):
    """.NET sends them in chunks when it is asked to."""
    chunked = {"transfer-encoding": "chunked"}
    listed = await local.call("GET", "/api/partners", OPERATOR_CLAIMS, headers=chunked)
    assert listed.status == 200
    deleted = await local.call("DELETE", "/api/pipelines/x", OPERATOR_CLAIMS, headers=chunked)
    assert deleted.status == 404  # there is none
