"""The child process: serves one app until told to stop. Started by the supervisor.

Its standard input is a pipe that only the supervisor holds: the line `go` says that storage is
up, its end that the supervisor died. What happened is reported on another pipe, one JSON
document a line: `{"ready": true}` or `{"error": "one line"}`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from devhost import logs
from devhost.host import GRACE_SECONDS, Host
from devhost.keys import Keys
from devhost.server import server

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Serve the app in the current directory on an inherited socket."""
    listen, report, data, auth = sys.argv[1:5]
    logs.configure()
    os.set_inheritable(int(report), False)  # noqa: FBT003 - positional only
    keys = Keys.load(Path(data) / "keys.json") if auth == "auth" else None
    host = Host(Path.cwd(), data=Path(data), keys=keys)
    with os.fdopen(int(report), "w", encoding="utf-8") as reports:

        def tell(**what: object) -> None:
            reports.write(json.dumps(what) + "\n")
            reports.flush()

        with asyncio.Runner() as runner:
            code = runner.run(_serve(host, socket.socket(fileno=int(listen)), tell))
            logging.shutdown()
            sys.stdout.flush()
            # At once: a thread that a synchronous function still holds must not keep the process.
            os._exit(code)


async def _serve(host: Host, listen: socket.socket, tell: Callable[..., None]) -> int:
    stop, go = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    # SIGINT reaches the supervisor, which passes on SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    threading.Thread(target=_watch, args=(loop, go), daemon=True).start()
    starting = asyncio.create_task(_start(host, go))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        return 0
    if error := starting.exception():
        tell(error=_one_line(error))
        return 1
    http = server(host.asgi, GRACE_SECONDS)
    serving = asyncio.create_task(http.serve(sockets=[listen]))
    await http.serving.wait()
    tell(ready=True)
    await stop.wait()
    http.should_exit = True
    await asyncio.gather(host.stop(), serving)
    return 0


async def _start(host: Host, go: asyncio.Event) -> None:
    """Load the app while storage starts."""
    await host.load()
    await go.wait()
    await host.start()


def _watch(loop: asyncio.AbstractEventLoop, go: asyncio.Event) -> None:
    for line in sys.stdin:
        if line.strip() == "go":
            loop.call_soon_threadsafe(go.set)
    # The supervisor is gone, and storage with it: there is nothing left to drain into.
    os._exit(1)


def _one_line(error: BaseException) -> str:
    """What went wrong; a built-in error says little without its name."""
    text = next(iter(str(error).strip().splitlines()), "")
    builtin = type(error).__module__ == "builtins"
    return f"{type(error).__name__}: {text}" if builtin or not text else text


if __name__ == "__main__":
    main()
