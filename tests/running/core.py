"""The pure core as a system: loads what a command may read, decides, guards, evolves, links."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from immutables import Map

from shared.deciding import guard
from shared.deciding.commands import Command
from shared.deciding.decide import decide, needs
from shared.deciding.evolve import evolve_all, replay
from shared.deciding.facts import Decided, Decision, Facts, Needs
from shared.model.claims import ClaimKey, claims_of
from shared.model.events import Event
from shared.model.ledger import Commission, Entry, next_entry
from shared.model.models import InvitationLink, Partner, Subscription
from shared.model.state import Head, RowKey, Tenant
from shared.policy.clouds import CloudProfile
from shared.proving import recheck


@dataclass(slots=True)
class Core:
    """All tenants with all their rows, all ledgers, and who holds which unique id."""

    cloud: CloudProfile
    tenants: dict[str, Tenant] = field(default_factory=dict)
    ledgers: dict[str, list[Entry]] = field(default_factory=dict)
    claims: dict[ClaimKey, str] = field(default_factory=dict)

    def tenant(self, tenant_id: str) -> Tenant:
        return self.tenants.get(tenant_id, Tenant(Head(id=tenant_id)))

    def partner(self, tenant_id: str) -> Partner | None:
        return self.tenant(tenant_id).head.partner

    def load(self, command: Command, whole: Tenant | None = None) -> tuple[Tenant, Needs]:
        """Only what the command names or says that it needs, as a service reads it."""
        whole = whole or self.tenant(command.tenant_id)
        named = _restricted(whole, command.names, frozenset())
        wanted = needs(command, named, self.invitation_link(command))
        return _restricted(whole, command.names | wanted.rows, wanted.details), wanted

    def facts(self, wanted: Needs, at: datetime) -> Facts:
        keys = set(wanted.links)
        holders: dict[str, str] = {}
        for provider_id, mpn_id in wanted.partners_of_record:
            holder = next((owner for key, owner in self.claims.items() if key.id == mpn_id), None)
            if holder:
                holders[mpn_id] = holder
                keys.add((provider_id, holder))
        ids = {*wanted.partners, *holders.values()}
        found = {key: self.tenant(key[0]).reseller(key[1]) for key in keys}
        return Facts(
            at=at,
            cloud=self.cloud,
            partners={one: partner for one in ids if (partner := self.partner(one))},
            links={key: value for key, value in found.items() if value},
            mpn_holders=holders,
        )

    def decide(self, command: Command, at: datetime, whole: Tenant | None = None) -> Decision:
        """The decision on the tenant as it is, or as if it were `whole`."""
        loaded, wanted = self.load(command, whole)
        invitation_link = self.invitation_link(command)
        facts = replace(
            self.facts(wanted, at),
            invitation_links={(invitation_link.partner_id, invitation_link.id): invitation_link}
            if invitation_link
            else {},
            blockers=self._blockers(command.tenant_id, wanted.blockers_of),
        )
        return decide(loaded, command, facts)

    def invitation_link(self, command: Command) -> InvitationLink | None:
        """The invitation link, of another tenant, that the command names."""
        named = command.named_invitation_link
        return self.tenant(named[0]).invitation_link(named[1]) if named else None

    def _blockers(self, tenant_id: str, partner_id: str | None) -> frozenset[str]:
        return frozenset(
            row.id
            for row in self.tenant(tenant_id).rows.values()
            if isinstance(row, Subscription) and row.partner_id == partner_id and row.blocks_removal
        )

    def contested(self, command: Command, events: tuple[Event, ...]) -> bool:
        """Whether another tenant holds an id that the command would claim."""
        before, _ = self.load(command)
        wanted = claims_of(evolve_all(before, events)) - claims_of(before)
        return any(self.claims.get(key, command.tenant_id) != command.tenant_id for key in wanted)

    def commit(self, command: Command, decided: Decided, at: datetime) -> None:
        """Guard the change set as it was loaded, then make it so."""
        before, _ = self.load(command)
        after = evolve_all(before, decided.events)
        allowed = guard.allowance(before, command, self.invitation_link(command))
        guard.check(before, after, allowed)
        if not decided.events:
            return
        whole = self.tenant(command.tenant_id)
        commission = Commission(command.actor, "c", command.name, at, self.cloud.name, "1")
        entry = next_entry(whole.head, commission, decided.events)
        entry = Entry.decode(entry.encode())
        said = recheck.allowance(whole, entry, entry.events())
        assert said == allowed, "the ledger says what the command was allowed"
        recheck.recheck(whole, replay(whole, entry), entry, entry.events())
        whole = replay(whole, entry)
        assert replace(whole.head, sequence=0, hash="", at=None) == replace(
            after.head, sequence=0, hash="", at=None
        ), "a decision on the loaded rows alone leads to the same head"
        kept = {key: one for key, one in whole.details.items() if key not in decided.erased}
        whole = replace(whole, details=Map(kept).update(decided.details))
        self._hold(self.tenant(command.tenant_id), whole)
        self.tenants[command.tenant_id] = whole
        self.ledgers.setdefault(command.tenant_id, []).append(entry)

    def _hold(self, before: Tenant, after: Tenant) -> None:
        for key in claims_of(before) - claims_of(after):
            del self.claims[key]
        for key in claims_of(after) - claims_of(before):
            assert self.claims.setdefault(key, after.id) == after.id


def _restricted(whole: Tenant, rows: frozenset[RowKey], details: frozenset[str]) -> Tenant:
    return replace(
        whole,
        rows=Map({key: row for key, row in whole.rows.items() if key in rows}),
        details=Map({key: value for key, value in whole.details.items() if key in details}),
    )
