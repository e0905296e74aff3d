"""Puts the sweep together from ports and the services that it uses."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from shared.clock import Clock
from shared.policy.clouds import cloud_profile
from shared.services.commands.claiming import Claims
from shared.services.commands.execution import Executor
from shared.services.commands.reserving import Slots
from shared.services.findings import Recorder
from shared.services.partner_names import PartnerNames
from shared.services.ports import Ports
from shared.services.ports.sweeps import Part
from shared.services.sweeping.checkpoint_leaves import CheckpointLeaves
from shared.services.sweeping.claims import ClaimRows
from shared.services.sweeping.comparing import Comparer
from shared.services.sweeping.denial import Witness
from shared.services.sweeping.disabled_webhooks import DisabledWebhooks
from shared.services.sweeping.finishing import Finisher
from shared.services.sweeping.index import IndexRows
from shared.services.sweeping.lapsed_rights import LapsedRights
from shared.services.sweeping.operations import OperationsRows
from shared.services.sweeping.queries import SweepQueries
from shared.services.sweeping.reader import PAGE, TENANT_SECONDS, Reader
from shared.services.sweeping.repairing import Repairs
from shared.services.sweeping.retention import OldMessages, Retention
from shared.services.sweeping.shard_job import Work
from shared.services.sweeping.shards import INVOCATION_SECONDS, WRITTEN_ROWS, Shards
from shared.services.sweeping.sweeps import Sweeps
from shared.services.sweeping.tenants import Tenants
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class Limits:
    """Other ones only in tests: a page's rows, and when something is written, left or given up."""

    page: int = PAGE
    tenant_seconds: float = TENANT_SECONDS
    invocation_seconds: float = INVOCATION_SECONDS
    written_rows: int = WRITTEN_ROWS
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class SweepServices:
    """The sweep: what starts it, what its messages go to, and what is told of it."""

    sweeps: Sweeps
    shards: Shards
    queries: SweepQueries


def sweep_services(
    ports: Ports,
    executor: Executor,
    views: Views,
    clock: Clock,
    random: Random,
    limits: Limits | None = None,
) -> SweepServices:
    """The sweep over any ports."""
    limits = limits or Limits()
    recorder = Recorder(ports.findings, ports.sweeps, clock)
    retention = Retention(ports.sweeps, ports.findings, ports.operations, clock)
    webhooks = DisabledWebhooks(ports.webhooks, recorder)
    finisher = Finisher(ports, clock, views.cloud, webhooks)
    shards = Shards(
        ports.sweeps,
        recorder,
        ports.sweep_queue,
        finisher,
        retention,
        lambda: _work(ports, executor, views, clock, limits),
        clock,
        invocation_seconds=limits.invocation_seconds,
        written_rows=limits.written_rows,
    )
    sweeps = Sweeps(ports.sweeps, ports.checkpoints, ports.sweep_queue, clock, random, recorder)
    names = PartnerNames(ports.index)
    queries = SweepQueries(ports.sweeps, ports.findings, ports.checkpoints, names)
    return SweepServices(sweeps, shards, queries)


def _work(
    ports: Ports, executor: Executor, views: Views, clock: Clock, limits: Limits
) -> dict[Part, Work]:
    """For one shard: what it keeps of other partitions ends with it."""
    claims = Claims(ports.claims, ports.tenants, clock)
    slots = Slots(ports.slots, ports.tenants, clock)
    reader = Reader(ports.scanner, ports.tenants, clock, limits.page, limits.tenant_seconds)
    witness = Witness(reader, ports.sweeps, views)
    comparer = Comparer(reader, ports.claims, ports.slots, ports.index, claims, views)
    judge = LapsedRights(ports.tenants, clock, cloud_profile(views.cloud))
    repairs = Repairs(executor, ports.announcer)
    tenants = Tenants(
        reader, OldMessages(ports.tenants, clock), ports.sweeps, views, judge, repairs, comparer
    )
    claimed = ClaimRows(
        ports.scanner, ports.claims, ports.slots, claims, slots, witness, limits.pause
    )
    listed = IndexRows(ports.scanner, ports.tenants, ports.index, witness, limits.page)
    leaves = CheckpointLeaves(ports.sweeps, ports.checkpoints)
    return {
        Part.OPERATIONS: OperationsRows(ports.scanner, ports.checkpoints),
        Part.LAST_CHECKPOINT: leaves,
        Part.NEW_CHECKPOINT: leaves,
        Part.TENANTS: tenants,
        Part.TENANTS_COMPARED: tenants,
        Part.CLAIMS: claimed,
        Part.CLAIMS_COMPARED: claimed,
        Part.INDEX: listed,
        Part.INDEX_COMPARED: listed,
    }
