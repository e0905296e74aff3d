"""One more process of the app, over the storage and issuer of a system that runs already.

python -m bench.second_host BASE_PORT PORT     BASE_PORT: the first of the system's five
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Final

from devhost import logs
from devhost.azurite import Azurite
from devhost.host import Host

_HERE: Final = "127.0.0.1"


async def main(base: int, port: int) -> None:
    """Serves until SIGTERM; says `ready` when it does."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with tempfile.TemporaryDirectory() as data, socket.socket() as listen:
        listen.bind((_HERE, port))
        listen.listen()
        storage = Azurite(Path(data), blob=base + 2, queue=base + 3, table=base + 4)
        environ = {
            "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
            **os.environ,
            "AzureWebJobsStorage": storage.connection_string,
            "PUBLIC_BASE_URL": f"http://{_HERE}:{base}",
            "DEVELOPMENT_ISSUER": f"http://{_HERE}:{base + 1}",
        }
        host = Host(Path.cwd(), data=Path(data), environ=environ)
        await host.load()
        await host.start(listen)
        print("ready", flush=True)
        await stop.wait()
        await host.stop()


if __name__ == "__main__":
    logs.configure()
    asyncio.run(main(*map(int, sys.argv[1:3])))
