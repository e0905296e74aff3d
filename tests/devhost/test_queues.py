"""The queue listener against a real Azurite."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueMessage

from devhost.queues import QueueListener, Queues
from tests.devhost.queue_bench import SECONDS, Bench, count, empty, options


async def test_a_message_is_worked_and_deleted(bench: Bench):
    async with bench.queue() as client, bench.listen():
        sent = await client.send_message("hällo <&>")
        await empty(client)
    text, metadata = bench.seen[0]
    assert len(bench.seen) == 1
    assert text == "hällo <&>"
    assert metadata["QueueTrigger"][1] == text
    assert metadata["Id"][1] == sent.id
    assert metadata["DequeueCount"] == ("json", "1")
    names = {"PopReceipt", "InsertionTime", "ExpirationTime", "NextVisibleTime"}
    assert names <= metadata.keys()


async def test_a_failing_message_ends_in_the_poison_queue(bench: Bench):
    async with bench.queue() as client, bench.listen(max_dequeue_count=3):
        await client.send_message("fail")
        await empty(client)
        assert await bench.texts("-poison") == ["fail"]
    assert [m["DequeueCount"][1] for _, m in bench.seen] == ["1", "2", "3"]


async def test_a_failed_message_comes_back_after_the_visibility_timeout(bench: Bench):
    async with bench.queue() as client, bench.listen(visibility_timeout=1):
        began = asyncio.get_running_loop().time()
        await client.send_message("fail")
        await bench.until(lambda: len(bench.seen) >= 2)
        assert asyncio.get_running_loop().time() - began >= 1
    assert [m["DequeueCount"][1] for _, m in bench.seen[:2]] == ["1", "2"]


async def test_a_fault_of_the_host_releases_the_message(bench: Bench):
    async with bench.queue() as client:
        async with bench.listen(max_dequeue_count=2):
            await client.send_message("host-fault")
            await bench.until(lambda: len(bench.seen) == 2)
            await empty(client)
        # Dequeued once more than allowed: buried without a call.
        assert len(bench.seen) == 2
        assert await bench.texts("-poison") == ["host-fault"]


async def test_a_poison_queue_has_no_poison_queue(bench: Bench):
    async with bench.queue("-poison") as client, bench.listen(f"{bench.name}-poison"):
        await client.send_message("fail")
        await bench.until(lambda: bench.seen and not bench.running)
        await asyncio.sleep(0.5)
        # Left hidden until its lease ends, as the real host does, so that it can't spin.
        assert await count(client) == 1
        assert await client.peek_messages(1) == []
        with pytest.raises(ResourceNotFoundError):
            await bench.texts("-poison-poison")
    assert len(bench.seen) == 1


async def test_a_missing_queue_is_waited_for_and_never_made(bench: Bench):
    async with bench.queue(make=False) as client, bench.listen():
        await asyncio.sleep(0.5)
        with pytest.raises(ResourceNotFoundError):
            await count(client)
        await client.create_queue()
        await client.send_message("late")
        await bench.until(lambda: bench.seen)
    assert bench.seen[0][0] == "late"


async def test_concurrency_is_batch_size_plus_threshold(bench: Bench):
    async with bench.queue() as client:
        # All are there before the first poll, so that every batch is a whole one.
        for number in range(12):
            await client.send_message(f"wait {number}")
        async with bench.listen(batch_size=3, new_batch_threshold=2):
            await bench.until(lambda: bench.running >= 3)
            await asyncio.sleep(0.3)
            # Three are more than the threshold of two, so no further batch is taken.
            assert bench.running == 3
            bench.release()
            # Two are not: three more come though these two still run.
            await bench.until(lambda: bench.running >= 5)
            bench.release(11)
            await empty(client)
    assert len(bench.seen) == 12
    assert bench.most == 5


class Lease(float):
    """A long one whose half is over soon: renewed often, and on no machine too late."""

    def __truediv__(self, _: float) -> float:
        return 0.1


async def test_the_lease_is_renewed_while_a_call_runs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
):
    async with bench.queue() as client, bench.listen(lease=Lease(600)) as listener:
        update, renewed = listener._queue.update_message, []

        async def renew(*message: Any, **options: Any) -> QueueMessage:
            renewed.append(await update(*message, **options))
            return renewed[-1]

        monkeypatch.setattr(listener._queue, "update_message", renew)
        await client.send_message("wait")
        await bench.until(lambda: len(renewed) > 2)
        bench.release()
        # Deleting takes the newest pop receipt, which each renewal has changed.
        await empty(client)
    assert len(bench.seen) == 1


async def test_own_writes_wake_the_listener(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    # After its first look it sleeps for an hour, unless it is woken.
    monkeypatch.setattr("devhost.queues._FIRST_POLL_SECONDS", 3600)
    async with bench.queue():
        queues = Queues()
        listener = QueueListener(
            connection=bench.connection,
            name=bench.name,
            queues=queues,
            options=options(max_polling_interval=3600),
            invoke=bench.function,
        )
        looked = asyncio.Event()
        receive = listener._receive

        async def look() -> list[QueueMessage]:
            batch = await receive()
            looked.set()
            return batch

        monkeypatch.setattr(listener, "_receive", look)
        polling = asyncio.create_task(listener.run())
        await looked.wait()
        await queues.send(queues.client(bench.connection, bench.name), "now")
        await bench.until(lambda: bench.seen)
        listener.stop()
        await polling
        await queues.close()


async def test_stopping_lets_running_calls_finish(bench: Bench):
    async with bench.queue() as client, bench.listen() as listener:
        await client.send_message("wait")
        await bench.until(lambda: bench.running)
        listener.stop()
        draining = asyncio.create_task(listener.drain(SECONDS))
        await asyncio.sleep(0.1)
        bench.release()
        await draining
        assert await count(client) == 0
    assert bench.cancelled == 0


async def test_what_was_not_finished_is_visible_again(bench: Bench):
    async with bench.queue() as client, bench.listen() as listener:
        await client.send_message("wait")
        await bench.until(lambda: bench.running)
        listener.stop()
        await listener.drain(0.1)
        assert bench.cancelled == 1
        assert [message.content for message in await client.peek_messages()] == ["wait"]


async def test_messages_that_arrive_while_stopping_are_given_back(bench: Bench):
    async with bench.queue() as client, bench.listen() as listener:
        listener.stop()
        await client.send_message("late")
        taken = await client.receive_message(visibility_timeout=600)
        assert isinstance(taken, QueueMessage)
        listener._start(taken)
        await bench.until(lambda: not listener.running)
        assert await bench.texts() == ["late"]
    assert bench.seen == []


async def test_storage_that_is_away_is_told_once(bench: Bench, caplog: pytest.LogCaptureFixture):
    account = bench.connection[: bench.connection.index("BlobEndpoint")]
    queues = Queues()
    listener = QueueListener(
        # Nobody listens on port 1.
        connection=f"{account}QueueEndpoint=http://127.0.0.1:1/devstoreaccount1;",
        name=bench.name,
        queues=queues,
        options=options(),
        invoke=bench.function,
    )
    for _ in range(2):
        assert await listener._receive() == []
    await queues.close()
    assert len([r for r in caplog.records if "queue.poll-failed" in r.message]) == 1
