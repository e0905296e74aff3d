"""A world: the whole app over memory, in which the steps of a history happen at their times."""

import json
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

from shared.model.models import Subscription
from shared.model.state import RowKind
from shared.services.ports.queues import PARTNERS, Queue
from shared.services.ports.webhooks import Answered
from shared.services.queues.messages import Delivery
from tests.cast.ids import AT
from tests.running.app import SETTINGS, Answer, LocalApp
from tests.twins.scene import Step

TRACES: Final = Random()
"""Ids of spans, which tests put in the place of the system's random numbers."""
APART: Final = {"x-ms-request-id", "traceparent"}
"""What no two answers have in common."""
SECONDS: Final = 20
"""Between two steps: longer than feeds hold events back."""
WORLDWIDE: Final = SETTINGS.model_copy(update={"cloud": "public"})
"""Where partners of several regions are."""
DRY_RUN: Final = "/api/policy/evaluations"
MESSAGES: Final = "/api/onboarding"
QUEUES: Final = (*PARTNERS, Queue.PROJECTIONS, Queue.WEBHOOK_DELIVERIES)


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


class World:
    """Answers steps; between them the followers work, at the same times in every world."""

    def __init__(self) -> None:
        self.receivers = Receivers()
        self.local = LocalApp(WORLDWIDE, self.receivers)

    async def at(self, number: int) -> None:
        """Everything that waits is done as of the time of that step."""
        self.local.clock.at = AT + timedelta(seconds=SECONDS * number)
        for queue in QUEUES:
            for message in self.local.memory.queues.take(queue):
                # What a partner hands in is stamped with a key that the first message made.
                text = "" if queue in PARTNERS else message.text
                self._seed(f"{number} {queue} {text}")
                delivery = Delivery(str(number), message.text, 1)
                await self.local.services.inbox.take(queue, delivery)

    async def ask(self, step: Step) -> Answer:
        self._seed(str(step.number))
        trace = f"00-{step.number + 1:032x}-{step.number + 1:016x}-01"
        headers = {**step.headers, "traceparent": trace}
        answer = await self.local.call(step.method, step.path, step.claims, step.body, headers)
        if step.path == MESSAGES:
            await self.at(step.number)
        return answer

    async def knock(self, step: Step) -> None:
        """The step as far as the caller's own limits: it is counted as in the other world.

        No version is there and not there, which is looked at behind them (RFC 9110, 13.2.2).
        """
        impossible = {"if-match": '"x"', "if-none-match": "*"}
        headers = {**step.headers, **impossible}
        await self.local.call(step.method, step.path, step.claims, step.body, headers)

    async def took_effect(self, step: Step, answer: Answer) -> bool:
        """Whether the step changed something, or could have; of a message the row says so."""
        if step.path != MESSAGES:
            return step.method != "GET" and step.path != DRY_RUN and answer.status < 300
        key = (RowKind.SUBSCRIPTION, step.thing or "")
        stored = await self.local.services.ports.tenants.row(step.customer or "", key)
        row = stored.value if stored else None
        return isinstance(row, Subscription) and row.partner_id == step.by

    def _seed(self, seed: str) -> None:
        self.local.random.seed(seed)
        TRACES.seed(seed)


def told(answer: Answer) -> tuple[int, dict[str, str], str]:
    """All of an answer that must be the same in both worlds."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() not in APART}
    return answer.status, headers, json.dumps(answer.body, ensure_ascii=False)


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
