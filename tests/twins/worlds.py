"""A world: the whole app over memory, in which the steps of a history happen at their times."""

import json
import re
from collections.abc import Mapping
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

from shared.services.ports.queues import PARTNERS, Queue
from shared.services.ports.webhooks import Answered
from shared.services.queues.internal_messages import shard_of
from shared.services.queues.messages import Delivery
from shared.storage.engine.memory import Request
from shared.web.engine.serving import sealer_of
from tests.cast.ids import guid
from tests.running.app import Answer, LocalApp
from tests.running.visitors import SET_UP, Visitor
from tests.twins.scene import CLOCK, SEND, VISIT, Step

TRACES: Final = Random()
"""Ids of spans, which tests put in the place of the system's random numbers."""
APART: Final = {"x-ms-request-id", "traceparent"}
"""What no two answers have in common."""
PAGES: Final = 6
"""As many of one list are followed, which is further than any of a history goes in small ones."""
WORLDWIDE: Final = SET_UP.model_copy(update={"cloud": "public"})
"""Where partners of several regions are, with pages for people."""
DRY_RUN: Final = "/api/policy/evaluations"
MESSAGES: Final = "/api/onboarding"
QUEUES: Final = (Queue.ONBOARDING, *PARTNERS, Queue.PROJECTIONS, Queue.WEBHOOK_DELIVERIES)
_SEALED: Final = re.compile(r"eyJ[\w-]+\.[\w.-]+", re.ASCII)


class Receivers:
    """All receivers of webhooks; what was sent to each."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, dict[str, str], bytes]]] = {}

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        told = {name: value for name, value in headers.items() if name.lower() not in APART}
        self.sent.setdefault(url, []).append((method, told, body))
        return Answered(200, {"webhook-allowed-origin": "*"})


async def _at_once(_: Request) -> None:
    """Nobody else is served meanwhile: steps are one behind another."""


class World:
    """Answers steps; between them the followers work, at the same times in every world.

    `sweep_id`: the last sweep's, which goes by its time and so is the same in every world.
    """

    def __init__(self) -> None:
        self.receivers = Receivers()
        self.local = LocalApp(WORLDWIDE, self.receivers)
        for table in self.local.memory.tables.values():
            table.before = table.after = _at_once
        self.sweep_id = guid(3)

    async def at(self, step: Step) -> None:
        """Everything that waits is done as of the time of that step."""
        self.local.clock.at = step.at
        for queue in QUEUES:
            for message in self.local.memory.queues.take(queue):
                # What a partner hands in is stamped with a key that the first message made.
                text = "" if queue in PARTNERS else message.text
                self._seed(f"{step.number} {queue} {text}")
                delivery = Delivery(str(step.number), message.text, 1)
                await self.local.services.inbox.take(queue, delivery)

    async def ask(self, step: Step) -> list[Answer]:
        """The answer, with those to which its links lead on."""
        answers = [await self._asked(step, step.path)]
        while len(answers) < PAGES and (following := next_address(step, answers[-1])):
            answers.append(await self._asked(step, following))
        return answers

    async def knock(self, step: Step) -> None:
        """The step as far as the caller's own limits: it is counted as in the other world.

        No version is there and not there, which is looked at behind them (RFC 9110, 13.2.2).
        """
        if step.method in {SEND, VISIT}:
            return
        impossible = {"if-match": '"x"', "if-none-match": "*"}
        headers = {**step.headers, **impossible}
        await self.local.call(step.method, step.path, step.claims, step.body, headers)

    async def did(self, step: Step) -> tuple[list[Answer], bool]:
        """With whether the step changed something, or could have; of a message the ledger tells."""
        before = await self._sequence(step)
        answers = await self.ask(step)
        if step.path == MESSAGES:
            return answers, before != await self._sequence(step)
        kept = step.method in {"GET", VISIT} or step.path == DRY_RUN
        return answers, not kept and answers[0].status < 300

    async def _asked(self, step: Step, path: str) -> Answer:
        self._seed(str(step.number))
        if step.method == SEND:
            await self.local.memory.queues.put(step.path, step.body)
            return Answer(202, {}, None)
        where = path.replace("{sweepId}", self.sweep_id)
        if step.method == VISIT:
            return await self._visited(step, where)
        trace = f"00-{step.number + 1:032x}-{step.number + 1:016x}-01"
        headers = {**step.headers, "traceparent": trace}
        answer = await self.local.call(step.method, where, step.claims, step.body, headers)
        if step.path == MESSAGES:
            await self.at(step)
        if step.kind == CLOCK:
            self.sweep_id = answer.body["id"]
            await self._sweep()
        return answer

    async def _sweep(self) -> None:
        while waiting := self.local.memory.queues.take("sweep-shards"):
            for message in waiting:
                await self.local.services.sweeping.shards.run(*shard_of(message.text))

    async def _visited(self, step: Step, path: str) -> Answer:
        """A page, with what it sealed open: that is random, and what it holds is not.

        But for the ids that a form has made up for new things: of these the names alone.
        """
        seen = await Visitor(self.local, step.claims).get(path)
        sealer = sealer_of(self.local.app)
        assert sealer

        def opened(found: re.Match[str]) -> str:
            form, session = (sealer.open(use, found[0]) for use in ("form", "session"))
            return json.dumps([form and {**form, "ids": sorted(form["ids"])}, session])

        headers = {name: _SEALED.sub(opened, str(value)) for name, value in seen.headers.items()}
        return Answer(seen.status, headers, _SEALED.sub(opened, seen.html))

    async def _sequence(self, step: Step) -> int:
        head = await self.local.services.ports.tenants.head(step.customer or "")
        return head.value.sequence if head else 0

    def _seed(self, seed: str) -> None:
        self.local.random.seed(seed)
        TRACES.seed(seed)


def next_address(step: Step, answer: Answer) -> str | None:
    """Where a list that was read goes on: of pages, feeds, exports and what browsers show."""
    if step.method == VISIT:
        following = re.search(r'href="([^"]+)" rel="next"', answer.body)
        return (
            step.path.partition("?")[0] + following[1].replace("&amp;", "&") if following else None
        )
    if step.method != "GET":
        return None
    if isinstance(answer.body, dict):
        address = answer.body.get("nextLink")
    else:
        found = re.match(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        address = found and found[1]
    split = urlsplit(address or "")
    return f"{split.path}?{split.query}" if address else None


def told(answer: Answer, *, budget: bool) -> str:
    """All of an answer that must be the same in both worlds; `budget`: what is left of it, too."""
    apart = APART if budget else APART | {"ratelimit"}
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in apart}
    return f"{int(answer.status)} {headers} {json.dumps(answer.body, ensure_ascii=False)}"


def rules(answer: Answer) -> frozenset[str]:
    """The rules that the answer names, and how it was refused otherwise."""
    body: Any = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error", {})
    named = error.get("innererror", {}).get("rules", [])
    return frozenset(
        [
            *named,
            *(each["code"] for each in body.get("refusals", [])),
            *filter(None, [error.get("code")]),
        ]
    ) - {"PolicyRefused"}
