"""`examples/requests.http`, sent as an editor would send it: twice, for it says that it may be."""

import random
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.examples.http_file import HttpFile
from tests.running.system import ROOT, System
from tests.running.waiting import STILL_SECONDS

FILE = HttpFile.read((ROOT / "examples" / "requests.http").read_text(encoding="utf-8"))


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=STILL_SECONDS) as client:
        yield client


def test_every_answer_is_as_its_title_says(system: System, http: httpx.Client):
    ids = ("partner", "other", "customer", "invitation", "second", "subscription")
    own = {name: str(uuid4()) for name in ids}
    own |= {"backend": system.base_url, "issuer": system.issuer_url}
    own["mpn"] = str(random.randrange(10**8, 10**9))
    for created in (201, 200):
        answers = list(FILE.play(http, own))
        for asked, answer in answers:
            status = created if asked.status == 201 else asked.status
            assert answer.status_code == status, (asked.title, answer.text)
            if asked.status == 409:
                rules = answer.json()["error"]["innererror"]["rules"]
                assert rules == asked.rules, asked.title
        (verified,) = [answer for asked, answer in answers if "verifies" in asked.title]
        assert verified.json()["valid"]
        assert {asked.status for asked, _ in answers} == {200, 201, 403, 409, 412}


def test_a_file_is_read_as_editors_read_it():
    text = (
        "# About.\n\n@host = http://x.example\n\n"
        "### First. 200\n# @name first\nGET {{host}}/a\nAccept: x: y\n\n"
        "### Second. 409 ABC-1 ABC-2\nPOST {{host}}/b\n"
        'If-Match: {{first.response.headers.ETag}}\n\n{"a": 1}'
    )

    def answered(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={}, headers={"ETag": '"1"'})

    with httpx.Client(transport=httpx.MockTransport(answered)) as client:
        (first, got), (second, sent) = HttpFile.read(text).play(
            client, {"host": "http://y.example"}
        )
    assert (first.status, first.rules, got.request.headers["Accept"]) == (200, [], "x: y")
    assert (second.status, second.rules) == (409, ["ABC-1", "ABC-2"])
    assert str(sent.request.url) == "http://y.example/b"
    assert (sent.request.headers["If-Match"], sent.request.content) == ('"1"', b'{"a": 1}')


def test_the_ids_are_those_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("partner", "customer", "invitation", "mpn"):
        assert FILE.variables[name] in readme, name
