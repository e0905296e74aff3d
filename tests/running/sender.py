"""Onboarding messages handed to the inbox, as the queue hands them over."""

import json
from collections.abc import Sequence
from itertools import count
from operator import itemgetter

from shared.services.ports.operations import Pipeline, Result
from shared.services.queues.messages import Delivery
from shared.services.queues.put_off_notes import PutOffNotes
from tests.cast.messages import PIPELINE, encoded, event
from tests.running.backend import SETTINGS


def noted(
    delivery: Delivery, queue: str = "onboarding", keys: Sequence[bytes] = SETTINGS.webhook_keys
) -> str:
    """The text of the message, put off once more by the system with these keys."""
    return PutOffNotes(keys).noted(queue, delivery)


class Sender:
    """Sends to a backend's onboarding service, each message with an id of its own."""

    def __init__(self, backend) -> None:
        self.backend = backend
        self.ids = count(1)

    async def start(self, pipeline: Pipeline = PIPELINE) -> None:
        await self.backend.ports.operations.put_pipeline(pipeline, None)

    async def send(self, kind: str, data: object, **changes) -> Delivery:
        return await self.text(encoded(event(kind, data, **changes)))

    async def text(self, text: str, dequeue_count: int = 1) -> Delivery:
        delivery = Delivery(f"q-{next(self.ids)}", text, dequeue_count)
        await self.again(delivery)
        return delivery

    async def again(self, delivery: Delivery) -> None:
        await self.backend.services.inbox.take("onboarding", delivery)

    async def results(self) -> list[Result]:
        operations = self.backend.ports.operations
        end = self.backend.clock.now().replace(year=2099)
        return list((await operations.results(PIPELINE.id, None, 1000, until=end)).items)

    async def outcomes(self) -> list[str]:
        return [result.outcome.value for result in await self.results()]

    def letters(self) -> list[dict]:
        """The records, with the whole text where it is kept still."""
        found = self.backend.rows("operations", "dead-letter").values()
        texts = self.backend.rows("operations", "dead-letter", "text|").items()
        whole = {
            row.rpartition("|")[2]: b"".join(
                value for name, value in sorted(each.properties.items()) if name != "v"
            ).decode()
            for row, each in texts
        }
        bodies = [each.properties["body"] for each in found if "body" in each.properties]
        records = sorted(map(json.loads, bodies), key=itemgetter("id"))
        return [{**each, "text": whole.get(each["id"])} for each in records]

    def reasons(self) -> list[str]:
        return sorted(letter["reason"] for letter in self.letters())
