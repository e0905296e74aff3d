"""What went wrong before a test begins: a finding, and messages that died."""

from datetime import timedelta
from typing import Any, Final

from shared.services.ports.dead_letters import DeadLetter, Sent
from shared.services.ports.findings import Finding
from tests.cast.ids import AGENCY, AT, OTHER_DIRECT
from tests.cast.messages import SOURCE, encoded, event, profile
from tests.pages.addresses import FINDING
from tests.running.app import LocalApp

DIVERGED: Final = Finding(
    id=FINDING,
    kind="state-diverged",
    severity="critical",
    tenant_id=OTHER_DIRECT,
    key="head",
    detail={"fields": [{"field": "name", "expected": "Partner 1002", "stored": "<i>x</i>"}]},
    repaired=False,
    first_seen_at=AT,
    last_seen_at=AT,
)


async def bury(local: LocalApp, letter_id: str, minutes: int = 0, **changes: Any) -> None:
    """A profile of a customer that died when storage was down, `minutes` after the first."""
    document = event("customer-profile", profile(name="Agency <b>X</b>"), id=letter_id[:8])
    text = encoded(document)
    said: dict[str, Any] = {
        "id": letter_id,
        "queue": "onboarding",
        "reason": "retries-exhausted",
        "error": {"type": "Unavailable", "message": "The storage does not answer."},
        "tenant_id": AGENCY,
        "excerpt": str(document),
        "dequeue_count": 5,
        "dead_at": AT + timedelta(minutes=minutes),
        "sent": Sent(letter_id[:8], SOURCE, "customer-profile"),
    }
    letter = DeadLetter(**{**said, **changes})
    assert await local.services.ports.dead_letters.add(letter, text, [AGENCY])
