"""Partner profiles, cached for a short while: a cached one may only *allow*."""

from collections import Counter
from dataclasses import dataclass

from shared.clock import Clock
from shared.model.models import Partner
from shared.services.ports.tenants import TenantStore


@dataclass(frozen=True, slots=True)
class _Cached:
    partner: Partner
    until: float


class Profiles:
    """Reads profiles of enrolled partners. Absence is never cached."""

    def __init__(self, tenants: TenantStore, clock: Clock, seconds: int) -> None:
        """Keeps a profile for `seconds`; 0 reads every time."""
        self._tenants = tenants
        self._clock = clock
        self._seconds = seconds
        self._cache: dict[str, _Cached] = {}
        self._drops: Counter[str] = Counter()

    def peek(self, partner_id: str) -> Partner | None:
        """The cached profile, if it is still good. A refusal must not rest on it."""
        cached = self._cache.get(partner_id)
        return cached.partner if cached and self._clock.monotonic() < cached.until else None

    async def read(self, partner_id: str) -> Partner | None:
        """The profile as it is stored now; None for a tenant that is no partner."""
        drops = self._drops[partner_id]
        head = await self._tenants.head(partner_id)
        partner = head.value.partner if head else None
        if partner is None:
            self.drop(partner_id)
        elif drops == self._drops[partner_id]:  # else the read began before a commit
            until = self._clock.monotonic() + self._seconds
            self._cache[partner_id] = _Cached(partner, until)
        return partner

    async def get(self, partner_id: str) -> Partner | None:
        """The cached profile, or the stored one."""
        return self.peek(partner_id) or await self.read(partner_id)

    def drop(self, partner_id: str) -> None:
        """Forgets it: a commit on the partner was just made here."""
        self._cache.pop(partner_id, None)
        self._drops[partner_id] += 1
