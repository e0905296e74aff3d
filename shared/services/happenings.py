"""Events in their places in a ledger, as feeds show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.clock import rfc3339
from shared.domain.events import Event, JsonObject
from shared.ledger import Entry


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a customer: the `position`-th (from 1) of its ledger entry."""

    entry: Entry
    position: int
    event: Event

    @property
    def sequence(self) -> int:
        """That of its ledger entry."""
        return self.entry.sequence

    def cloud_event(self, feed_sequence: int | None = None) -> JsonObject:
        """The event in CloudEvents 1.0, JSON format: its entry's `at` is `time` there.

        Its id is the same in every feed that it goes to; `feed_sequence` counts the events of
        that customer in one partner's feed. Extensions have names in lower case and plain values,
        which is all that CloudEvents allows: of the actor no person, and nothing nested.
        """
        customer_id, actor = str(self.entry.document["tenantId"]), self.entry.actor
        numbered: JsonObject = {} if feed_sequence is None else {"feedsequence": feed_sequence}
        return {
            "specversion": "1.0",
            "id": f"{customer_id}:{self.sequence}:{self.position}",
            "source": f"/customers/{customer_id}",
            "time": rfc3339(self.entry.at),
            "datacontenttype": "application/json",
            "customerid": customer_id,
            **numbered,
            "actortenantid": actor.tenant_id,
            "actorrole": actor.role,
            **self.event.as_json(),
        }


def happenings(entries: Iterable[Entry]) -> tuple[Happening, ...]:
    """All events of `entries`, in order."""
    return tuple(
        Happening(entry, position, event)
        for entry in entries
        for position, event in enumerate(entry.events(), 1)
    )
