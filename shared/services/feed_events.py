"""Events in their places in a ledger, as feeds show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.events import Event
from shared.model.ledger import Entry


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event of a customer: the `position`-th (from 1) of its ledger entry."""

    entry: Entry
    position: int
    event: Event

    @property
    def sequence(self) -> int:
        """That of its ledger entry."""
        return self.entry.sequence

    def for_customer(self) -> JsonObject:
        """The event as the customer's own feed shows it, numbered as in its ledger."""
        return self._cloud_event(f"{self.sequence}:{self.position}")

    def for_partner(self, partner_id: str, feed_sequence: int) -> JsonObject:
        """The event as one partner's feed shows it.

        `feed_sequence` counts the events of that customer there. The id goes by it too: with the
        ledger's numbers, a partner would see from the gaps how much others do.
        """
        event = self._cloud_event(f"{partner_id}:{feed_sequence}")
        return {**event, "feedsequence": feed_sequence}

    def _cloud_event(self, place: str) -> JsonObject:
        """CloudEvents 1.0, JSON format: the entry's `at` is `time` there.

        Extensions have names in lower case and plain values, which is all that CloudEvents
        allows: of the actor no person, and nothing nested.
        """
        customer_id, actor = str(self.entry.document["tenantId"]), self.entry.actor
        # CloudEvents' extension for distributed tracing.
        span = self.entry.document.get("traceparent")
        traced = {"traceparent": span} if span else {}
        return {
            "specversion": "1.0",
            "id": f"{customer_id}:{place}",
            "source": f"/customers/{customer_id}",
            "time": rfc3339(self.entry.at),
            "datacontenttype": "application/json",
            "customerid": customer_id,
            "actortenantid": actor.tenant_id,
            "actorrole": actor.role,
            **traced,
            **self.event.as_json(),
        }


def feed_events(entries: Iterable[Entry]) -> tuple[FeedEvent, ...]:
    """All events of `entries`, in order."""
    return tuple(
        FeedEvent(entry, position, event)
        for entry in entries
        for position, event in enumerate(entry.events(), 1)
    )
