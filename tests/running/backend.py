"""The services over memory, with a clock that tests move and every request on record."""

import asyncio
import json
from collections import defaultdict
from random import Random

import pytest

from shared.deciding.commands import Command
from shared.deciding.evolve import evolve, stamp
from shared.errors import PolicyRefused
from shared.model.events import parties
from shared.model.models import Invitation, InvitationLink, ResellerLink, Subscription
from shared.model.state import Head, Tenant
from shared.services.application import Services
from shared.services.commands.execution import Done
from shared.services.ports.index import IndexKey, IndexKind
from shared.services.ports.queues import Announcement, Receipt
from shared.services.queues.internal_messages import announcement
from shared.settings import Settings
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.clients import TABLES
from shared.storage.engine.memory import Hook, MemoryQueues, MemoryTable, Request
from shared.storage.wiring import ports
from shared.wiring import wire
from tests.cast.ids import AGENCY, OPERATOR
from tests.running.clock import Clock

SETTINGS = Settings(
    client_id="00000000-0000-4000-8000-0000000000aa",
    operator_tenant_id=OPERATOR,
    public_base_url="https://partners.example",
    storage_connection="",
    sweep_schedule="0 7 3 * * *",
)


class Queues(MemoryQueues):
    """Records what is asked of it; `before` may raise."""

    def __init__(self, backend: "Backend") -> None:
        super().__init__()
        self._backend = backend

    async def put(self, queue: str, text: str, delay: int = 0) -> Receipt:
        await self._backend.before(Request(queue, "transact"))
        self._backend.requests.append("queue put")
        receipt = await super().put(queue, text, delay)
        await self._backend.after(Request(queue, "transact"))
        return receipt

    async def delete(self, queue: str, receipt: Receipt) -> None:
        self._backend.requests.append("queue delete")
        await super().delete(queue, receipt)


