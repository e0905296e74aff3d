"""The examples of the API's description: what the running system answers to the same story.

The story is played here over HTTP, beside its recording in memory, and each answer is compared.
Not compared is what no two runs share (times, hashes, tokens, ids made by the server, addresses of
the host), nor what tells of all tenants or of the operator's queue, where other tests are at work.
"""

import asyncio
import json
import re
import secrets
from functools import partial
from operator import eq
from typing import Any, Final

from httpx import Response

from examples.story import Story
from shared.http.endpoint import JSON
from tests.running.client import API_VERSION, World
from tests.running.waiting import eventually
from tools.example_story import OPERATOR, Step
from tools.examples import PUBLIC, SOMEBODY, Recorder, body_of, headers_of, recorded_id

_ELSEWHERE: Final = re.compile(
    r"/api/(health|openapi|dead-letters|pipelines|sweeps|findings|checkpoints|partners$"
    r"|disputes$|open-counts)"
    r"|/proof$|/webhooks"
)
"""Answers that rest on other tests, on the queue that the story's pipeline fills, on a sweep, or on
a receiver, which consents in the recording and exists on no network.
"""

_INDEXED: Final = re.compile(
    r"GET /api/partners/[^/]+/(customers|invitations|subscriptions|events|onboarding-results)\b"
)
"""What follows the records some seconds later."""

_MASKS: Final = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d+Z| UTC)", "(time)"),
    (r"\b(skiptoken|after)=[^&\"]+", r"\1=(token)"),
    (r"\"cursor\": \"[^\"]+\"", '"cursor": "(token)"'),
    (r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-\d\d\b", "(trace)"),
    (r"\b(?:[0-9a-f]{32}|[0-9a-f]{64})\b", "(hash)"),
)
_GUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


def _fresh(name: str) -> str:
    """An id of its own for each run, in the recording's order: lists are sorted by ids."""
    if name.startswith("mpn-"):
        return str(10**9 + secrets.randbelow(9 * 10**9))
    return recorded_id(name)[:24] + secrets.token_hex(6)


class _Play:
    """The story's callers on the running system."""

    def __init__(self, world: World) -> None:
        self._story = Story(fresh=_fresh)
        self._world = world
        self._tokens: dict[str, str] = {}

    def ask(self, step: Step) -> Response:
        method, _, path = self._story.fill(step.call).partition(" ")
        if "api-version" not in path:
            path += f"{'&' if '?' in path else '?'}api-version={API_VERSION}"
        headers, body = self._authorization(step) | headers_of(step), body_of(self._story, step)
        return self._world.http.request(method, path, headers=headers, json=body)

    def answer(self, step: Step) -> tuple[int, str]:
        """Status and body, with the recording's ids and without what no two runs share."""
        answer = self.ask(step)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        body = answer.json() if kind == JSON else answer.text or None
        content = _text(body).replace(self._world.system.base_url, PUBLIC)
        for name, own in self._story.ids.items():
            content = content.replace(own, recorded_id(name))
        return answer.status_code, self.masked(content)

    def masked(self, content: str) -> str:
        named = {SOMEBODY, *map(recorded_id, self._story.ids)}
        content = _GUID.sub(lambda found: found[0] if found[0] in named else "(id)", content)
        for pattern, shown in _MASKS:
            content = re.sub(pattern, shown, content)
        return content

    def _authorization(self, step: Step) -> dict[str, str]:
        if step.by == "nobody":
            return {}
        if step.by not in self._tokens:
            asked = {**self._story.token_request(step.by), "objectId": SOMEBODY}
            del asked["name"]  # It would let people sign in as this one.
            self._tokens[step.by] = self._world.system.token(**asked)
        return {"Authorization": f"Bearer {self._tokens[step.by]}"}


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, sort_keys=True)


def test_the_running_system_answers_as_the_examples_say(world: World):
    recorder = Recorder()
    asyncio.run(recorder.play())
    play = _Play(world)
    # In the recording the operator's pipeline enrols it.
    assert play.ask(Step(OPERATOR, "PUT /api/partners/{contoso}", "contoso")).status_code == 201
    for step, answer in recorder.answered:
        if _ELSEWHERE.search(step.call):
            continue
        found = play.answer(step)
        expected = answer.status, play.masked(_text(answer.body))
        if _INDEXED.match(step.call):
            eventually(partial(play.answer, step), partial(eq, expected))
        else:
            assert found == expected, step.call
