"""Records the examples of the API's description: the app itself plays `tools/example_story.py`.

Over storage in memory and with a clock and ids of its own, so every recording is the same.
"""

import base64
import json
from asyncio import run
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import azure_functions_runtime.version  # noqa: F401 - as in a worker: one of the answers tells it

from devhost.token_claims import Holder, claims_of
from examples.story import Story
from shared.auth.claims import VerifiedClaims
from shared.auth.principal import NO_WIDS
from shared.auth.tokens import TokenVerifier
from shared.canonical import digest
from shared.errors import AppError, LetterUnderWay, NoDirectoryRoles, Unavailable
from shared.http.body import MAX_BYTES
from shared.http.endpoint import JSON
from shared.http.errors import UNEXPECTED
from shared.http.openapi.words import IDS
from shared.http.pipeline import App
from shared.services.commands.answers import NO_STORAGE
from shared.services.ports.queues import PARTNERS, Queue
from shared.services.ports.values import GuardFailed, StorageBusy, WriteUnknown
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import PartlyQueued
from shared.tracing import span
from tests.running.app import SETTINGS, Answer, LocalApp
from tools.example_story import STORY, Step, delivery_id

_FAULTS: Final[tuple[Callable[[], Exception], ...]] = (
    StorageBusy,
    WriteUnknown,
    GuardFailed,
    PartlyQueued,
    LetterUnderWay,
    lambda: Unavailable(NO_STORAGE),
    lambda: NoDirectoryRoles(NO_WIDS),
    lambda: AppError(UNEXPECTED),
)
SOMEBODY: Final = "10000000-0000-4000-8000-00000000000f"
"""The object id of every caller."""
PUBLIC: Final = SETTINGS.public_base_url
_PATH: Final = "PUT /api/customers/{agency}"