class Backend:
    """`before` and `after` are called around every request; `requests` names them in order."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.requests: list[str] = []
        self.tables = {
            name: MemoryTable(name, before=self._before, after=self._after, now=self.clock.now)
            for name in TABLES
        }
        self.queues = Queues(self)
        self.ports = ports(self.tables.__getitem__, self.queues)
        self.services = self.instance()
        self.calm()

    def instance(self, seed: int = 1) -> Services:
        """Another process over the same storage."""
        return wire(SETTINGS, self.ports, self.clock, Random(seed), {})

    def calm(self) -> None:
        """Nothing happens around requests."""
        self.before: Hook = _nothing
        self.after: Hook = _nothing

    async def _before(self, request: Request) -> None:
        self.requests.append(f"{request.table} {'EGT' if request.operations else request.verb}")
        await asyncio.sleep(0)  # others come in between, as they really do
        await self.before(request)

    async def _after(self, request: Request) -> None:
        await self.after(request)

    async def do(self, *commands: Command) -> Done:
        """All of them; what the last one came to."""
        done = [await self.services.executor.execute(command) for command in commands]
        return done[-1]

    async def deliver(self, *, twice: bool = False) -> None:
        """Hands over every announcement that waits, until none is left."""
        while waiting := self.queues.take("projections"):
            for message in waiting:
                for _ in range(1 + twice):
                    await self.services.projection.follow(announcement(message.text))

    def announced(self) -> list[Announcement]:
        waiting = self.queues.messages.get("projections", [])
        return [announcement(message.text) for message in waiting]

    def rows(self, table: str, partition: str, prefix: str = "") -> dict[str, object]:
        """What is stored in a partition, by row key."""
        found = self.tables[table]._partitions.get(partition, {})
        return {row: entity for row, entity in sorted(found.items()) if row.startswith(prefix)}

    async def assert_followed(self, tenant_id: str = AGENCY) -> None:
        """Index and feeds are what the ledger says, told by a replay from its beginning."""
        tenant, feeds = await self.replay(tenant_id)
        projected = await self.ports.tenants.projected(tenant_id)
        assert (projected.value if projected else 0) == tenant.head.sequence
        for partner_id, known in tenant.head.related.items():
            told = self.feed(partner_id, tenant_id)
            assert [(event["type"], event["data"]) for event in told] == feeds[partner_id]
            assert [event["id"] for event in told] == [
                f"{tenant_id}:{partner_id}:{n}" for n in range(1, known.feed + 1)
            ]
            assert [event["feedsequence"] for event in told] == list(range(1, known.feed + 1))
            views = self.services.views
            await self._assert_row(
                IndexKey(partner_id, IndexKind.CUSTOMER, tenant_id, tenant_id),
                views.partners_customer(tenant, partner_id),
            )
        partner = tenant.head.partner
        listed = partner and partner.model_dump(mode="json")
        await self._assert_row(IndexKey.of_partner(tenant_id), listed)
        for row in tenant.rows.values():
            await self._assert_item(row)

    async def _assert_item(self, row: object) -> None:
        match row:
            case ResellerLink():
                link = await self.ports.index.link(row.reseller_id, row.provider_id)
                assert link.value.body == row.model_dump(mode="json")
                return
            case InvitationLink():
                return  # only its own partner lists it, from its own tenant
            case Invitation():
                kind = IndexKind.INVITATION
            case Subscription():
                kind = IndexKind.SUBSCRIPTION
                if disputed := IndexKey.of_dispute(row):
                    await self._assert_row(disputed, row.model_dump(mode="json"))
        several = {row.partner_id, row.indirect_reseller_id} - {None}
        for partner_id in several | {getattr(row, "indirect_provider_id", None)} - {None}:
            key = IndexKey(partner_id, kind, row.customer_id, row.id)
            await self._assert_row(key, row.model_dump(mode="json"))

    async def _assert_row(self, key: IndexKey, body: object) -> None:
        stored = await self.ports.index.get(key)
        assert (stored.value.body if stored else None) == body, key

    async def replay(self, tenant_id: str) -> tuple[Tenant, dict[str, list[tuple[str, object]]]]:
        """The tenant, and by partner the types and data of the events for it."""
        tenant = Tenant(Head(tenant_id))
        feeds: dict[str, list[tuple[str, object]]] = defaultdict(list)
        async for entry in self.ports.tenants.entries(tenant_id):
            for event in entry.events():
                tenant = evolve(tenant, event)
                for partner_id in parties(event, tenant.head):
                    said = event.as_json()
                    feeds[partner_id].append((str(said["type"]), said["data"]))
            tenant = stamp(tenant, entry)
        head = await self.ports.tenants.head(tenant_id)
        assert tenant.head == (head.value if head else Head(tenant_id))
        return tenant, feeds

    def feed(self, partner_id: str, customer_id: str) -> list[dict]:
        """The events in the partner's feed of one customer, by their numbers; doubles once."""
        found = [
            body_of(entity)
            for row, entity in self.rows("index", f"{partner_id}|feed").items()
            if f"|{customer_id}|" in row
        ]
        once = {event["id"]: event for event in found}
        return sorted(once.values(), key=lambda event: event["feedsequence"])

    async def claim_holders(self) -> dict[str, str]:
        """Who holds which id; the state stands behind it unless it is `held`."""
        held = {}
        for partition, found in self.tables["claims"]._partitions.items():
            if entity := found.get("claim"):
                state = entity.properties["state"]
                note = "" if state == "held" else f" {state}"
                held[partition] = entity.properties["holder"] + note
        return held

    async def slots(self, partner_id: str, link_id: str) -> set[str]:
        """The customers that have a slot of a limited link; the counter says as many."""
        found = self.rows("claims", f"link|{partner_id}|{link_id}", "slot|")
        counter = await self.ports.slots.reserved(partner_id, link_id)
        assert (counter.value if counter else 0) == len(found)
        return {row.removeprefix("slot|") for row in found}


async def _nothing(_: Request) -> None:
    return


def body_of(entity) -> dict:
    return json.loads(entity.properties["body"])


def wrote(request: Request, row: str) -> bool:
    """Whether the request changes a row whose key begins so."""
    return any(operation.key.row.startswith(row) for operation in request.operations)


HEAD = Key(AGENCY, "head")


def once(backend, hook, row: str, doing):
    """Calls `doing` around the first commit that writes `row`, and never again."""

    async def around(request: Request) -> None:
        if wrote(request, row):
            backend.calm()
            await doing()

    setattr(backend, hook, around)


async def sequence(backend, tenant_id: str = AGENCY) -> int:
    head = await backend.ports.tenants.head(tenant_id)
    return head.value.sequence


async def failure(backend, command, error: type, **how) -> Exception:
    with pytest.raises(error) as caught:
        await backend.services.executor.execute(command, **how)
    return caught.value


def rules(refused: PolicyRefused) -> list[str]:
    return [refusal.rule_id for refusal in refused.refusals]
