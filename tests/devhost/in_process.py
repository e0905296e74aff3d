"""Runs the sample app on a `Host` inside this process; what happened goes to standard output.

A process of its own, because the worker library holds one app for the life of a process.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx

from devhost import logs
from devhost.host import Host


def seen(record: Path) -> list[dict[str, Any]]:
    """What queue and timer functions recorded so far."""
    return [json.loads(line) for line in record.read_text().splitlines()]


async def use(host: Host, record: Path) -> dict[str, Any]:
    """Call every kind of function."""
    transport = httpx.ASGITransport(host.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://host") as client:
        http = await client.get("/api/echo/x?q=1")
        await client.post("/api/put", content='["one", "two", "slow 0.5"]')
        await host.wait_idle()
        worked = sorted(line["text"] for line in seen(record))
        by_hand = await host.invoke("work", "by hand")
        failed = await host.invoke("work", "fail by hand")
        timer = await host.invoke("tick")
        page = await host.invoke("echo", "body")
        unfinished = asyncio.create_task(client.get("/api/slow?seconds=30"))
        while not host._running:  # a call that has not begun is none to wait for
            await asyncio.sleep(0.01)
        try:
            await host.wait_idle(0.3)
            idle = True
        except TimeoutError:
            idle = False
        unfinished.cancel()
        await asyncio.gather(unfinished, return_exceptions=True)
        await host.wait_idle(5)
    return {
        "http": [http.status_code, http.json()["params"]],
        "worked": worked,
        "byHand": by_hand.ok,
        "failed": [failed.ok, failed.error],
        "timer": timer.ok,
        "page": json.loads(page.value.value["body"].value)["body"],
        "idleWhileBusy": idle,
        "functions": [line["function"] for line in seen(record)],
    }


async def main() -> None:
    """Start the host, use it, tell."""
    app_dir, data, connection, queue = sys.argv[1:]
    record = Path(data) / "record"
    settings = {
        "AzureWebJobsStorage": connection,
        "WORK_QUEUE": queue,
        "SAMPLE_RECORD": str(record),
    }
    async with Host(Path(app_dir), data=Path(data), settings=settings) as host:
        happened = await use(host, record)
    sys.stdout.write(json.dumps(happened))


if __name__ == "__main__":
    logs.configure()
    asyncio.run(main())
