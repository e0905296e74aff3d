"""The examples of the API's description: what the running system answers to the same story.

The story is played here over HTTP, beside its recording in memory, and each answer is compared. It
has a system of its own, so that lists of all tenants, the operator's queue and sweeps are the
story's, too. Not compared is what no two runs share (times, hashes, secrets, tokens, ids made by
the server, addresses of the host), and the calls of `APART`.
"""

import asyncio
import json
import re
import secrets
from collections.abc import Iterator
from email import message_from_string
from email.policy import default
from functools import partial
from operator import eq, itemgetter
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest
from httpx import Response

from examples.story import Story
from shared.canonical import digest
from shared.clock import SystemClock
from shared.http.endpoint import JSON
from tests.queues.pipelines import Storage, encoded
from tests.running.client import API_VERSION, World
from tests.running.receiver import Server
from tests.running.system import OwnSystem
from tests.running.waiting import STILL_SECONDS, eventually
from tools.example_story import OPERATOR, STORY, Step, delivery_id
from tools.examples import PUBLIC, SOMEBODY, Recorder, body_of, headers_of, recorded_id

APART: Final = {
    (
        "POST /api/sweeps",
        200,
    ): "asked again while it runs: whether it still does is a matter of time",
    ("POST /api/sweeps", 409): "another one, asked for while one runs: likewise",
}
"""Calls that are not compared, by what they are and the recorded status, and why."""

_LATER: Final = re.compile(
    r"GET /api/(?:pipelines/erp/results|dead-letters|findings|open-counts|(?:disputes|partners)$"
    r"|partners/[^/]+/(?:customers|invitations|subscriptions|events|onboarding-results)\b)"
)
"""What follows the records some seconds later, and the messages that a queue has in hand."""

_MASKS: Final = (
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\.\d+Z| UTC)", "(time)"),
    (r"\b(skiptoken|after)=[^&\"]+", r"\1=(token)"),
    (r"\"cursor\": \"[^\"]+\"", '"cursor": "(token)"'),
    (r"\b00-[0-9a-f]{32}-[0-9a-f]{16}-\d\d\b", "(trace)"),
    (r"\b(?:[0-9a-f]{32}|[0-9a-f]{64})\b", "(hash)"),
    (r"\bwhsec_[A-Za-z0-9+/=]+", "(secret)"),
    (r"\"text\": \"[A-Za-z0-9+/=]+\"", '"text": "(base64)"'),
    # How far its deliveries are when it is shown: the receiver is asked at any time.
    (r"\"delivery\": \{[^}]*\}", '"delivery": "(under way)"'),
    # Which rows of its own the storage has by now: marks and budgets come and go.
    (r"\"rows\": \d+", '"rows": "(some)"'),
)
_SO_FAR: Final = re.compile(r"\"(busy|repaired|tenants)\": \d+|\"(byKind|shards)\": \{[^}]*\}")
"""What a sweep has come to that still runs."""
_GUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_SERVERS: Final = {"sweep", "finding"}
"""Ids in the story that the server made."""
_RECEIVER: Final = "https://hooks.fabrikam.example/csp"


