"""Instances of the app over any storage, and what their storage must look like afterwards.

An instance is an `Executor` with caches of its own, as one worker of the Functions host has it.
What is stored is read back into the pure `Core`, which then says what a command should come to.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, permutations
from random import Random

from immutables import Map

from shared.deciding.accepting import AcceptInvitation
from shared.deciding.commands import Command
from shared.deciding.ending import RecordLapse, RemoveRelationship, RequestEnd, RevokeDelegatedAdmin
from shared.deciding.evolve import evolve_all, replay
from shared.deciding.facts import Decided
from shared.deciding.importing import ImportRelationship
from shared.deciding.redeeming import AcceptLink
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import AnnulSubscription, DisputeSubscription
from shared.errors import AppError, BadRequest, PolicyRefused
from shared.model.claims import ClaimKey, ClaimKind, claims_of
from shared.model.ledger import Chain, Entry
from shared.model.models import Subscription
from shared.model.state import Head, Row, RowKey, RowKind, Tenant
from shared.policy.clouds import cloud_profile
from shared.policy.refusals import Refusal
from shared.services.commands.answers import raise_unless_decided
from shared.services.commands.execution import Done, Executor
from shared.services.commands.loading import Loader
from shared.services.ports import Ports
from shared.services.ports.claims import ClaimState
from shared.services.ports.scanning import Partitions
from shared.services.profiles import Profiles
from shared.storage.encoding.codec import claims as codec
from shared.storage.engine.clients import Clients
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Table
from shared.storage.wiring import Memory
from tests.cast.every_command import CHANGES
from tests.running.clock import Clock
from tests.running.core import Core
from tests.running.made_up_time import timeless

CLOUD = "usGovernment"


@dataclass(frozen=True, slots=True)
class Storage:
    """The ports, and the tables below them."""

    ports: Ports
    table: Callable[[str], Table]

    @staticmethod
    def of(backend: Memory | Clients) -> "Storage":
        if isinstance(backend, Memory):
            return Storage(backend.ports, backend.tables.__getitem__)
        return Storage(timeless(backend), backend.table)


def instance(
    ports: Ports, clock: Clock, *, seed: int = 1, keep: int = 60, cloud: str = CLOUD
) -> Executor:
    """One worker; `keep` are the seconds for which it caches profiles."""
    profiles = Profiles(ports.tenants, clock, keep)
    loader = Loader(ports, profiles, clock, cloud_profile(cloud))
    return Executor(ports, profiles, loader, clock, Random(seed))


# outcomes

type Outcome = tuple[object, ...]
"""`Done` with its events, or an error's name with why."""


async def outcome(executing: Awaitable[Done]) -> Outcome:
    """What a caller learns; an error that is not for callers is raised."""
    try:
        done = await executing
    except AppError as error:
        return _told(error)
    return ("Done", *done.events)


def _told(error: AppError) -> Outcome:
    match error:
        case PolicyRefused(refusals=refusals):
            why = [_reason(each) for each in refusals]
        case BadRequest(target=target):
            why = [target]
        case _:
            why = []
    return (type(error).__name__, *why)


def _reason(refusal: Refusal) -> str:
    params = [f"{name}={value}" for name, value in refusal.params.items()]
    return " ".join([refusal.rule_id, str(refusal.target), *params])


def expected(core: Core, command: Command, at: datetime) -> Outcome:
    """What the pure core comes to; it has committed a success then."""
    decision = core.decide(command, at)
    try:
        raise_unless_decided(decision)
    except AppError as error:
        return _told(error)
    assert isinstance(decision, Decided)
    before, _ = core.load(command)
    wanted = claims_of(evolve_all(before, decision.events)) - claims_of(before)
    if foreign := [key for key in wanted if core.claims.get(key, before.id) != before.id]:
        return ("PolicyRefused", _held(command, min(foreign)))
    core.commit(command, decision, at)
    return ("Done", *decision.events)


def _held(command: Command, key: ClaimKey) -> str:
    if isinstance(command, RegisterSubscriptions):
        ids = [sale_id for sale_id, _ in command.sales]
        return f"SUB-2 {command.target(ids.index(key.id), 'id')}"
    if key.kind is ClaimKind.MPN:
        return "ELG-8 mpnId"
    return f"ELG-8 {'partnerId' if key.id == command.tenant_id else 'affiliatedTenantIds'}"


def explained(
    core: Core, command: Command, others: Sequence[Command], seen: Outcome, at: datetime
) -> bool:
    """Whether `command` comes to `seen` behind some of the `others`, in some order."""
    orders = chain.from_iterable(permutations(others, n) for n in range(len(others) + 1))
    for order in orders:
        copy = copied(core)
        for other in order:
            expected(copy, other, at)
        if expected(copy, command, at) == seen:
            return True
    return False


def copied(core: Core) -> Core:
    ledgers = {one: list(entries) for one, entries in core.ledgers.items()}
    return Core(core.cloud, dict(core.tenants), ledgers, dict(core.claims))


# what is stored


