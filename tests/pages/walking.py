"""From one page of a list to the next, as its links lead."""

import re

from tests.running.visitors import Seen, Visitor


def link(seen: Seen, rel: str = "next") -> str | None:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', seen.html)
    return found[1].replace("&amp;", "&") if found else None


async def walk(visitor: Visitor, address: str) -> list[Seen]:
    """Every page from one to the next."""
    path, seen = address.partition("?")[0], [await visitor.get(address)]
    while following := link(seen[-1]):
        seen.append(await visitor.get(f"{path}{following}"))
    return seen
