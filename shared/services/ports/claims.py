"""Ids that exist once in the whole system."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.model.claims import ClaimKey
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


@dataclass(frozen=True, slots=True)
class SlotKey:
    """One customer's place among the acceptances of a partner's link."""

    partner_id: str
    link_id: str
    customer_id: str


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


class SlotStore(Protocol):
    """Reservations of limited links: a counter and a slot per customer, in one partition."""

    async def reserved(self, partner_id: str, link_id: str) -> Stored[int] | None:
        """How many slots there are, and since when so many; one point read."""
        ...

    async def held(self, key: SlotKey) -> str | None:
        """The ETag of the customer's slot, if there is one; one point read."""
        ...

    async def count(self, partner_id: str, link_id: str) -> int:
        """How many slots lie beside the counter; one request for each thousand."""
        ...

    async def reserve(self, key: SlotKey, counter: Stored[int] | None) -> None:
        """One transaction: the counter moves on under its ETag, the slot is inserted."""
        ...

    async def keep(self, key: SlotKey, etag: str) -> None:
        """Touches the slot under its ETag: a release that looked before fails."""
        ...

    async def release(self, key: SlotKey, etag: str, counter: Stored[int]) -> None:
        """One transaction: the counter moves back and the slot goes, each under its ETag."""
        ...
