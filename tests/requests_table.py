"""What each operation asks of storage: the one table that counting tests hold and docs/ shows.

A count is what leaves for the account, in a system without trouble: a lost race repeats a
command's reads and its transaction, an unknown outcome its transaction and a read.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from tests.running.counting import Call

_COLUMN: Final = {
    "read": "reads",
    "query": "queries",
    "insert": "writes",
    "replace": "writes",
    "merge": "writes",
    "delete": "writes",
    "batch": "transactions",
    "queue-put": "puts",
    "queue-delete": "deletes",
}


class Cost(NamedTuple):
    """Requests: point reads, pages of queries, writes of one row, transactions; of queues, puts and
    deletes.
    """

    reads: int = 0
    queries: int = 0
    writes: int = 0
    transactions: int = 0
    puts: int = 0
    deletes: int = 0

    @staticmethod
    def of(calls: Iterable[Call]) -> "Cost":
        """What was counted."""
        cost = Cost()
        for call in calls:
            column = _COLUMN[call.kind]
            cost = cost._replace(**{column: getattr(cost, column) + 1})
        return cost


class Row(NamedTuple):
    """One operation. `budget` is the plan's sum; None where the plan has none."""

    cost: Cost
    budget: int | None
    note: str = ""

    @property
    def above(self) -> bool:
        """Whether it costs more than was planned."""
        return self.budget is not None and sum(self.cost) > self.budget


def plan(reads: int, claims: int = 0, transactions: int = 1) -> int:
    """The sum of a command's requests."""
    return reads + claims + transactions + 1  # one put: the announcement


COMMAND: Final = plan(2)
NAMING: Final = plan(2 + 1)
OF_RECORD: Final = 2
COLD: Final = 1
"""A profile that is not cached; a new provider needs its reseller's beside its own."""


def command(*cost: int, budget: int = COMMAND, note: str = "") -> Row:
    """Reads, writes of one row, transactions."""
    reads, writes, transactions = cost
    return Row(Cost(reads, 0, writes, transactions, 1, 0), budget, note)


def answer(
    reads: int, queries: int = 0, writes: int = 0, transactions: int = 0, note: str = ""
) -> Row:
    """A replay or a refusal: its reads, and the announcement that is withdrawn."""
    return Row(Cost(reads, queries, writes, transactions, 1, 1), reads + queries + 2, note)


OWN_TENANT: Final = "its own tenant is claimed too: decision 0003"
_REASON: Final = "the reason lies with the personal data: decision 0002"
EACH_LINK: Final = "a read for each link that is shown: how often it was accepted"
COUNTER: Final = "the counter is read for its ETag: decision 0010"
_ATTEMPT: Final = "a failed insert, its claim, whether that is used; a finding read and written"
RELEASE: Final = "the claim's release: read, mark, fence, look again, delete"

