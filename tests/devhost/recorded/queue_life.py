"""How a message ends: failures, poison, leases, what disturbs them, stops."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from devhost import messages
from devhost.clock import SystemClock
from devhost.refusals import Refused
from tests.devhost.recorded import running
from tests.devhost.recorded.outcomes import Outcomes
from tests.devhost.recorded.queue_app import SECONDS, Bench, until

type Vectors = Mapping[str, Any]


async def lives(folder: Path, connection: str, vectors: Vectors) -> Outcomes:
    """Each of these runs beside the others."""
    found = Outcomes()
    tasks = (_fails, _comes_back, _out_of_range, _worn_out, _endless, _leased, _disturbed)
    more = (_deleted, _timed_out, _told, _stopped, _texts)
    await asyncio.gather(
        *(task(found, folder / task.__name__, connection, vectors) for task in (*tasks, *more))
    )
    return found


async def _fails(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    bench = Bench(folder, connection)
    lives = {"none": None, "-1": -1, "3600": 3600, "40": 40}
    for name, seconds in lives.items():
        await bench.send(f"fail {name}", time_to_live=seconds)
    async with bench.queue() as queue:
        sent = {each.content: each.id for each in await queue.peek_messages(32)}
    async with bench.host(visibilityTimeout="00:00:00") as acting:
        await bench.empty()
    poison = {each.content: each for each in await bench.poison()}
    expected = vectors["fail.vt0"]["expect"]["dequeueCounts"]
    found.compare("fail.vt0", acting.counts("fail none"), expected)
    for name in lives:
        copy = poison[f"fail {name}"]
        days = round((copy.expires_on - copy.inserted_on) / timedelta(days=1))
        got = [days, copy.dequeue_count or 0, copy.id != sent[f"fail {name}"]]
        found.compare(f"fail.poison.ttl.{name}", got, [7, 0, True])
    # The queue was made on demand, and a copy was there for each that was deleted.
    for name in ("fail.poison.on-demand", "fail.poison.order"):
        found.compare(name, sorted(poison), sorted(sent))


async def _comes_back(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    loop = asyncio.get_running_loop()
    bench = Bench(folder, connection)
    await bench.send("fail")
    began = loop.time()
    async with bench.host(visibilityTimeout="00:00:03", maxDequeueCount=3) as acting:
        await bench.empty()
        counts = vectors["fail.vt3"]["expect"]["dequeueCounts"]
        found.compare("fail.vt3", [acting.counts(), loop.time() - began >= 6], [counts, True])
    bench = Bench(folder, connection)
    await bench.send("fail")
    # Storage takes whole seconds only.
    async with bench.host(visibilityTimeout="00:00:00.500", maxDequeueCount=3) as acting:
        await bench.empty()
        found.compare("fail.vt.fraction", acting.counts(), [1, 2, 3])
    bench = Bench(folder, connection)
    async with bench.host(visibilityTimeout="00:00:30") as acting:
        await bench.send("fail", time_to_live=3)
        await until(lambda: acting.calls)
        await bench.empty()
        found.compare("fail.ttl-runs-out", [len(acting.calls), await bench.poison()], [1, []])


async def _out_of_range(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    for name in ("fail.vt.too-long", "fail.vt.negative"):
        try:
            async with Bench(folder, connection).host(**vectors[name]["options"]):
                found.compare(name, "taken", "refused")
        except Refused as refused:
            found.names.append(name)
            found.refuse(refused)


async def _worn_out(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    bench = Bench(folder, connection)
    await bench.send("worn")
    await _wear(bench, 5)
    async with bench.host(maxDequeueCount=5) as acting:
        await bench.empty()
        texts = [each.content for each in await bench.poison()]
        found.compare("fail.wornout", [len(acting.calls), texts], [0, ["worn"]])


async def _wear(bench: Bench, times: int) -> None:
    async with bench.queue() as queue:
        for _ in range(times):
            taken = await queue.receive_message(visibility_timeout=1)
            assert taken
            await queue.update_message(taken, visibility_timeout=0)


async def _endless(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """Queues that have no poison queue: hidden for the rest of the lease, then called again."""
    plain = Bench(folder, connection).name
    for key, name in {
        "fail.poisonqueue.fails": f"{plain[:20]}-poison",
        "fail.longname": (plain + plain)[:60],
    }.items():
        bench = Bench(folder, connection, name)
        await bench.send("fail")
        async with bench.host(lease=1, maxDequeueCount=2) as acting:
            await until(lambda acting=acting: len(acting.calls) == 3)
        got = [acting.counts(), await bench.left(), await bench.poison()]
        found.compare(key, got, [[1, 2, 3], 1, []])
    bench = Bench(folder, connection, f"{plain[:22]}-poison")
    await bench.send("worn")
    await _wear(bench, 7)
    async with bench.host(maxDequeueCount=5) as acting:
        await bench.empty()
        found.compare("fail.poisonqueue.wornout", acting.counts(), [8])


async def _leased(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """The lease in seconds instead of minutes, as one of the records has it."""
    for key in ("lease.renew", "lease.renew.short"):
        bench = Bench(folder, connection)
        await bench.send("wait 7")
        async with bench.host(lease=3) as acting:
            await bench.empty()
            found.compare(key, len(acting.calls), 1)
    bench = Bench(folder, connection)
    await bench.send("wait 1.5")
    async with bench.host(lease=1) as acting:
        await until(lambda: acting.calls)
        async with bench.queue() as queue:
            await queue.clear_messages()
        await until(lambda: not acting.running)
        found.compare("lease.renew.gone", [len(acting.calls), await bench.poison()], [1, []])


async def _disturbed(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """Functions that delete or update their own message."""
    for key, text, change in (
        ("robust.self-deleted.ok", "ok", None),
        ("robust.self-deleted.fail", "fail", None),
        ("robust.self-updated.ok", "ok", 1),
        ("robust.self-updated.fail.last", "fail", 1),
    ):
        bench = Bench(folder, connection)
        await bench.send(text)

        async def act(metadata: Any, bench: Bench = bench, change: int | None = change) -> None:
            known = metadata["Id"][1], metadata["PopReceipt"][1]
            async with bench.queue() as queue:
                if change is None:
                    await queue.delete_message(*known)
                else:
                    await queue.update_message(*known, visibility_timeout=change)

        async with bench.host(maxDequeueCount=2) as acting:
            acting.act = act
            await bench.empty()
            await until(lambda acting=acting: not acting.running)
            got = [len(acting.calls), len(await bench.poison())]
        copies = {"robust.self-updated.ok": 1, "robust.self-updated.fail.last": 2}.get(key, 0)
        found.compare(key, got, [1 if change is None else 2, copies])


async def _deleted(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """Queues that are deleted, or missing at first: waited for, never made."""
    bench = Bench(folder, connection)
    await bench.send("one")
    async with bench.host(maxPollingInterval="00:00:00.200") as acting:
        await bench.empty()
        async with bench.queue() as queue:
            await queue.delete_queue()
            await asyncio.sleep(1)
            await bench.send("two")
        await until(lambda: len(acting.calls) == 2)
        found.compare("robust.queue-deleted", [call[1] for call in acting.calls], ["one", "two"])
    bench = Bench(folder, connection)
    async with bench.host(maxPollingInterval="00:00:00.200") as acting:
        await asyncio.sleep(0.5)
        await bench.send("late")
        await until(lambda: acting.calls)
        found.compare("robust.queue-missing", acting.counts(), [1])
    bench = Bench(folder, connection)
    await bench.send("wait 0.5", "wait 0.5,fail")
    async with bench.host(maxDequeueCount=1) as acting:
        await until(lambda: len(acting.calls) == 2)
        async with bench.queue() as queue:
            await queue.delete_queue()
        await until(lambda: not acting.running)
        async with asyncio.timeout(SECONDS):
            while not (buried := await bench.poison()):
                await asyncio.sleep(0.05)
        texts = [each.content for each in buried]
        found.compare("robust.queue-deleted.in-work", texts, ["wait 0.5,fail"])


async def _timed_out(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """With a worker: what it takes too long for is called again, then buried."""
    vector = vectors["timeout.function"]
    bench = Bench(folder, connection)
    await bench.send("message")
    names = ("visibilityTimeout", "maxDequeueCount")
    queues = {name: vector["options"][name] for name in names} | {"messageEncoding": "none"}
    timeout = {"functionTimeout": vector["options"]["functionTimeout"]}
    extensions = {"extensions": {"http": {"routePrefix": ""}, "queues": queues}}
    settled = running.settle(folder, timeout | extensions)
    settings = {"AzureWebJobsStorage": connection, "QUEUE": bench.name}
    async with running.serving(running.real_host(settled, {"seconds": 6}, **settings)):
        await bench.empty()
    counts = [json.loads(line) for line in (folder / "counts").read_text().splitlines()]
    found.compare(vector["id"], [counts, len(await bench.poison())], [[1, 2], 1])


async def _told(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    """What a function is told of its message."""
    bench = Bench(folder, connection)
    async with bench.host() as acting:
        await bench.send("hello")
        await until(lambda: acting.calls)
    told = acting.calls[0][2]
    names = vectors["meta.names"]["expect"]["names"]
    found.compare("meta.names", sorted(told), sorted(names))
    kinds = {name: text.split()[0] for name, text in vectors["meta.types"]["expect"].items()}
    found.compare("meta.types", {n: k for n, (k, _) in told.items()}, {n: kinds[n] for n in told})
    times = [messages.datetime.fromisoformat(json.loads(told[n][1])) for n in (names[5], names[4])]
    for key in ("meta.nextvisible", "lease.ask"):
        found.compare(key, round((times[0] - times[1]).total_seconds(), -1), 600)
    by_hand = messages.by_hand("msg", "hello", SystemClock().now())
    got = {name: json.loads(by_hand[name][1]) for name in names[1:3] + names[5:6]}
    wanted = vectors["meta.manual"]["expect"]
    found.compare("meta.manual", got, {name: wanted[name] for name in got})


async def _stopped(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    bench = Bench(folder, connection)
    await bench.send(*["wait 1"] * 20)
    async with bench.host(batchSize=16, newBatchThreshold=0) as acting:
        await until(lambda: acting.running == 16)
    async with bench.queue() as queue:
        rest = [each.dequeue_count or 0 for each in await queue.peek_messages(32)]
    found.compare("stop.await", [len(acting.calls), rest], [16, [0] * 4])


async def _texts(found: Outcomes, folder: Path, connection: str, vectors: Vectors) -> None:
    texts = ["a\r\nb", "<![CDATA[x]]>", " lead and trail ", " ", "\ufefffirst", "a&#xD;b"]
    bench = Bench(folder, connection)
    await bench.send(*texts)
    async with bench.host() as acting:
        await bench.empty()
    found.compare("enc.xml.charref", sorted(call[1] for call in acting.calls), sorted(texts))