async def stored(storage: Storage, cloud: str = CLOUD) -> Core:
    """All that is stored, rows and claims of every tenant."""
    core = Core(cloud_profile(cloud))
    async for head in storage.ports.tenants.heads():
        tenant_id = head.value.id
        core.tenants[tenant_id] = await _tenant(storage.ports, head.value)
        entries = storage.ports.tenants.entries(tenant_id)
        core.ledgers[tenant_id] = [entry async for entry in entries]
    async for entity in storage.table("claims").scan("claim"):
        kind, _, claimed = entity.key.partition.partition("|")
        claim = codec.decode_claim(entity, ClaimKey(ClaimKind(kind), claimed))
        assert claim.state is ClaimState.HELD, f"{claim.key} is left behind half released"
        core.claims[claim.key] = claim.holder
    return core


async def _tenant(ports: Ports, head: Head) -> Tenant:
    rows: dict[RowKey, Row] = {}
    for kind in RowKind:
        page = await ports.tenants.rows(head.id, kind, None, 1000)
        rows |= {(kind, _id(each.value)): each.value for each in page.items}
    details = await ports.tenants.details_of(head.id, "0", "z")
    return Tenant(head, Map(rows), Map(details))


def _id(row: Row) -> str:
    return getattr(row, "id", None) or row.reseller_id


async def contents(table: Table) -> dict[tuple[str, str], dict[str, object]]:
    """Every entity's properties, raw, but for what a touch leaves to move the ETag."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    if isinstance(table, MemoryTable):
        for entities in table._partitions.values():
            found |= {tuple(each.key): dict(each.properties) for each in entities.values()}
        return found
    async for page in table.pages(Partitions(), 1000):
        found |= {tuple(each.key): dict(each.properties) for each in page}
    return found


# what must be so


def assert_sound(core: Core) -> None:
    """Rows are the replayed ledger, ledgers are unbroken, claims are what the tenants hold."""
    for tenant_id, tenant in core.tenants.items():
        replayed, ledger = Tenant(Head(id=tenant_id)), Chain(tenant_id)
        for entry in core.ledgers[tenant_id]:
            replayed, ledger = replay(replayed, entry), ledger.follow(entry)
        assert (replayed.head, replayed.rows) == (tenant.head, tenant.rows)
        assert ledger.conclude(tenant.head).first_break is None
    held = {key: one for one, tenant in core.tenants.items() for key in claims_of(tenant)}
    assert core.claims == held


def assert_promises(before: Core, after: Core, commands: Iterable[Command]) -> None:
    """NIF-1 to NIF-5: what existed changes only by a command that may change it."""
    asked = tuple(commands)
    for tenant_id, was in before.tenants.items():
        now = after.tenants[tenant_id]
        mine = [command for command in asked if command.tenant_id == tenant_id]
        for key, row in was.rows.items():
            if isinstance(row, Subscription):
                _assert_altered_by(mine, row, now.rows[key])
        if was.head.agreement:
            assert now.head.agreement == was.head.agreement
        sellers = {each.actor.tenant_id for each in mine if isinstance(each, RegisterSubscriptions)}
        new = (row for key, row in now.rows.items() if key not in was.rows)
        assert {row.partner_id for row in new if isinstance(row, Subscription)} <= sellers
        sides = {side for command in mine for side in _sides(now, command)}
        assert _relationships(was, sides) == _relationships(now, sides)


def _assert_altered_by(commands: Iterable[Command], was: Subscription, now: Subscription) -> None:
    naming = [
        command
        for command in commands
        if getattr(command, "subscription_id", None) == was.id
        and (
            command.actor.tenant_id == was.partner_id
            or isinstance(command, DisputeSubscription | AnnulSubscription)
        )
    ]
    may = {name for command in naming for name in CHANGES[type(command)]}
    changed = {name for name in type(was).model_fields if getattr(was, name) != getattr(now, name)}
    assert changed <= may | ({"updated_at"} if naming else set())
    assert was.partner_of_record in {None, now.partner_of_record}


def _sides(tenant: Tenant, command: Command) -> set[str | None]:
    match command:
        case AcceptInvitation():
            named = tenant.invitation(command.invitation_id)
        case AcceptLink() | RemoveRelationship():
            named = tenant.head.of(command.partner_id).relationship
        case RevokeDelegatedAdmin() | RecordLapse() | RequestEnd():
            return {command.partner_id}
        case ImportRelationship():
            return {command.partner_id, command.body.indirect_reseller_id}
        case _:
            named = None
    if named is None:
        return set()
    return {named.partner_id, named.indirect_reseller_id, named.indirect_provider_id}


def _relationships(tenant: Tenant, but: set[str | None]) -> dict[str, object]:
    return {
        one: related.relationship
        for one, related in tenant.head.related.items()
        if one not in but and related.relationship
    }


def new_entries(before: Core, after: Core) -> list[Entry]:
    """What was written to ledgers in between."""
    return [
        entry
        for one, entries in after.ledgers.items()
        for entry in entries[len(before.ledgers.get(one, ())) :]
    ]
