"""What sweeps find."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.canonical import JsonObject
from shared.services.ports.values import Page, Stored


class FindingStatus(StrEnum):
    """Whether it is still there, as far as sweeps know."""

    OPEN = "open"
    """It was met, and no sweep has closed it since."""
    CLOSED = "closed"
    """A finished sweep that covered it did not meet it any more; what no sweep can meet again, such
    as a refused registration, is closed after 30 days.
    """


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; its id follows from kind, tenant and key.

    `repaired` says that the sweep that met it last has put it right.
    """

    id: str
    kind: str
    severity: str
    tenant_id: str
    key: str
    detail: JsonObject
    repaired: bool
    first_seen_at: datetime
    last_seen_at: datetime
    status: FindingStatus = FindingStatus.OPEN


class FindingStore(Protocol):
    """Findings of all sweeps."""

    async def get(self, finding_id: str) -> Stored[Finding] | None:
        """One point read."""
        ...

    async def put(self, finding: Finding, etag: str | None) -> None:
        """Insert when `etag` is None, else replace under it."""
        ...

    async def delete(self, finding_id: str, etag: str) -> None:
        """Deletes under the ETag."""
        ...

    async def list(self, after: str | None, limit: int) -> Page[Stored[Finding]]:
        """By id; without rows that do not decode."""
        ...