def _fresh(name: str) -> str:
    """An id of its own for each run, in the recording's order: lists are sorted by ids."""
    if name.startswith("mpn-"):
        return str(10**9 + secrets.randbelow(9 * 10**9))
    return recorded_id(name)[:24] + secrets.token_hex(6)


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A system that nobody else is at; its timer sweeps at the other end of the day."""
    later = (SystemClock().now().hour + 12) % 24
    folder = tmp_path_factory.mktemp("story")
    own = OwnSystem(folder / "data", environ={"SWEEP_SCHEDULE": f"0 7 {later} * * *"})
    own.start()
    with httpx.Client(base_url=own.base_url, timeout=STILL_SECONDS) as http:
        yield World(own, http)
    own.stop()


class _Play:
    """The story's callers on the running system, its pipeline and its receiver."""

    def __init__(self, world: World, receiver: Server) -> None:
        self._story = Story(fresh=_fresh)
        self._world = world
        self._receiver = receiver
        self._storage = Storage(world.system)
        self._tokens: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        """Dead letters by their recorded ids: a letter's is made of its message's."""

    def ask(self, step: Step) -> Response:
        method, _, path = self._own(self._story.fill(step.call)).partition(" ")
        if "api-version" not in path:
            path += f"{'&' if '?' in path else '?'}api-version={API_VERSION}"
        headers = self._authorization(step) | headers_of(step)
        body = json.loads(self._own(json.dumps(body_of(self._story, step))))
        # Its receiver consents when it is asked for the test, as the recording's does.
        self._receiver.consents |= path.endswith(f"/test?api-version={API_VERSION}")
        answer = self._world.http.request(method, path, headers=headers, json=body)
        if path.startswith("/api/sweeps") and answer.status_code == httpx.codes.CREATED:
            self._story.ids["sweep"] = answer.json()["id"]
        if path.startswith("/api/findings?"):
            self._story.ids["finding"] = next((each["id"] for each in answer.json()["value"]), "")
        return answer

    def _own(self, said: str) -> str:
        for recorded, own in self._letters.items():
            said = said.replace(recorded, own)
        return said.replace(_RECEIVER, self._receiver.url)

    def answer(self, step: Step) -> tuple[int, str]:
        """Status and body, with the recording's ids and without what no two runs share."""
        answer = self.ask(step)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        body = answer.json() if kind == JSON else answer.text or None
        content = _text(body).replace(self._world.system.base_url, PUBLIC)
        content = content.replace(self._receiver.url, _RECEIVER)
        for name in self._story.ids.keys() - _SERVERS:
            content = content.replace(self._story.ids[name], recorded_id(name))
        return answer.status_code, self.masked(content)

    def send(self, step: Step, number: int) -> None:
        """A message of the operator's pipeline."""
        event = {
            "specversion": "1.0",
            "id": f"m-{number}",
            "source": self._story.fill(self._story.body("pipeline"))["source"],
            "type": step.call.removeprefix("QUEUE "),
            "data": body_of(self._story, step),
        }
        message_id = self._storage.put("onboarding", encoded(event))
        recorded = digest(["onboarding", delivery_id(step)])
        self._letters[recorded] = digest(["onboarding", message_id])
        eventually(partial(self._taken, event["id"]), bool)

    def _taken(self, event_id: str) -> bool:
        """Whether its result is there, or its letter."""
        lists = "dead-letters", "pipelines/erp/results"
        asked = (self.ask(Step(OPERATOR, f"GET /api/{each}")).text for each in lists)
        return any(f'"{event_id}"' in text for text in asked)

    def swept(self) -> bool:
        """Whether the sweep that was started last has ended."""
        found = self.ask(Step(OPERATOR, "GET /api/sweeps/{sweep}")).json()
        return found["status"] != "running"

    def masked(self, content: str) -> str:
        named = {SOMEBODY, *map(recorded_id, self._story.ids.keys() - _SERVERS)}
        content = _GUID.sub(lambda found: found[0] if found[0] in named else "(id)", content)
        if '"status": "running"' in content:
            content = _SO_FAR.sub("(so far)", content)
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
    """As text. Findings lie by their ids, which are hashes of the run's own: here by their keys.

    An e-mail and an address of `mailto:` are decoded, so that ids and times in them can be seen.
    """
    match body:
        case str() if body.startswith("X-Unsent"):
            mail = message_from_string(body, policy=default)
            parts = (part.get_content() for part in mail.iter_parts())
            return "\n".join((str(mail["To"]), str(mail["Subject"]), *parts))
        case str():
            return body
        case {"value": [{"firstSeenAt": _}, *_] as found}:
            body = {**body, "value": sorted(found, key=itemgetter("key"))}
        case {"mailto": str(address)}:
            body = {**body, "mailto": unquote(address)}
        case _:
            pass
    return json.dumps(body, sort_keys=True)


def test_the_running_system_answers_as_the_examples_say(alone: World, server: Server):
    recorder = Recorder()
    asyncio.run(recorder.play())
    server.consents = False
    play = _Play(alone, server)
    answers = iter(recorder.answered)
    left_out = set[tuple[str, int]]()
    for number, step in enumerate(STORY, 1):
        if step.call.startswith("QUEUE"):
            play.send(step, number)
        elif step.call == "SWEEP":
            eventually(play.swept, bool)
        else:
            recorded, answer = next(answers)
            assert recorded == step
            if (step.call, answer.status) in APART:
                left_out.add((step.call, answer.status))
                continue
            found = play.answer(step)  # which is when the run's ids come to have names
            expected = answer.status, play.masked(_text(answer.body))
            if _LATER.match(step.call):
                eventually(partial(play.answer, step), partial(eq, expected))
            else:
                assert found == expected, step.call
    assert next(answers, None) is None
    assert left_out == APART.keys()
