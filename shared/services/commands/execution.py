"""The one way in: announce, load, decide, claim, commit, for every command.

announce ─┐   queue `projections`, acknowledged before the transaction is sent
load ─────┘   head ‖ named rows, then what they show to be needed
decide        every broken rule, or events
claim         ids that must be globally unique
commit        one transaction; lost → load and decide again until the deadline
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import cast

from shared.clock import Clock
from shared.deciding.commands import Command
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.evolve import stamp
from shared.deciding.facts import Decided, Decision, Refused
from shared.deciding.partner_status import SetPartnerStatus
from shared.deciding.redeeming import AcceptLink
from shared.durations import ANNOUNCEMENT_SECONDS, COMMAND_SECONDS
from shared.errors import AppError, ConcurrencyConflict, OutcomeUnknown, PolicyRefused
from shared.model.claims import ClaimKey, claims_of
from shared.model.events import Event
from shared.model.ledger import Commission, next_entry
from shared.model.models import InvitationLink
from shared.model.state import Tenant
from shared.policy.catalogue import POLICY_VERSION
from shared.services.commands.answers import held_elsewhere, raise_unless_decided
from shared.services.commands.changes import change_set, commitments
from shared.services.commands.claiming import Claims
from shared.services.commands.committing import Committer
from shared.services.commands.contesting import Contests
from shared.services.commands.deciding import addressed, consider, effect
from shared.services.commands.loading import Loaded, Loader, Message
from shared.services.commands.outcomes import CommandLog, logged
from shared.services.commands.reserving import Slots
from shared.services.commands.turns import Turn, Turns
from shared.services.findings import Recorder
from shared.services.ports import Ports
from shared.services.ports.claims import SlotKey
from shared.services.ports.queues import Announcement, Receipt
from shared.services.ports.tenants import Remembered
from shared.services.ports.values import StorageError
from shared.services.profiles import Profiles
from shared.tracing import span, traceparent

type Precondition = Callable[[Tenant, Decided], None]
"""Raises ConditionNotMet or PreconditionRequired; called with what was loaded and decided."""


def unconditional(_tenant: Tenant, _decided: Decided) -> None:
    """The precondition of a command that has none."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that succeeded. Without events things were so already.

    `remembered` is set when the same queue message took effect earlier.
    """

    before: Tenant
    after: Tenant
    events: tuple[Event, ...] = ()
    remembered: Remembered | None = None


@dataclass(slots=True)
class _Run:
    """One command under way."""

    command: Command
    id: str
    turn: Turn
    deadline: float
    message: Message | None
    precondition: Precondition
    receipt: Receipt
    told: CommandLog
    claimed: set[ClaimKey] = field(default_factory=set[ClaimKey])
    slots: set[SlotKey] = field(default_factory=set[SlotKey])


class _Unasked(Exception):
    """Whether the message took effect before was not asked yet, and now it matters."""

    def __init__(self, message: Message, loaded: Loaded) -> None:
        super().__init__(message.id)
        self.message = message
        self.loaded = loaded


class Executor:
    """Executes commands. One per process: writers of one tenant take turns in it."""

    def __init__(
        self, ports: Ports, profiles: Profiles, loader: Loader, clock: Clock, random: Random
    ) -> None:
        """`random` makes command ids, the salts of commitments, and jitter."""
        self._announcer = ports.announcer
        self._profiles = profiles
        self._loader = loader
        self._clock = clock
        self._random = random
        self._claims = Claims(ports.claims, ports.tenants, clock)
        self._slots = Slots(ports.slots, ports.tenants, clock)
        self._contests = Contests(Recorder(ports.findings, ports.sweeps, clock))
        self._committer = Committer(ports.tenants, clock, random)
        self._turns = Turns()

    async def execute(
        self,
        command: Command,
        *,
        precondition: Precondition = unconditional,
        message: Message | None = None,
    ) -> Done:
        """Does it, or raises the AppError that says why not; then nothing was done.

        The exception is OutcomeUnknown: it happened wholly or not at all, and repeating is safe.
        """
        command_id = f"{self._random.getrandbits(128):032x}"
        with span(seed=command_id), logged(command, command_id) as told:
            return await self._in_line(told, precondition, message)

    async def _in_line(
        self, told: CommandLog, precondition: Precondition, message: Message | None
    ) -> Done:
        """Behind the other writers of that tenant, as far as they are in this process."""
        command, started = told.command, self._clock.monotonic()
        turn = self._turns.turn(command.tenant_id, command.actor.tenant_id)
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await turn.begin()
        except TimeoutError:
            raise ConcurrencyConflict from None
        try:
            return await self._run(told, turn, started + COMMAND_SECONDS, precondition, message)
        finally:
            turn.end()
            if isinstance(command, EnrolPartner | SetPartnerStatus):
                self._profiles.drop(command.tenant_id)

    async def _run(
        self,
        told: CommandLog,
        turn: Turn,
        deadline: float,
        precondition: Precondition,
        message: Message | None,
    ) -> Done:
        command, command_id = told.command, told.command_id
        announcement = Announcement(command.tenant_id, command_id, traceparent=traceparent())
        announced_at = self._clock.monotonic()
        announcing = asyncio.create_task(self._announcer.announce(announcement))
        try:
            loaded = await self._loader.load(command, message)
        finally:
            receipt = await announcing
        run = _Run(command, command_id, turn, deadline, message, precondition, receipt, told)
        try:
            done = await self._attempts(run, loaded, announced_at)
        except OutcomeUnknown:
            raise  # It may still land: the announcement stays, and so do the claims.
        except (AppError, StorageError):
            await self._abandon(run)
            raise
        if self._clock.monotonic() - announced_at > ANNOUNCEMENT_SECONDS:
            await self._announcer.announce(announcement)
        return done

    async def _attempts(self, run: _Run, loaded: Loaded, began: float) -> Done:
        attempt = 0
        while True:
            try:
                done = await self._attempt(run, loaded)
            except _Unasked as unasked:
                run.message = replace(unasked.message, new=False)
                loaded = await self._loader.recall(unasked.loaded, run.message)
                continue
            if done is not None:
                return done
            attempt += 1
            run.told.conflict()
            await self._rest(run, attempt, self._clock.monotonic() - began)
            began = self._clock.monotonic()
            run.message = run.message and replace(run.message, new=False)
            loaded = await self._loader.load(run.command, run.message)

    async def _rest(self, run: _Run, attempt: int, took: float) -> None:
        """Others have their turns meanwhile. Raises ConcurrencyConflict at the deadline."""
        try:
            async with asyncio.timeout(max(run.deadline - self._clock.monotonic(), 0)):
                await run.turn.rest(partial(self._committer.pause, attempt, run.deadline, took))
        except TimeoutError:
            raise ConcurrencyConflict from None

    async def _attempt(self, run: _Run, loaded: Loaded) -> Done | None:
        """None when another writer was there: load and decide again."""
        loaded, decision = await consider(self._loader, run.command, loaded)
        writes = isinstance(decision, Decided) and (decision.events or run.message)
        if loaded.remembered or not writes:
            return await self._answer(run, loaded, decision)
        return await self._commit(run, loaded, cast("Decided", decision))

    async def _answer(self, run: _Run, loaded: Loaded, decision: Decision) -> Done | None:
        """An answer that writes nothing, from a load that belongs together."""
        _ask_first(run, loaded)
        if loaded.torn:
            return None
        if not loaded.remembered:
            if isinstance(decision, Refused):
                if await self._loader.overtaken(run.command, loaded):
                    return None
                await self._contests.registered(run.command, loaded.tenant)
            raise_unless_decided(decision)
        await self._abandon(run)
        return Done(loaded.tenant, loaded.tenant, remembered=loaded.remembered)

    async def _commit(self, run: _Run, loaded: Loaded, decided: Decided) -> Done | None:
        before = loaded.tenant
        if decided.events:
            _check_precondition(run, loaded, decided)
        else:
            _ask_first(run, loaded)  # Things are so already: most likely by this very message.
        after = effect(run.command, loaded, decided)
        salts = {key: f"{self._random.getrandbits(128):032x}" for key in decided.details}
        commission = Commission(
            run.command.actor,
            run.id,
            run.command.name,
            loaded.facts.at,
            loaded.facts.cloud.name,
            POLICY_VERSION,
            traceparent(),
            commitments(decided, salts),
        )
        entry = next_entry(before.head, commission, decided.events) if decided.events else None
        after = stamp(after, entry) if entry else after
        await self._claim(run, loaded, claims_of(after) - claims_of(before))
        if loaded.invitation_link and isinstance(run.command, AcceptLink):
            await self._reserve(run, loaded, loaded.invitation_link)
        commit = change_set(loaded, after, decided, salts, entry, _remember(run, loaded))
        if not await self._committer.commit(commit, run.id, run.deadline):
            return None
        run.told.commit()
        await self._claims.release(claims_of(before) - claims_of(after), before.id)
        return Done(before, after, decided.events)

    async def _claim(self, run: _Run, loaded: Loaded, wanted: frozenset[ClaimKey]) -> None:
        foreign = await self._claims.claim(
            wanted, run.command.tenant_id, run.id, run.deadline, run.claimed
        )
        if foreign:
            _ask_first(run, loaded)
            await self._contests.claimed(run.command, foreign)
            raise PolicyRefused([held_elsewhere(run.command, foreign.key)])

    async def _reserve(self, run: _Run, loaded: Loaded, invitation_link: InvitationLink) -> None:
        key = SlotKey(invitation_link.partner_id, invitation_link.id, run.command.tenant_id)
        run.slots.add(key)
        if refusal := await self._slots.reserve(invitation_link, key, run.deadline):
            run.slots.discard(key)
            _ask_first(run, loaded)
            raise PolicyRefused(addressed([refusal], run.command, loaded))

    async def _abandon(self, run: _Run) -> None:
        """Nothing was done and nothing can land: gives back what was reserved for it."""
        await self._claims.release(run.claimed, run.command.tenant_id)
        for key in run.slots:
            await self._slots.release(key)
        await self._announcer.withdraw(run.receipt)


def _ask_first(run: _Run, loaded: Loaded) -> None:
    """Before anything but a commit of events comes of a message. Raises _Unasked."""
    if run.message and run.message.new:
        raise _Unasked(run.message, loaded)


def _check_precondition(run: _Run, loaded: Loaded, decided: Decided) -> None:
    """The command's precondition. Raises what that raises, or _Unasked."""
    try:
        run.precondition(loaded.tenant, decided)
    except AppError:
        _ask_first(run, loaded)
        raise


def _remember(run: _Run, loaded: Loaded) -> Remembered | None:
    message = run.message
    if message is None:
        return None
    at = loaded.facts.at
    return Remembered(message.source, message.id, message.resource, at, message.fingerprint)
