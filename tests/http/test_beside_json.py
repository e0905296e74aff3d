"""What clients send beside JSON in UTF-8 with its length, and what they are told.

As it was captured of .NET's HttpClient, Microsoft's Kiota and PowerShell.
"""

import gzip
import json
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from tests.running.client import World, code, ok, partner_body, targets

BODY = json.dumps(partner_body(name="Müller Contoso")).encode()
LANGUAGES = {"en": True, "ko": False}
"""Whether what is said in it is ASCII."""


class Sent(NamedTuple):
    """A body that cannot be read; `error`: status, code and target; `told`: what it must name."""

    how: str
    content: Any
    headers: dict[str, str]
    error: tuple[int, str, str | None]
    told: tuple[str, ...]

    def __str__(self) -> str:
        return self.how


JSON = {"Content-Type": "application/json"}
CHUNKED = {"Transfer-Encoding": "chunked"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ENCODED = (415, "UnsupportedMediaType", "Content-Encoding")
TYPED = (415, "UnsupportedMediaType", "Content-Type")
LOST = (411, "LengthRequired", None)
MALFORMED = (400, "InvalidRequest", "body")
IN_DOTNET = ("Transfer-Encoding", "Content-Length", "StringContent", "LoadIntoBufferAsync")
UNREADABLE = [
    Sent(
        "Kiota, compressed",
        gzip.compress(BODY),
        {**JSON, "Content-Encoding": "gzip"},
        ENCODED,
        ("gzip",),
    ),
    Sent(
        "Kiota, compressed and in chunks",
        [gzip.compress(BODY)],
        {**JSON, **CHUNKED, "Content-Encoding": "gzip"},
        ENCODED,
        ("gzip",),
    ),
    Sent(
        "StringContent with Encoding.Unicode",
        BODY.decode().encode("utf-16-le"),
        {"Content-Type": "application/json; charset=utf-16"},
        TYPED,
        ("utf-16", "UTF-8"),
    ),
    Sent(
        "that, in chunks",
        [BODY.decode().encode("utf-16-le")],
        {**CHUNKED, "Content-Type": "application/json; charset=utf-16"},
        TYPED,
        ("utf-16", "UTF-8"),
    ),
    Sent("UTF-16 without a word", BODY.decode().encode("utf-16"), JSON, MALFORMED, ("UTF-16",)),
    Sent(
        "Invoke-RestMethod with a hashtable",
        b"name=Contoso&type=directBill",
        FORM,
        TYPED,
        (FORM["Content-Type"], JSON["Content-Type"]),
    ),
    Sent(
        "Invoke-RestMethod -Form",
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nContoso\r\n--x--\r\n',
        {"Content-Type": "multipart/form-data; boundary=x"},
        TYPED,
        ("multipart/form-data", JSON["Content-Type"]),
    ),
    Sent(
        "JSON as text",
        BODY,
        {"Content-Type": "text/plain; charset=utf-8"},
        TYPED,
        ("text/plain", JSON["Content-Type"]),
    ),
    Sent("a form of no type", b"name=Contoso&type=directBill", {}, MALFORMED, ("ConvertTo-Json",)),
    Sent("PutAsJsonAsync", [BODY[:9], BODY[9:]], {**JSON, **CHUNKED}, LOST, IN_DOTNET),
    Sent("chunks of no type", [BODY], CHUNKED, LOST, IN_DOTNET),
    Sent("no chunk at all", [], {**JSON, **CHUNKED}, LOST, IN_DOTNET),
    Sent("a type and nothing else", None, JSON, LOST, IN_DOTNET),
]


def put(world: World, path: str, content: Any, headers: dict[str, str]) -> httpx.Response:
    """With no other headers than these and those of every request."""
    request = world.http.build_request(
        "PUT",
        f"/api{path}",
        params={"api-version": "2026-11-01"},
        content=iter(content) if isinstance(content, list) else content,
        headers={"Authorization": f"Bearer {world.operator.token}", **headers},
    )
    if content is None:
        del request.headers["Content-Length"]
    return world.http.send(request)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sent", UNREADABLE, ids=str)
def test_whoever_sends_what_cannot_be_read_is_told_what_it_was(
    world: World, sent: Sent, language: str
):
    path = f"/partners/{uuid4()}"
    answer = put(world, path, sent.content, {**sent.headers, "Accept-Language": language})
    error = answer.json()["error"]
    assert (*code(answer), error.get("target")) == sent.error
    assert error["message"].isascii() is LANGUAGES[language]
    for word in sent.told:
        assert word in error["message"]
    assert "Contoso" not in answer.text
    assert world.operator.get(path).status_code == 404


def test_whoever_repeats_uncompressed_on_415_gets_through(world: World):
    """As Kiota's compression handler does, on 415 alone."""
    path, compressed = f"/partners/{uuid4()}", {**JSON, "Content-Encoding": "gzip"}
    assert put(world, path, gzip.compress(BODY), compressed).status_code == 415
    assert put(world, path, BODY, JSON).status_code == 201
    assert ok(world.operator.get(path))["name"] == "Müller Contoso"


@pytest.mark.parametrize(
    "headers",
    [
        {},  # Invoke-RestMethod -Method Put
        {"Content-Type": ""},
        {"Content-Type": 'Application/JSON; Charset="UTF-8"'},
        {"Content-Type": "application/json;charset=utf8", "Content-Encoding": "identity"},
    ],
)
def test_json_by_whatever_name_is_read(world: World, headers: dict[str, str]):
    path, body = f"/partners/{uuid4()}", json.dumps(partner_body()).encode()
    assert put(world, path, body, headers).status_code == 201


def test_nothing_is_an_empty_object_whatever_its_type(world: World):
    """PowerShell sends none as a form of length 0."""
    customer = world.customer()
    for number, headers in enumerate(({}, JSON, FORM, {"Content-Type": "text/plain"})):
        path = world.invited(world.partner(), customer)
        answer = customer.post(f"{path}/decline", headers=headers)
        assert answer.request.headers["Content-Length"] == "0"
        assert ok(answer)["status"] == "declined", number
    answer = put(world, f"/partners/{uuid4()}", b"", FORM)
    assert "name" in targets(answer)
