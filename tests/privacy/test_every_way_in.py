"""Marks go in through every endpoint and every queue; nothing that is told outside has one.

Log records at every level with all they hold, stdout and stderr, measures, spans, and the errors
that the host would log. The endpoints' own records say what there is to be marked, so a new one is
looked at without a line here.
"""

import asyncio
import base64
import copy
import json
import logging
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from shared.auth.tokens import token_verifier
from shared.http.endpoint import API_VERSION, JSON, Endpoint
from shared.http.messages import Incoming
from shared.http.pipeline import App, serve
from shared.services.queues.messages import MAX_DEQUEUE_COUNT, Delivery
from shared.storage.engine.clients import QUEUES
from shared.storage.wiring import Memory
from tests.cast.ids import BUREAU, PROVIDER, invitation_id
from tests.cast.messages import encoded, event
from tests.privacy.marking import MARK, Marking, marked, said
from tests.running.app import OPERATOR_CLAIMS, endpoints
from tests.running.telemetry import Heard, hearing
from tests.unit.http import visibility_story
from tests.unit.http.matrix import ROWS, Row
from tests.unit.http.visibility_story import ids_given, told

ENDPOINTS: Final = endpoints()


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Telemetry is on for as long as the test."""
    with hearing() as what:
        yield what


@pytest.fixture(autouse=True)
def everything_is_heard(heard: Heard, caplog: pytest.LogCaptureFixture) -> Heard:
    caplog.set_level(logging.DEBUG)
    return heard


@pytest.fixture(scope="module")
def story() -> tuple[Memory, dict[str, str]]:
    """What happened before, written by marked callers; told once, without being listened to."""

    async def tell() -> tuple[Memory, dict[str, str]]:
        local = await told()
        return local.memory, await ids_given(local)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(visibility_story, "LocalApp", Marking)
        return asyncio.run(tell())


def world(story: tuple[Memory, dict[str, str]]) -> Marking:
    local = Marking(memory=copy.deepcopy(story[0]))
    local.clock.pass_by(minutes=1)
    return local


def holding(
    heard: Heard, caplog: pytest.LogCaptureFixture, capfd: Any, more: Iterable[str] = ()
) -> list[str]:
    """What was told outside and has a mark or one of `more` in it."""
    texts = [*map(said, caplog.records), *capfd.readouterr(), *heard.everything()]
    return [text for text in texts for wanted in (MARK, *more) if wanted in text]


def callers(row: Row) -> list[str]:
    """One that may, and one that may not."""
    may = [who for who, sign in row.cells.items() if sign in {"+", "*"} or sign.isdigit()]
    return [*may[:1], *[who for who, sign in row.cells.items() if sign in "-.!"][:1]]


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_what_callers_say(name: str, story, heard: Heard, caplog, capfd):
    local, done, allowed = world(story), False, False
    local.secrets = set()
    for row in ROWS:
        if row.name == name:
            allowed = allowed or row.cells[callers(row)[0]] in {"+", "*"}
            for who in callers(row):
                answer = await row.ask(local, who, story[1])
                done = done or answer.status < 300
                await local.follow()
    assert done or not allowed
    assert heard.points("csp.http.duration")
    assert holding(heard, caplog, capfd, local.secrets) == []


def garbage(endpoint: Endpoint[Any, Any]) -> Iterable[Incoming]:
    """Requests with marks where they do not belong."""
    good = Incoming(
        headers={"content-type": JSON, "authorization": json.dumps(OPERATOR_CLAIMS)},
        path=dict.fromkeys(endpoint.parameters, invitation_id(1)),
        query={"api-version": API_VERSION},
        body=b"{}",
    )
    yield replace(good, path=dict.fromkeys(good.path, MARK))
    yield replace(good, query={**good.query, "after": MARK, MARK: MARK})
    yield replace(good, query={"api-version": MARK})
    yield replace(good, body=json.dumps({MARK: MARK, "name": {MARK: [MARK]}}).encode())
    yield replace(good, body=f'{{"{MARK}": '.encode())
    for header in ("accept", "accept-language", "content-type", "if-match", "if-none-match"):
        yield replace(good, headers={**good.headers, header: f'"{MARK}'})
    yield replace(good, headers={**good.headers, "traceparent": MARK, "tracestate": MARK})


@pytest.mark.parametrize("name", ENDPOINTS)
async def test_what_makes_no_sense_and_what_breaks(name: str, story, heard, caplog, capfd):
    """Also a defect, whose error quotes what was stored: the caller and the log are told where."""
    local, endpoint = world(story), ENDPOINTS[name]
    for incoming in garbage(endpoint):
        await serve(endpoint, incoming, lambda: local.app)

    async def broken(_: object) -> None:
        raise RuntimeError(MARK)

    for table in local.memory.tables.values():
        table.before = broken
    for row in ROWS:
        if row.name == name:
            await row.ask(local, callers(row)[0], story[1])
    assert holding(heard, caplog, capfd) == []


@pytest.mark.parametrize(
    "header", [f"Bearer {MARK}", f"Basic {MARK}", f"Bearer {MARK}.{MARK}.{MARK}", MARK]
)
async def test_tokens(header: str, heard: Heard, caplog, capfd):
    local = Marking()
    app = App(local.services, token_verifier(local.services.settings, local.clock))
    headers = {"authorization": header}
    query = {"api-version": API_VERSION}
    answer = await serve(ENDPOINTS["partners_list"], Incoming(headers, {}, query), lambda: app)
    assert answer.status == 401
    assert MARK not in answer.body.decode()
    assert holding(heard, caplog, capfd) == []


def texts(queue: str) -> Iterable[str]:
    """Messages with marks: some understood, others not, each in its own way."""
    yield MARK
    yield json.dumps({MARK: MARK})
    yield f'{{"{MARK}'
    names = {"tenantId": BUREAU, "commandId": MARK, "look": 1}
    yield json.dumps({**names, "traceparent": MARK, MARK: MARK})
    yield json.dumps({"partnerId": PROVIDER, "webhookId": invitation_id(8), "eventId": MARK})
    if queue != "onboarding":
        return
    data = {"customerId": BUREAU, "name": MARK, "domain": f"{MARK}.example", "country": "US"}
    for changes in (
        {"source": "/erp"},
        {"source": MARK},
        {"source": "/erp", "type": MARK},
        {"source": "/erp", "specversion": MARK},
        {"source": "/erp", "subject": MARK, "extension": MARK, "id": MARK},
        {"source": "/erp", "data": {**data, MARK: MARK}},
        {"source": "/erp", "data": {**data, "country": MARK}},
        {"source": "/erp", "type": "customer-profile", "traceparent": MARK},
    ):
        yield encoded({**event("customer-profile", data), **changes})
    yield base64.b64encode(f'{{"{MARK}'.encode()).decode()


@pytest.mark.parametrize("tries", [1, MAX_DEQUEUE_COUNT])
@pytest.mark.parametrize("queue", QUEUES)
async def test_what_messages_say(queue: str, tries: int, story, heard: Heard, caplog, capfd):
    local = world(story)
    raised: list[str] = []
    for number, text in enumerate(texts(queue)):
        delivery = Delivery(f"m-{number}", text, tries)
        for take in (local.services.inbox.take, local.services.inbox.poison):
            try:
                await take(queue, delivery)
            except Exception as error:  # noqa: BLE001 - whatever the host would log
                raised += traceback.format_exception(error)
        await local.follow()
    assert heard.points("csp.dead_letters")
    assert [text for text in raised if MARK in text] == []
    assert holding(heard, caplog, capfd) == []


def test_the_marks_get_in(story):
    """Else none could be found anywhere."""
    tables = story[0].tables
    rows = [row for table in tables.values() for row in table._partitions.values()]
    kept = [str(entity) for row in rows for entity in row.values()]
    assert sum(MARK in row for row in kept) > 20
    bodies = [endpoint for endpoint in ENDPOINTS.values() if endpoint.body]
    assert bodies
    sale = {"name": "x", "domain": "x.example", "country": "US"}
    assert marked(ENDPOINTS["customers_put"].body, sale)["name"].startswith(MARK)