COMMANDS: Final = {
    #                            reads, writes, transactions
    "enrol a partner": command(1, 2, 1, budget=plan(1, 1), note=OWN_TENANT),
    "enrol a second": command(1, 2, 1, budget=plan(1, 1), note=OWN_TENANT),
    "enrol a provider": command(1, 2, 1, budget=plan(1, 1), note=OWN_TENANT),
    "enrol a reseller": command(1, 2, 1, budget=plan(1, 1), note=OWN_TENANT),
    "enrol a tenant with two invitations": command(3, 2, 1, budget=plan(1 + 2, 1), note=OWN_TENANT),
    "replace a partner": command(1, 0, 1),
    "replace a partner, one affiliate more": command(1, 1, 1, budget=plan(1, 1)),
    "replay of an enrolment": answer(1),
    "suspend a partner": command(1, 0, 1),
    "resume a partner": command(1, 0, 1),
    "set a profile": command(1, 0, 1),
    "ask for a link, reseller's profile not cached": command(3, 0, 1, budget=COMMAND + COLD),
    "accept a link": command(2, 0, 1),
    "end a link": command(2, 0, 1),
    "invite": command(2, 0, 1),
    "invite, own profile not cached": command(3, 0, 1, budget=COMMAND + COLD),
    "invite naming a reseller": command(3, 0, 1, budget=NAMING),
    "invite naming a reseller, own profile not cached": command(4, 0, 1, budget=NAMING + COLD),
    "invite again": command(2, 0, 1),
    "invite for the last time": command(2, 0, 1),
    "invite a newcomer": command(2, 0, 1),
    "invite it by another, own profile not cached": command(3, 0, 1, budget=COMMAND + COLD),
    "replay of an invitation, compared by its digest": answer(3),
    "refusal, of a second one pending; profile read fresh": answer(5),
    "refusal, a partner is never invited; profile and link read fresh": answer(6),
    "accept": command(2, 0, 1),
    "accept at the second customer": command(2, 0, 1),
    "accept what names a reseller": command(3, 0, 1, budget=NAMING),
    "replay of an acceptance, profile cached": answer(2),
    "refusal, of accepting what was canceled; profile read fresh": answer(4),
    "decline": command(2, 0, 1),
    "decline with a reason, kept beside the contact": command(3, 0, 1, note=_REASON),
    "cancel": command(2, 0, 1),
    "refusal, of canceling what was accepted; profile read fresh": answer(4),
    "not found; profile read fresh": answer(3),
    "issue a link": command(2, 0, 1),
    "issue a link naming a reseller": command(3, 0, 1, budget=NAMING),
    "accept by limited link": command(4, 0, 2, budget=plan(3, transactions=2), note=COUNTER),
    "replay of an acceptance by link": answer(3),
    "refusal, of a link that is used up": answer(6),
    "revoke a link": command(2, 0, 1),
    "register": command(2, 1, 1, budget=plan(2, 1)),
    "register with a partner of record": command(4, 1, 1, budget=plan(2, 1) + OF_RECORD),
    "batch of two with one partner of record": command(5, 2, 1, budget=plan(1 + 2, 2) + OF_RECORD),
    "batch of 50": command(51, 50, 1, budget=plan(1 + 50, 50)),
    "replay of a registration": answer(2),
    "refusal, id held by another tenant: who holds it is read": answer(
        5, writes=1, transactions=1, note=_ATTEMPT
    ),
    "refusal, other content; profile read fresh": answer(4),
    "register by a queue message, which is remembered": command(2, 1, 1, budget=plan(2, 1)),
    "the same message again": answer(3),
    "suspend a subscription": command(2, 0, 1),
    "reactivate a subscription": command(2, 0, 1),
    "update a subscription": command(2, 0, 1),
    "delete a subscription": command(2, 0, 1),
    "register, nothing named by a provider": command(2, 1, 1, budget=plan(2, 1)),
    "fill in a partner of record": command(4, 0, 1, budget=COMMAND + OF_RECORD),
    "dispute a subscription": command(2, 0, 1),
    "annul a subscription": Row(Cost(7, 0, 3, 1, 1, 0), None, RELEASE),
    "block a partner": command(1, 0, 1),
    "lift the block": command(1, 0, 1),
    "revoke a partner's privileges": command(1, 0, 1),
    "drop own privileges": command(1, 0, 1),
    "ask for the end": command(1, 0, 1),
    "remove": command(1, 0, 1),
    "refusal, of removing; what stands in the way is named": answer(2, queries=1),
    "erase": command(2, 0, 1),
    "erase two": command(3, 0, 1, budget=plan(1 + 2)),
    "invite, own profile just changed": command(3, 0, 1, budget=COMMAND + COLD),
    "accept with privileges that will lapse": command(2, 0, 1),
    "invite somebody who never answers": command(2, 0, 1),
    "record an expiry": command(2, 0, 1),
    "record a lapse": command(1, 0, 1),
    "set another profile": command(1, 0, 1),
    "import a relationship": command(1, 0, 1),
    "import in two tiers": command(2, 0, 1),
    "replay of an import": answer(1),
    "refusal, of importing what was removed": answer(2),
}

ABOVE: Final = frozenset(
    {
        "enrol a partner",
        "enrol a second",
        "enrol a provider",
        "enrol a reseller",
        "enrol a tenant with two invitations",
        "decline with a reason, kept beside the contact",
        "accept by limited link",
        "refusal, id held by another tenant: who holds it is read",
    }
)
"""Operations that cost more than the plan said. Each has a note that says why."""
