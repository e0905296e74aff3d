"""What holds for every operation: each endpoint record is asked, its handler does little."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import PreconditionRequired
from shared.http.endpoint import API_VERSION, EML, Endpoint, Reply
from shared.http.host import response
from shared.http.messages import Incoming, Outgoing
from shared.http.paging import FeedQuery, PageQuery
from shared.http.pipeline import serve
from tests.cast.ids import AGENCY, PATH_IDS
from tests.running.app import LocalApp, endpoints

ENDPOINTS = sorted(endpoints().values(), key=lambda each: each.name)
ETAG = '"33a64df5"'

DRAFT = {"locale": "en", "to": None, "subject": "A", "text": "B", "html": "<p>B</p>"}
"""What is made a file of has more than a version."""

type Ask = Callable[..., Any]


@pytest.fixture(params=ENDPOINTS, ids=lambda each: each.name)
def endpoint(request: pytest.FixtureRequest) -> Endpoint[Any, Any]:
    return request.param


@pytest.fixture(scope="module")
def shared_app() -> LocalApp:
    """No handler here touches what is stored."""
    return LocalApp()


@pytest.fixture
def ask(shared_app: LocalApp, endpoint: Endpoint[Any, Any]) -> Ask:
    """A request that everyone may make, answered with a page or a version of something."""

    async def ask(
        status: int = 200, query: dict[str, str] | None = None, **headers: str
    ) -> Outgoing:
        async def handler(*_: Any) -> Reply:
            if status == PreconditionRequired.status:
                raise PreconditionRequired
            body: dict[str, object] = {"value": []} if listing(endpoint) else {"etag": ETAG}
            return Reply(status, body | (DRAFT if EML in endpoint.renders else {}))

        record = replace(endpoint, public=True, handler=handler, body=None)
        incoming = Incoming(
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            path={name: PATH_IDS.get(name, AGENCY) for name in record.parameters},
            query={"api-version": API_VERSION, **(query or {})},
        )
        return await serve(record, incoming, lambda: shared_app.app)

    return ask


def listing(endpoint: Endpoint[Any, Any]) -> bool:
    return issubclass(endpoint.query, PageQuery | FeedQuery)


async def test_a_media_type_that_it_does_not_have(ask: Ask, endpoint: Endpoint[Any, Any]):
    answer = await ask(accept="text/html")
    if not any(endpoint.answers.values()):
        assert answer.status == 200
        return
    assert (answer.status, answer.headers["x-ms-error-code"]) == (406, "NotAcceptable")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert "Accept" in answer.headers["Vary"].split(", ")


async def test_every_media_type_that_it_has(ask: Ask, endpoint: Endpoint[Any, Any]):
    for media_type in endpoint.produces:
        answer = await ask(accept=f"{media_type}, */*;q=0.1")
        assert answer.headers["Content-Type"].partition(";")[0] == media_type
        assert response(answer).headers["X-Content-Type-Options"] == "nosniff"
        assert "Accept" in answer.headers["Vary"].split(", ")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
async def test_a_condition_that_cannot_be_read(ask: Ask, header: str):
    answer = await ask(**{header.lower(): "33a64df5"})
    assert answer.status == 400
    assert f'"target":"{header}"' in answer.body.decode()


async def test_conditions_of_a_read(ask: Ask, endpoint: Endpoint[Any, Any]):
    if endpoint.method != "GET":
        # A write would promise by If-None-Match what it does not do.
        assert (await ask(if_none_match=ETAG)).status == 400
        return
    known = not listing(endpoint)  # a page has no version
    for conditions, status in {
        (("if_match", ETAG),): 200 if known else 412,
        (("if_match", '"other"'),): 412,
        (("if_match", f"W/{ETAG}"),): 412,
        (("if_match", "*"),): 200,
        (("if_none_match", ETAG),): 304 if known else 200,
        (("if_none_match", f'"other", W/{ETAG}'),): 304 if known else 200,
        (("if_none_match", '"other"'),): 200,
        (("if_none_match", "*"),): 304,
        (("if_match", '"other"'), ("if_none_match", ETAG)): 412,
    }.items():
        answer = await ask(**dict(conditions))
        assert answer.status == status, conditions
        if status == 304:
            assert answer.body == b""
            assert "Content-Type" not in answer.headers
            assert answer.headers.get("ETag") == (ETAG if known else None)


async def test_a_write_that_must_not_replace(ask: Ask, endpoint: Endpoint[Any, Any]):
    if endpoint.method == "GET":
        return
    if endpoint.method != "PUT":
        assert (await ask(if_none_match="*")).status == 400
        return
    # 201: it was not there; 200, or 428: it was, and nothing was done.
    for status, told in {201: 201, 200: 412, 428: 412}.items():
        assert (await ask(status, if_none_match="*")).status == told
    assert (await ask(201, if_none_match="*", if_match=ETAG)).status == 412


async def test_pages_are_asked_for_alike(ask: Ask, endpoint: Endpoint[Any, Any]):
    for query in (
        {"maxpagesize": "0"},
        {"maxpagesize": "1001"},
        {"maxpagesize": "ten"},
        {"statsu": "active"},
    ):
        answer = await ask(query=query)
        assert answer.status == 400
        assert f'"target":"{next(iter(query))}"' in answer.body.decode()
    if listing(endpoint):
        assert (await ask(query={"MaxPageSize": "1000"})).status == 200
