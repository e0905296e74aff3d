"""Storage that loses answers, says no, or says nothing: every outcome is settled."""

from datetime import timedelta

import pytest

from shared.durations import ANNOUNCEMENT_SECONDS
from shared.errors import OutcomeUnknown, Throttled
from shared.services.ports.values import StorageBusy, StorageDown, WriteUnknown
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol, profile, register, related
from tests.cast.ids import DIRECT, subscription_id
from tests.running.backend import failure, once, sequence, wrote


async def test_a_lost_answer_of_our_own_success(backend):
    await backend.do(*related())

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "after", "entry|", lost)
    done = await backend.do(register(1))
    assert done.after.head.sequence == await sequence(backend) == 3


async def test_a_transaction_that_never_arrived_is_sent_again(backend):
    await backend.do(*related())

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "before", "entry|", lost)
    await backend.do(register(1))
    assert await sequence(backend) == 3


async def test_an_unknown_outcome_that_another_writer_settles(backend):
    """Ours never arrived; the entry that is there is another's."""
    await backend.do(*related())
    other = backend.instance(2).executor

    async def overtaken() -> None:
        await other.execute(profile(name="First"))
        raise WriteUnknown("lost")

    once(backend, "before", "entry|", overtaken)
    done = await backend.do(register(1))
    assert done.after.head.sequence == await sequence(backend) == 4


async def test_reading_whose_entry_it_is_may_fail_for_a_while(backend):
    await backend.do(*related())
    failures = iter([StorageBusy("busy"), StorageDown("down")])

    async def lost() -> None:
        backend.before = unreadable
        raise WriteUnknown("lost")

    async def unreadable(request: Request) -> None:
        if request.verb == "get" and request.keys[0].row.startswith("entry|"):
            for error in failures:
                raise error

    once(backend, "after", "entry|", lost)
    await backend.do(register(1))
    assert await sequence(backend) == 3
    assert next(failures, None) is None


@pytest.mark.parametrize("readable", [True, False])
async def test_an_outcome_that_stays_unknown(backend, readable):
    await backend.do(*related())
    backend.clock.tick = 2.5

    async def lost(request: Request) -> None:
        if wrote(request, "entry|"):
            if not readable:
                backend.before = unreadable
            raise WriteUnknown("lost")

    async def unreadable(request: Request) -> None:
        if request.verb == "get" and request.keys[0].row.startswith("entry|"):
            raise StorageDown("down")

    backend.before, backend.after = (lost, backend.after) if readable else (backend.before, lost)
    await failure(backend, register(1), OutcomeUnknown)
    backend.calm()
    assert f"subscription|{subscription_id(1)}" in await backend.claim_holders()
    assert await sequence(backend) == (2 if readable else 3)
    await backend.do(register(1))
    await backend.deliver()
    await backend.assert_followed()
    assert await sequence(backend) == 3


async def test_storage_that_only_ever_says_no(backend):
    await backend.do(*related())
    backend.clock.tick = 2.5
    before = backend.announced()

    async def busy(request: Request) -> None:
        if wrote(request, "entry|"):
            raise StorageBusy("busy")

    backend.before = busy
    await failure(backend, register(1), Throttled)
    backend.calm()
    assert backend.announced() == before
    assert f"subscription|{subscription_id(1)}" not in await backend.claim_holders()


async def test_storage_that_says_no_for_a_while(backend):
    await backend.do(*related())

    async def busy() -> None:
        raise StorageBusy("busy")

    once(backend, "before", "entry|", busy)
    await backend.do(register(1))
    assert await sequence(backend) == 3


async def test_nothing_happens_without_an_announcement(backend):
    async def down(request: Request) -> None:
        if request.table == "projections":
            raise StorageDown("down")

    backend.before = down
    await failure(backend, enrol(), StorageDown)
    backend.calm()
    assert await backend.ports.tenants.head(DIRECT) is None
    assert await backend.claim_holders() == {}


async def test_a_command_that_took_too_long_is_announced_again(backend):
    async def slow() -> None:
        backend.clock.pass_by(timedelta(seconds=ANNOUNCEMENT_SECONDS + 1))

    once(backend, "before", "entry|", slow)
    await backend.do(enrol())
    first, second = backend.announced()
    assert first == second
