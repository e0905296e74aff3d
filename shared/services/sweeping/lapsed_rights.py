"""Rules that a change elsewhere broke since: profiles and links are read once per shard."""

from dataclasses import dataclass, field

from shared.clock import Clock
from shared.deciding.facts import Facts, ProviderReseller
from shared.model.models import Partner, ResellerLink, Subscription
from shared.model.state import RowKind, Tenant
from shared.policy.clouds import CloudProfile
from shared.proving.examination import Examined
from shared.proving.lapsing import lapsed, rests_on
from shared.proving.problems import Problem
from shared.services.findings import disputed
from shared.services.ports.tenants import TenantStore
from shared.services.ports.values import Undecodable

_MOST = 10_000
"""Profiles and links that are kept; beyond, all are read anew."""


def contested(tenant: Tenant) -> tuple[Problem, ...]:
    """SUB-6: what the customer disputes. Findings are open since then; a sweep keeps them so."""
    rows = (row for _, row in sorted(tenant.rows.items()) if isinstance(row, Subscription))
    return tuple(filter(None, map(disputed, rows)))


@dataclass(frozen=True, slots=True)
class LapsedRights:
    """Finds lapsed rights. Caches profiles and links for the length of one shard."""

    tenants: TenantStore
    clock: Clock
    cloud: CloudProfile
    _partners: dict[str, Partner | None] = field(
        init=False, default_factory=dict[str, Partner | None]
    )
    _links: dict[ProviderReseller, ResellerLink | None] = field(
        init=False, default_factory=dict[ProviderReseller, ResellerLink | None]
    )

    async def lapsed(self, examined: Examined) -> tuple[Problem, ...]:
        """Rights that were granted and would be refused today."""
        needed = rests_on(examined.tenant)
        if not (needed.partners or needed.links):
            return ()
        if len(self._partners) + len(self._links) > _MOST:
            self._partners.clear()
            self._links.clear()
        partners = {key: one for key in needed.partners if (one := await self._partner(key))}
        links = {key: one for key in needed.links if (one := await self._link(key))}
        facts = Facts(self.clock.now(), self.cloud, partners=partners, links=links)
        return lapsed(examined.tenant, facts)

    async def _partner(self, partner_id: str) -> Partner | None:
        if partner_id not in self._partners:
            try:
                stored = await self.tenants.head(partner_id)
            except Undecodable:
                stored = None  # Its own examination tells.
            self._partners[partner_id] = stored.value.partner if stored else None
        return self._partners[partner_id]

    async def _link(self, key: ProviderReseller) -> ResellerLink | None:
        if key not in self._links:
            provider_id, reseller_id = key
            try:
                stored = await self.tenants.row(provider_id, (RowKind.RESELLER, reseller_id))
            except Undecodable:
                stored = None
            value = stored.value if stored else None
            self._links[key] = value if isinstance(value, ResellerLink) else None
        return self._links[key]
