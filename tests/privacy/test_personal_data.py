"""Marked personal data goes in everywhere it can; it is found in details rows and nowhere else."""

import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.deciding.commands import Command
from shared.errors import AppError
from shared.services.commands.execution import Executor
from shared.services.commands.loading import Message
from shared.services.findings import Recorder
from shared.services.followers.projection import LAST_LOOK, Projection
from shared.services.followers.wakes import Wakes
from shared.services.ports.queues import Announcement
from shared.services.ports.values import Undecodable
from shared.services.views import Views
from shared.storage.engine.clients import TABLES, Clients
from tests.cast.ids import AGENCY, BUREAU, DIRECT, invitation_id, subscription_id
from tests.faults.proxy import Faulty, answers, faulty, loses_answer
from tests.privacy.marking import said as text_of
from tests.privacy.personal_story import FIRST, GONE, KEPT, SECRETS, STORY, erase, invite
from tests.properties import world
from tests.properties.world import NEWCOMER
from tests.running.clock import Clock
from tests.running.instances import CLOUD, Storage, contents, instance


@dataclass(slots=True)
class App:
    """The app on a real account, and all that it wrote and said."""

    account: Faulty
    clients: Clients
    executor: Executor
    storage: Storage
    told: list[str] = field(default_factory=list)

    async def ask(self, command: Command, message: Message | None = None) -> str:
        try:
            done = await self.executor.execute(command, message=message)
        except AppError as error:
            self.told.append(f"{error!r} {error} {vars(error)}")
            return type(error).__name__
        return "done" if done.events else "done already"

    async def follow(self) -> None:
        views = Views(CLOUD, "https://multi-partner.example")
        ports, clock = self.storage.ports, Clock()
        hold = timedelta(seconds=15)
        recorder = Recorder(ports.findings, ports.sweeps, clock)
        projection = Projection(ports, views, clock, Wakes(ports, clock, hold), recorder, hold)
        heads = [head.value.id async for head in self.storage.ports.tenants.heads()]
        for tenant_id in heads:
            await projection.follow(Announcement(tenant_id, "none", LAST_LOOK))

    async def written(self) -> dict[tuple[str, str, str], str]:
        """Every entity of every table, as one text."""
        return {
            (name, *key): "".join(map(_text, properties.values()))
            for name in TABLES
            for key, properties in (await contents(self.storage.table(name))).items()
        }

    def sent_to_queues(self) -> list[str]:
        return [each.target + each.body.decode() for each in self.account.queues.seen]

    def asked_of_tables(self) -> list[str]:
        """Addresses, which end up in the account's own logs."""
        return [each.target for each in self.account.tables.seen]


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def holding(texts: list[str]) -> list[str]:
    return [text for text in texts if any(secret in text for secret in SECRETS)]


@pytest.fixture
async def app(azurite: str, caplog) -> AsyncIterator[App]:
    caplog.set_level(logging.DEBUG)
    async with faulty(azurite) as account:
        clients = Clients(account.connection_string, f"t{uuid4().hex[:12]}")
        await clients.create_all()
        storage = Storage.of(clients)
        app = App(account, clients, instance(storage.ports, Clock()), storage)
        for command in world.founding():
            await app.ask(command)
        yield app
        await clients.close()


async def tell(app: App) -> None:
    for n, (command, reply) in enumerate(STORY):
        assert await app.ask(command) == reply, f"step {n}"
    await app.follow()


async def test_it_lies_in_details_rows_only(app):
    await tell(app)
    written = await app.written()
    found = {key for key, text in written.items() if holding([text])}
    assert found == {
        ("tenants", AGENCY, f"details|{invitation_id(1)}"),
        ("tenants", AGENCY, f"details|{invitation_id(4)}"),
        ("tenants", AGENCY, f"details|{invitation_id(5)}"),
        ("tenants", AGENCY, "details|agreement"),
        ("tenants", AGENCY, f"details|subscription.{subscription_id(1)}"),
        ("tenants", AGENCY, f"details|relationship.{DIRECT}"),
        ("tenants", BUREAU, f"details|{invitation_id(7)}"),
        ("tenants", NEWCOMER, "details|agreement"),
    }
    assert {name for name, _, _ in written} == {"tenants", "claims", "index"}
    assert any("feed" in partition for _, partition, _ in written)


async def test_all_of_it_is_there_and_nothing_of_what_was_refused(app):
    await tell(app)
    texts = list((await app.written()).values())
    assert all(any(mark in text for text in texts) for mark in KEPT.values())
    assert not any(mark in text for text in texts for mark in GONE.values())


async def test_nothing_of_it_is_left_when_it_was_erased(app, caplog):
    """Nor does erasing say anywhere what it was."""
    await tell(app)
    caplog.clear()
    app.account.tables.seen.clear()
    numbers = (invitation_id(number) for number in (1, 4, 5))
    reasons = (f"subscription.{subscription_id(1)}", f"relationship.{DIRECT}")
    assert await app.ask(erase(AGENCY, "agreement", *numbers, *reasons)) == "done"
    assert await app.ask(erase(BUREAU, invitation_id(7))) == "done"
    assert await app.ask(erase(NEWCOMER, "agreement")) == "done"
    await app.follow()
    written = await app.written()
    assert holding(list(written.values())) == []
    assert not any(row.startswith("details|") for _, _, row in written)
    assert holding([each.target + each.body.decode() for each in app.account.tables.seen]) == []
    assert holding([text_of(record) for record in caplog.records]) == []
    assert await app.ask(invite(1, FIRST)) == "AlreadyExists"


async def test_queues_addresses_and_errors_hold_none(app):
    await tell(app)
    assert app.sent_to_queues()
    assert app.told
    assert holding([*app.sent_to_queues(), *app.asked_of_tables(), *app.told]) == []


async def test_no_log_record_holds_any_at_any_level(app, caplog):
    await tell(app)
    said = [text_of(record) for record in caplog.records]
    assert any(record.name.startswith("shared.") for record in caplog.records)
    assert holding(said) == []
    key = re.findall(r"AccountKey=([^;]+)", app.account.connection_string)
    assert key
    assert not any(key[0] in text for text in said)


@pytest.mark.parametrize("fault", [loses_answer, answers(503), answers(429, "TooManyRequests")])
async def test_nor_does_any_when_storage_fails(app, caplog, fault):
    app.account.tables.on(fault, path="batch", times=2)
    assert await app.ask(invite(1, FIRST)) == "done"
    assert holding([text_of(record) for record in caplog.records]) == []


async def test_a_remembered_message_holds_none(app):
    message = Message("/pipelines/one", "m-1", f"/invitations/{invitation_id(1)}")
    assert await app.ask(invite(1, FIRST), message) == "done"
    written = await app.written()
    assert any(row.startswith("message|") for _, _, row in written)
    found = [row for (_, _, row), text in written.items() if holding([text])]
    assert found == [f"details|{invitation_id(1)}"]


async def test_rows_that_do_not_decode_are_not_quoted(app, caplog):
    await tell(app)
    table = app.clients.sdk_tables.get_table_client(f"{app.clients._prefix}tenants")
    key = {"PartitionKey": AGENCY, "RowKey": f"details|{invitation_id(1)}"}
    broken = json.dumps({"message": [KEPT["message"]]})
    await table.upsert_entity({**key, "v": 1, "body": broken})
    with pytest.raises(Undecodable) as caught:
        await app.executor.execute(invite(1, FIRST))
    assert holding([repr(caught.value), str(caught.value), caught.exconly()]) == []
    assert holding([text_of(record) for record in caplog.records]) == []
