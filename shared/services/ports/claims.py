"""Ids that exist once in the whole system."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.domain.claims import ClaimKey
from shared.services.ports.values import Stored


class ClaimState(StrEnum):
    """A claim that is being released blocks until its release is finished or undone."""

    HELD = "held"
    RELEASING = "releasing"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who holds an id: `holder` is the tenant whose partition has (or gets) the row."""

    key: ClaimKey
    holder: str
    command_id: str
    state: ClaimState


class ClaimStore(Protocol):
    """Ids that exist once in the whole system."""

    async def get(self, key: ClaimKey) -> Stored[Claim] | None:
        """One point read."""
        ...

    async def insert(self, claim: Claim) -> None:
        """GuardFailed when the id is claimed already."""
        ...

    async def replace(self, claim: Claim, etag: str) -> None:
        """Changes the state under `etag`."""
        ...

    async def delete(self, key: ClaimKey, etag: str) -> None:
        """Removes the claim under `etag`; one that is gone is GuardFailed."""
        ...
