"""The app over memory with a receiver beside it, and hands that move messages and time."""

from typing import Any

from shared.services.ports.queues import Queue
from shared.services.ports.webhooks import Webhook, WebhookKey
from shared.services.queues.messages import Delivery
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.running.app import OPERATOR_CLAIMS, Answer, LocalApp, user
from tests.unit.webhooks.receiver import Receiver

SELLER = user(DIRECT, "GlobalAdmin")
HOOK = "7c000000-0000-4000-8000-000000000001"
PATH = f"/api/partners/{DIRECT}/webhooks/{HOOK}"


class Hooked:
    """A partner with one customer, a receiver, and the messages between."""

    def __init__(self, local: LocalApp, receiver: Receiver) -> None:
        self.local = local
        self.receiver = receiver
        self.secret = ""
        self.sold = 0

    async def call(self, method: str, path: str = PATH, body: Any = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        return await self.local.call(method, path, SELLER, body, sent)

    async def register(self, **body: Any) -> None:
        """The webhook, active."""
        made = await self.call("PUT", body={"url": self.receiver.url, **body})
        assert made.status == 201, made
        self.secret = made.body["secret"]
        await self.step()

    async def sell(self, count: int = 1) -> None:
        """So many events more, in the feed and visible there; nobody is woken yet."""
        for _ in range(count):
            self.sold += 1
            path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(self.sold)}"
            made = await self.local.call("PUT", path, SELLER, sale_document())
            assert made.status == 201, made
        await self.local.follow()
        self.local.clock.pass_by(seconds=16)

    async def step(self) -> bool:
        """Waits for the messages that are there and hands them over; whether there were any."""
        messages = self.local.memory.queues.take(Queue.WEBHOOK_DELIVERIES)
        self.local.clock.pass_by(seconds=max((each.delay for each in messages), default=0))
        for message in messages:
            await self.take(message.text)
        return bool(messages)

    async def take(self, text: str) -> None:
        """Hands over one message, as the host does."""
        inbox = self.local.consumer(Queue.WEBHOOK_DELIVERIES).inbox
        await inbox.take(Queue.WEBHOOK_DELIVERIES, Delivery("m", text, 1))

    async def drain(self, steps: int = 200) -> None:
        """Until no message is left."""
        while await self.step():
            steps -= 1
            assert steps, "messages without end"

    async def feed(self) -> list[str]:
        """Ids of all that the partner's feed has."""
        path = f"/api/partners/{DIRECT}/events?maxpagesize=1000"
        return [event["id"] for event in (await self.call("GET", path)).body["value"]]

    async def webhook(self) -> Webhook:
        stored = await self.local.memory.ports.webhooks.get(WebhookKey(DIRECT, HOOK))
        assert stored
        return stored.value

    async def shown(self) -> dict[str, Any]:
        return (await self.call("GET")).body

    async def letters(self) -> list[dict[str, Any]]:
        """The dead letters."""
        return (await self.local.call("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
