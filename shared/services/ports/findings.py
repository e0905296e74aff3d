"""What sweeps find."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.canonical import JsonObject
from shared.clock import newest_first
from shared.services.ports.values import Page, Stored


class FindingStatus(StrEnum):
    """Whether a later sweep has closed it; one that was put right stays open until then."""

    OPEN = "open"
    """It was met, and no sweep has closed it since."""
    CLOSED = "closed"
    """A sweep that covered it came to its end without meeting it; for a refused registration or a
    broken checkpoint, only one that began 30 days or more after `lastSeenAt` counts.
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

    @property
    def position(self) -> str:
        """Its place in a list, the newest first."""
        return f"{newest_first(self.first_seen_at)}|{self.id}"


class FindingStore(Protocol):
    """Findings of all sweeps."""

    async def get(self, finding_id: str) -> Stored[Finding] | None:
        """Two point reads. Raises Undecodable for one that somebody altered."""
        ...

    async def put(self, finding: Finding, previous: Stored[Finding] | None) -> None:
        """Insert when `previous` is None, else replace under its ETag.

        One request; two point reads more where it moves to another list.
        """
        ...

    async def restore(self, finding: Finding, etag: str) -> None:
        """Writes one anew that does not decode, under the ETag that was told of it."""
        ...

    async def delete(self, finding: Stored[Finding]) -> None:
        """Deletes under the ETag."""
        ...

    async def list(
        self, after: str | None, limit: int, *, status: FindingStatus | None = None
    ) -> Page[Stored[Finding]]:
        """The newest first, by when it was first seen; without rows that do not decode.

        One query, or one for each status.
        """
        ...
