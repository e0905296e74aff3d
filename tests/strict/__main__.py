"""The proxy's process: `python -m tests.strict`, with the origins and ports of `azurite`.

It listens once the services behind it do, ends when its standard input does, and then adds one
line of figures to the file that `STRICT_FIGURES` names: which pages became how long, what it
refused, and how many requests there were.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path

from aiohttp import web
from yarl import URL

from .answers import as_the_service, of_queue, of_table, with_all_digits
from .pages import Pages, upstream
from .proxy import Asked, Exchange, Proxy
from .rules import Broken, broken_by_queue_request, broken_by_table_request

_OF_A_TEST = re.compile(r"/t[0-9a-f]{12}(?=[a-z])")
"""The prefix that keeps the tables of one test apart: another in each run."""

figures: Counter[str] = Counter()


class StrictTables(Proxy):
    """Before the Table service. `whole` pages are for those who count requests."""

    def __init__(self, origin: str, port: int, pages: Pages, *, whole: bool):
        super().__init__(origin, port)
        self._pages = pages
        self._whole = whole

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        asked = exchange.asked
        figures["requests"] += 1
        if broken := broken_by_table_request(asked):
            return exchange.reply(of_table(_counted(broken)))
        sent = with_all_digits(upstream(asked))
        answer = as_the_service(await self.send(sent))
        if answer.status == web.HTTPOk.status_code and _is_query(asked):
            name = _OF_A_TEST.sub("/", asked.target)
            answer = self._pages.cut(asked, answer, name, whole=self._whole)
        return exchange.reply(answer)


class StrictQueues(Proxy):
    """Before the Queue service."""

    async def handle(self, exchange: Exchange) -> web.StreamResponse:
        figures["requests"] += 1
        if broken := broken_by_queue_request(exchange.asked):
            return exchange.reply(of_queue(_counted(broken)))
        return exchange.reply(await exchange.forward())


def _counted(broken: Broken) -> Broken:
    figures[f"refused {broken.rule.name}"] += 1
    return broken


def _is_query(asked: Asked) -> bool:
    return asked.method == "GET" and asked.target.partition("?")[0].endswith("()")


async def _main(arguments: argparse.Namespace) -> None:
    pages = Pages(os.environ.get("STRICT_SEED", "0"), figures, Counter())
    proxies = [
        StrictTables(arguments.table, arguments.table_port, pages, whole=False),
        StrictTables(arguments.table, arguments.whole_port, pages, whole=True),
        StrictQueues(arguments.queue, arguments.queue_port),
    ]
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    services = [_until_it_listens(URL(each)) for each in (arguments.table, arguments.queue)]
    listening = asyncio.gather(*services)
    # Whoever started both may end before the services listen.
    await asyncio.wait({ended, listening}, return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        return
    async with AsyncExitStack() as stack:
        for proxy in proxies:
            await stack.enter_async_context(proxy)
        await ended


async def _until_it_listens(origin: URL) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(origin.host, origin.port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m tests.strict", description=__doc__)
    for name in ("table", "queue"):
        parser.add_argument(f"--{name}", help="the service's origin")
    for name in ("table", "whole", "queue"):
        parser.add_argument(f"--{name}-port", type=int)
    asyncio.run(_main(parser.parse_args()))
    if file := os.environ.get("STRICT_FIGURES"):
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(figures, sort_keys=True) + "\n")
