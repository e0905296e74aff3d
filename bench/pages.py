"""What a page takes of the processor by itself, apart from the API's part of it.

    python -m bench.pages [ROUNDS]        default: 200

Each page is opened once over memory, and what the API answered is kept; then it is opened again and
again with these answers. Told are the median milliseconds of this process's time and the page's
size. Ends with 1 where a page takes more than its budget.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any, Final

from shared.http.endpoint import Endpoint
from shared.http.messages import Incoming, Outgoing
from shared.web.engine import asking
from tests.cast.ids import AGENCY, DIRECT, invitation_id, link_id
from tests.running.app import LocalApp, admin, enrol, user
from tests.running.visitors import SET_UP, Visitor

BUDGET_MS: Final = 5.0
SELLER: Final = user(DIRECT, "GlobalAdmin")
INVITATION: Final = f"/invitations/{AGENCY}/{invitation_id(1)}"
OFFER: Final = f"/invite/{DIRECT}/{link_id(1)}"
ADDRESSES: Final = (
    "/",
    INVITATION,
    f"{INVITATION}/accept",
    f"{INVITATION}/decline",
    OFFER,
    f"{OFFER}/accept",
)

type Served = Callable[..., Awaitable[Outgoing]]


class Kept:
    """Answers of the API as it gave them first."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._answers: dict[tuple[str, str, str], Outgoing] = {}

    async def __call__(
        self, endpoint: Endpoint[Any, Any], incoming: Incoming, *others: object
    ) -> Outgoing:
        """The answer to this question."""
        key = (endpoint.name, str(incoming.path), str(incoming.query))
        if key not in self._answers:
            self._answers[key] = await self._served(endpoint, incoming, *others)
        return self._answers[key]


async def _known() -> Visitor:
    """A customer's Global admin with an invitation and a link."""
    local = LocalApp(SET_UP)
    await enrol(local, DIRECT)
    made = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}"
    issued = f"/api/partners/{DIRECT}/invitation-links/{link_id(1)}"
    for path in (made, issued):
        answer = await local.call("PUT", path, SELLER, {"delegatedAdmin": True})
        if answer.status != 201:  # noqa: PLR2004 - created
            raise RuntimeError(answer)
    return Visitor(local, admin(AGENCY))


async def _measured(visitor: Visitor, address: str, rounds: int) -> tuple[float, int]:
    """Milliseconds, and bytes of HTML."""
    seen, ask = await visitor.prepared(address)
    taken: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        await ask()
        taken.append((time.process_time() - started) * 1000)
    return median(taken), len(seen.outgoing.body)


async def main(rounds: int) -> bool:
    """Whether every page keeps its budget."""
    asking.serve_verified = Kept(asking.serve_verified)
    asking.admit_verified = Kept(asking.admit_verified)
    visitor = await _known()
    print("| page | own processor time, ms | HTML, bytes |\n|---|---|---|")
    slowest = 0.0
    for address in ADDRESSES:
        taken, size = await _measured(visitor, address, rounds)
        slowest = max(slowest, taken)
        print(f"| `{address}` | {taken:.1f} | {size} |")
    return slowest <= BUDGET_MS


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 200)))