class _Failing:
    """A verifier of tokens that only fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def verify(self, _: str | None) -> VerifiedClaims:
        """Raises what it was given."""
        raise self._error


class Recorder:
    """`found` is as `shared/http/openapi/examples.py` reads it; `answered` has all of the story."""

    def __init__(self) -> None:
        """Nothing has been asked yet."""
        self.found: dict[str, dict[str, Any]] = {"requests": {}, "answers": {}, "errors": {}}
        self.answered: list[tuple[Step, Answer]] = []
        self._app = LocalApp()
        self._story = Story(fresh=recorded_id)

    async def play(self) -> None:
        """The story, then what can go wrong with any call."""
        for number, step in enumerate(STORY, 1):
            with span(seed=digest(number)[:32]):
                await self._play(step, number)
                await self._work()
            await self._app.follow()
            self._app.clock.pass_by(minutes=1)
        owner = "the agency's Global admin"
        await self._ask(owner, _PATH, "x" * MAX_BYTES, {})
        await self._ask(owner, _PATH, {}, {"content-type": "text/plain"})
        await self._ask(owner, _PATH, None, {"transfer-encoding": "chunked"})
        for fault in _FAULTS:
            self._app.app = App(self._app.services, cast("TokenVerifier", _Failing(fault())))
            await self._ask(owner, _PATH, {}, {})

    async def _play(self, step: Step, number: int) -> None:
        if step.call.startswith("QUEUE"):
            await self._send(step, number)
        elif step.call == "SWEEP":
            await self._app.sweep()
        else:
            await self._step(step)

    async def _work(self) -> None:
        for queue in (Queue.ONBOARDING, *PARTNERS):
            for message in self._app.memory.queues.take(queue):
                delivery = Delivery(message.id, message.text, 1)
                await self._app.services.inbox.take(queue, delivery)

    async def _step(self, step: Step) -> None:
        body = body_of(self._story, step)
        name, answer = await self._ask(step.by, step.call, body, headers_of(step))
        self.answered.append((step, answer))
        if answer.body is None:
            return
        failed = answer.status >= HTTPStatus.BAD_REQUEST
        if body and not failed:
            self.found["requests"].setdefault(name, body)
        if not failed or answer.code[1] == "PolicyRefused":
            kind = answer.headers["Content-Type"].partition(";")[0]
            key = str(answer.status) if kind == JSON else f"{answer.status} {kind}"
            shown = answer.body if name != "openapi_get" else _beginning(answer.body)
            self.found["answers"].setdefault(name, {}).setdefault(key, shown)

    async def _ask(
        self,
        by: str,
        call: str,
        body: Any,  # noqa: ANN401 - JSON
        headers: dict[str, str],
    ) -> tuple[str, Answer]:
        method, _, url = self._story.fill(call).partition(" ")
        found = self._app.routes.match(method, urlsplit(url).path)
        answer = await self._app.call(method, url, self._claims(by), body, headers)
        if found and found[0] == "sweeps_start" and answer.status == HTTPStatus.CREATED:
            self._story.ids["sweep"] = answer.body["id"]
        if found and found[0] == "findings_list":
            self._story.ids["finding"] = answer.body["value"][0]["id"]
        # Which rules an operation can break is its own matter: no refusal stands for another's.
        if answer.status >= HTTPStatus.BAD_REQUEST:
            code = answer.code[1]
            if code != "PolicyRefused":
                self.found["errors"].setdefault(code, answer.body)
        return (found[0] if found else ""), answer

    async def _send(self, step: Step, number: int) -> None:
        pipeline = self._story.fill(self._story.body("pipeline"))
        event = {
            "specversion": "1.0",
            "id": f"m-{number}",
            "source": pipeline["source"],
            "type": step.call.removeprefix("QUEUE "),
            "data": body_of(self._story, step),
        }
        text = base64.b64encode(json.dumps(event).encode()).decode()
        delivery = Delivery(delivery_id(step), text, 1)
        await self._app.services.inbox.take("onboarding", delivery)

    def _claims(self, by: str) -> dict[str, Any] | None:
        if by == "nobody":
            return None
        who = self._story.token_request(by)
        holder = Holder(
            tenant=who["tenant"],
            audience="",
            like=who.get("like", "member"),
            object_id=SOMEBODY,
            roles=who["roles"],
            wids=who["wids"],
        )
        return {"iss": "", "exp": 0, "nbf": 0, **claims_of(holder)}


def _beginning(document: dict[str, Any]) -> dict[str, Any]:
    """Of the description itself, which holds these examples, just so much."""
    return {name: document[name] for name in ("openapi", "info", "servers")} | {"paths": {}}


def body_of(story: Story, step: Step) -> Any:  # noqa: ANN401 - JSON
    """What the step sends, with the ids of `story`."""
    if isinstance(step.body, str):
        body = story.body(step.body)
        # A message names what an address has.
        return body if step.call.startswith("QUEUE") else _without_ids(body)
    return story.fill(step.body)


def headers_of(step: Step) -> dict[str, str]:
    """The headers that the step adds to those of every request."""
    given = {"if-match": step.if_match, "accept": step.accept}
    return {name: value for name, value in given.items() if value}


def _without_ids(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in {"partnerId", "customerId"}}


_SHOWN: Final = {
    "agency": "customerId",
    "fabrikam": "partnerId",
    "adatum": "resellerId",
    "invitation-m365": "invitationId",
    "mailboxes": "subscriptionId",
    "link": "linkId",
    "webhook": "webhookId",
}
"""Whose ids stand in the addresses of the description, so that a reader finds them in answers."""


def recorded_id(name: str) -> str:
    """The id of a name in the recording, the same every time."""
    if name in _SHOWN:
        return IDS[_SHOWN[name]]
    made = uuid5(NAMESPACE_URL, f"urn:example:{name}")
    return str(1_000_000 + made.int % 9_000_000) if name.startswith("mpn-") else str(made)


def text() -> str:
    """The recording as it is kept."""
    recorder = Recorder()
    run(recorder.play())
    return json.dumps(recorder.found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
