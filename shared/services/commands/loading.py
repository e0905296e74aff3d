"""Loading what a command has to know: point reads only, in parallel where they can be."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from immutables import Map

from shared.clock import Clock
from shared.deciding.commands import Command
from shared.deciding.decide import needs
from shared.deciding.facts import Facts, InvitationLinkKey, Needs, ProviderReseller
from shared.model.claims import ClaimKey, ClaimKind
from shared.model.models import InvitationLink, Partner, ResellerLink, Subscription
from shared.model.personal import Details
from shared.model.state import Head, Row, RowKey, RowKind, Tenant
from shared.policy.clouds import CloudProfile
from shared.services.ports import Ports
from shared.services.ports.tenants import Remembered
from shared.services.ports.values import Stored, items
from shared.services.profiles import Profiles

_PAGE: Final = 1000
_NAMED: Final = 20
"""How many blocking subscriptions a refusal names at most."""


@dataclass(frozen=True, slots=True)
class Message:
    """The queue message that a command came in: remembered with the effect, in one commit.

    `new`: nobody has tried it, as far as its queue knows. A sender may have sent the same before.
    """

    source: str
    id: str
    resource: str
    fingerprint: str = ""
    new: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """A tenant with the ETags that its commit will name, and the other facts of a decision.

    `cached` says whether a partner profile came from the cache: then a refusal is not final.
    """

    tenant: Tenant
    head_etag: str | None
    rows: Mapping[RowKey, Stored[Row]]
    details: Mapping[str, Stored[Details]]
    facts: Facts
    needs: Needs
    cached: bool
    remembered: Remembered | None

    @property
    def invitation_link(self) -> InvitationLink | None:
        """The invitation link that the command names, if there is one."""
        return next(iter(self.facts.invitation_links.values()), None)

    @property
    def torn(self) -> bool:
        """A row is newer than the head that was read beside it: an answer needs a new load."""
        sequence = self.tenant.head.sequence
        return any(row.sequence > sequence for row in self.rows.values())


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads for decisions."""

    ports: Ports
    profiles: Profiles
    clock: Clock
    cloud: CloudProfile

    async def load(self, command: Command, message: Message | None) -> Loaded:
        """Head ‖ named rows ‖ remembered message; then whatever these show to be needed.

        Whether a message is remembered is not asked while it is new: then its commit fails.
        """
        tenant_id = command.tenant_id
        named = command.names
        head, remembered, found, invitation_link = await asyncio.gather(
            self.ports.tenants.head(tenant_id),
            self._remembered(tenant_id, message),
            self._each(named, lambda key: self.ports.tenants.row(tenant_id, key)),
            self._invitation_link(command.named_invitation_link),
        )
        tenant = _tenant(tenant_id, head, found, {})
        needed = needs(command, tenant, invitation_link)
        more, details, (facts, cached), blockers = await asyncio.gather(
            self._each(needed.rows - named, lambda key: self.ports.tenants.row(tenant_id, key)),
            self._each(needed.details, lambda key: self.ports.tenants.details(tenant_id, key)),
            self._facts(needed, tenant.head, cached=True),
            self._blockers(tenant_id, needed.blockers_of),
        )
        invitation_links = (
            {(invitation_link.partner_id, invitation_link.id): invitation_link}
            if invitation_link
            else {}
        )
        found |= more
        return Loaded(
            _tenant(tenant_id, head, found, details),
            head.etag if head else None,
            found,
            details,
            replace(facts, invitation_links=invitation_links, blockers=blockers),
            needed,
            cached,
            remembered,
        )

    async def recall(self, loaded: Loaded, message: Message) -> Loaded:
        """The same tenant, and what is remembered of the message now, which may be no earlier."""
        remembered = await self._remembered(loaded.tenant.id, message)
        return replace(loaded, remembered=remembered)

    async def refresh(self, loaded: Loaded) -> Loaded:
        """The same tenant with every partner profile read from storage."""
        known = loaded.facts
        facts, _ = await self._facts(loaded.needs, loaded.tenant.head, cached=False)
        facts = replace(facts, invitation_links=known.invitation_links, blockers=known.blockers)
        return replace(loaded, facts=facts, cached=False)

    async def overtaken(self, command: Command, loaded: Loaded) -> bool:
        """Whether a row that the command names changed since: then the head may be newer than it.

        this load        another writer
        row: none
                         row and head written, with this very content
        head: pending    a refusal because of a row that was not there would rest on two times
        """
        again = await self._each(
            command.names, lambda key: self.ports.tenants.row(loaded.tenant.id, key)
        )
        return any(again.get(key) != loaded.rows.get(key) for key in command.names)

    async def _remembered(self, tenant_id: str, message: Message | None) -> Remembered | None:
        if message is None or message.new:
            return None
        return await self.ports.tenants.remembered(tenant_id, message.source, message.id)

    async def _facts(self, needed: Needs, head: Head, *, cached: bool) -> tuple[Facts, bool]:
        now = self.clock.now()
        holders = await self._each(
            {mpn_id for _, mpn_id in needed.partners_of_record}, self._holder
        )
        of_record = {
            (provider_id, holders[mpn_id])
            for provider_id, mpn_id in needed.partners_of_record
            if mpn_id in holders
        }
        links, (partners, used_cache) = await asyncio.gather(
            self._each(needed.links | of_record, self._link),
            self._partners(needed.partners.union(holders.values()), cached=cached),
        )
        facts = Facts(
            at=max(now, head.at) if head.at else now,
            cloud=self.cloud,
            partners=partners,
            links=links,
            mpn_holders=holders,
        )
        return facts, used_cache

    async def _partners(
        self, ids: frozenset[str], *, cached: bool
    ) -> tuple[dict[str, Partner], bool]:
        known = {key: self.profiles.peek(key) for key in ids} if cached else {}
        hits = {key: partner for key, partner in known.items() if partner}
        read = await self._each(set(ids) - hits.keys(), self.profiles.read)
        return hits | read, bool(hits)

    async def _invitation_link(self, key: InvitationLinkKey | None) -> InvitationLink | None:
        if key is None:
            return None
        partner_id, link_id = key
        stored = await self.ports.tenants.row(partner_id, (RowKind.INVITATION_LINK, link_id))
        return stored.value if stored and isinstance(stored.value, InvitationLink) else None

    async def _blockers(self, tenant_id: str, partner_id: str | None) -> frozenset[str]:
        """Only a refusal of REM-1 asks for this: what it names needs one range query a page."""
        if partner_id is None:
            return frozenset()
        found: list[str] = []
        fetch = partial(self.ports.tenants.rows, tenant_id, RowKind.SUBSCRIPTION)
        async with aclosing(items(fetch, _PAGE)) as rows:
            async for stored in rows:
                row = stored.value
                if (
                    isinstance(row, Subscription)
                    and row.partner_id == partner_id
                    and row.blocks_removal
                ):
                    found.append(row.id)
                if len(found) == _NAMED:
                    break
        return frozenset(found)

    async def _holder(self, mpn_id: str) -> str | None:
        claim = await self.ports.claims.get(ClaimKey(ClaimKind.MPN, mpn_id))
        return claim.value.holder if claim else None

    async def _link(self, key: ProviderReseller) -> ResellerLink | None:
        provider_id, reseller_id = key
        stored = await self.ports.tenants.row(provider_id, (RowKind.RESELLER, reseller_id))
        return stored.value if stored and isinstance(stored.value, ResellerLink) else None

    @staticmethod
    async def _each[K, V](keys: Iterable[K], read: "_Read[K, V]") -> dict[K, V]:
        """What `read` finds for each of `keys`, all at once."""
        wanted = list(keys)
        found = await asyncio.gather(*(read(key) for key in wanted))
        return {key: value for key, value in zip(wanted, found, strict=True) if value is not None}


def _tenant(
    tenant_id: str,
    head: Stored[Head] | None,
    rows: Mapping[RowKey, Stored[Row]],
    details: Mapping[str, Stored[Details]],
) -> Tenant:
    return Tenant(
        head.value if head else Head(tenant_id),
        Map({key: stored.value for key, stored in rows.items()}),
        Map({key: stored.value for key, stored in details.items()}),
    )


type _Read[K, V] = Callable[[K], Awaitable[V | None]]
