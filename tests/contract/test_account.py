"""The questions to an account tell a strict one from a kind one; see `make contract-azure`."""

from uuid import uuid4

import pytest

from shared.services.ports.values import StorageDown
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.clients import QUEUES, TABLES, Clients
from tests.strict.azurite import OFF
from tests.strict.raw import Raw
from tests.strict.vectors import KINDER

from .account import OPEN, Finding, asked
from .real import account, cleaned


async def test_the_account_of_the_tests_is_asked(azurite):
    prefix = f"t{uuid4().hex[:12]}"
    clients = Clients(azurite, prefix)
    await clients.create_all()
    findings = [each async for each in asked(Raw(clients, prefix + "tenants"))]
    await clients.close()
    assert [each.name for each in findings] == [*OPEN, *KINDER]
    assert [each.held for each in findings[: len(OPEN)]] == [None] * len(OPEN)
    told = {each.held for each in findings[len(OPEN) :]}
    if not account():  # A real one says what it does.
        assert told == ({False, True} if OFF else {True}), "\n".join(map(str, findings))


async def test_what_was_made_is_deleted_in_the_end(azurite):
    prefix, other = (f"t{uuid4().hex[:12]}" for _ in range(2))
    kept = Clients(azurite, other)
    await kept.create_all()
    clients = Clients(azurite, prefix)
    with pytest.MonkeyPatch.context() as patch:
        async with cleaned(patch, azurite):
            await clients.create_all()
    for name in TABLES:
        assert await kept.table(name).get(Key("p", "r")) is None
        with pytest.raises(StorageDown):
            await clients.table(name).get(Key("p", "r"))
    for each, count in ((kept, len(QUEUES)), (clients, 0)):
        found = each.sdk_queues.list_queues(name_starts_with=each._prefix)
        assert len([queue async for queue in found]) == count
        await each.close()


@pytest.mark.parametrize(("held", "word"), [(None, "open"), (True, "held"), (False, "NOT HELD")])
def test_a_finding_is_a_line(held, word):
    assert str(Finding("top", "documented", "200", held)).split(" top: ")[0].strip() == word
