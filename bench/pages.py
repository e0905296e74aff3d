"""What a page takes of the processor by itself, apart from the API's part of it.

    python -m bench.pages [ROUNDS]        default: 200

Each page is opened once over memory, and what the API answered is kept; then it is opened again and
again with these answers. Told are what the first opening asked of storage, the median milliseconds
of this process's time, and the page's size. First a small customer, then one with 100 partners that
sold it 5,000 subscriptions, fifty an entry. Ends with 1 where a page of the first takes more than
its budget.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any, Final

from shared.http.endpoint import Endpoint
from shared.http.messages import Incoming, Outgoing
from shared.storage.engine.memory import Request
from shared.web.engine import asking
from tests.cast.commands import enrol as enrolled
from tests.cast.commands import register
from tests.cast.ids import AGENCY, DIRECT, guid, invitation_id, link_id, subscription_id
from tests.running.app import LocalApp, admin, enrol, hire, user
from tests.running.visitors import SET_UP, Visitor

BUDGET_MS: Final = 5.0
SELLER: Final = user(DIRECT, "GlobalAdmin")
INVITATION: Final = f"/invitations/{AGENCY}/{invitation_id(1)}"
OFFER: Final = f"/invite/{DIRECT}/{link_id(1)}"
SMALL: Final = (
    "/",
    INVITATION,
    f"{INVITATION}/accept",
    f"{INVITATION}/decline",
    OFFER,
    f"{OFFER}/accept",
)

PARTNERS: Final = 100
SOLD_BY_EACH: Final = 50
PARTNER: Final = f"/relationships/{guid(1)}"
SUBSCRIPTION: Final = f"/subscriptions/{subscription_id(1)}"
LARGE: Final = (
    "/relationships",
    "/relationships?page=4",
    PARTNER,
    f"{PARTNER}/revoke-delegated-admin",
    f"{PARTNER}/request-end",
    f"{PARTNER}/block",
    "/subscriptions",
    f"/subscriptions?partnerId={guid(1)}",
    f"/subscriptions?partnerId={guid(PARTNERS)}",
    SUBSCRIPTION,
    f"{SUBSCRIPTION}/dispute",
    "/activity",
    f"/activity?partnerId={guid(1)}",
    "/activity/entries/1",
    "/activity/verification",
    "/activity/checkpoints",
    "/activity/downloads",
    "/organization",
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


async def _small() -> Visitor:
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


async def _large() -> Visitor:
    """A customer's Global admin with as many partners as there can be, each of which sold much."""
    local = LocalApp(SET_UP)
    for number in range(1, PARTNERS + 1):
        partner_id, first = guid(number), (number - 1) * SOLD_BY_EACH + 1
        await local.services.executor.execute(enrolled(partner_id, mpnId=str(10_000 + number)))
        await hire(local, partner_id, number)
        sold = register(*range(first, first + SOLD_BY_EACH), partner_id=partner_id)
        await local.services.executor.execute(sold)
    return Visitor(local, admin(AGENCY))


def _counted(visitor: Visitor) -> list[Request]:
    """The requests to storage from now on."""
    found: list[Request] = []

    async def count(request: Request) -> None:
        found.append(request)

    for table in visitor.local.memory.tables.values():
        table.before = count
    return found


async def _measured(visitor: Visitor, address: str, rounds: int) -> tuple[int, float, int]:
    """Requests to storage, milliseconds, and bytes of HTML."""
    requests = _counted(visitor)
    seen, ask = await visitor.prepared(address)
    if seen.status >= 400:  # noqa: PLR2004 - an error
        raise RuntimeError(address)
    asked = len(requests)
    taken: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        await ask()
        taken.append((time.process_time() - started) * 1000)
    return asked, median(taken), len(seen.outgoing.body)


async def main(rounds: int) -> bool:
    """Whether every page keeps its budget."""
    serve, admit = asking.serve_verified, asking.admit_verified
    slowest = 0.0
    for made, addresses in ((_small, SMALL), (_large, LARGE)):
        visitor = await made()
        print(
            "| page | storage requests | own processor time, ms | HTML, bytes |\n|---|---|---|---|"
        )
        for address in addresses:
            asking.serve_verified, asking.admit_verified = Kept(serve), Kept(admit)
            asked, taken, size = await _measured(visitor, address, rounds)
            slowest = max(slowest, taken) if addresses is SMALL else slowest
            print(f"| `{address}` | {asked} | {taken:.1f} | {size:,} |", flush=True)
    return slowest <= BUDGET_MS


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 200)))
