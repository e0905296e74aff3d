"""Through the table `claims`: who holds what, and the places of limited links.

    claim inserted ─── (command under way) ─── row committed

A claim without a row is what a dying command leaves behind, and also what any command looks like
on its way. So one is suspect only if it is still the same after longer than a command can take.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, assert_never

from shared.canonical import JsonObject
from shared.durations import GRACE_SECONDS
from shared.proving.problems import Problem, ProblemKind
from shared.services.commands.claiming import Claims
from shared.services.commands.reserving import Slots
from shared.services.ports.claims import Claim, ClaimState, ClaimStore, SlotKey, SlotStore
from shared.services.ports.scanning import ClaimValue, Reserved, Scanned, Scanner
from shared.services.ports.sweeps import Part
from shared.services.ports.values import StorageError, Undecodable
from shared.services.sweeping.comparing import place_of
from shared.services.sweeping.denial import Witness
from shared.services.sweeping.reader import PAGE, TRIES
from shared.services.sweeping.references import Held, owner
from shared.services.sweeping.shard_job import Job, Step, place_of_row

_SUSPECTS: Final = 500
"""As many wait together."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    reference: Held | SlotKey
    etag: str


@dataclass
class _Link:
    """A partition of the table under way: of a limited link, it has a counter and places."""

    partition: str
    partner_id: str = ""
    link_id: str = ""
    counter: int = 0
    slots: int = 0
    unreadable: bool = False

    def take(self, value: ClaimValue | Undecodable) -> None:
        """The next row."""
        match value:
            case Reserved(partner_id, link_id, counter):
                self.partner_id, self.link_id, self.counter = partner_id, link_id, counter
            case SlotKey(partner_id, link_id):
                self.partner_id, self.link_id = partner_id, link_id
                self.slots += 1
            case Undecodable():
                self.unreadable = True
            case Claim():
                pass

    @property
    def suspect(self) -> bool:
        """A counter that is gone counts nothing, so more would get in."""
        return self.counter != self.slots and not self.unreadable


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """Shards of the table `claims`. `pause` waits for some seconds."""

    scanner: Scanner
    claims: ClaimStore
    slots: SlotStore
    releases: Claims
    places: Slots
    witness: Witness
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def steps(self, job: Job) -> AsyncIterator[Step]:
        """See `Work.steps`."""
        compared = job.shard.part is Part.CLAIMS_COMPARED
        each = self._compared(job) if compared else self._counted(job)
        async for step in each:
            yield step

    async def _counted(self, job: Job) -> AsyncIterator[Step]:
        link = _Link("")
        async for page in self.scanner.claims(job.shard.rest, PAGE):
            for row in page:
                if link.partition != row.partition:
                    if link.partition:
                        await self._check(job, link)
                        yield Step(link.partition)
                    link = _Link(row.partition)
                value = row.value
                await _count(job, row, value)
                link.take(value)
        if link.partition:
            await self._check(job, link)
            yield Step(link.partition)

    async def _check(self, job: Job, link: _Link) -> None:
        if not link.suspect:
            return
        async with job.guarding(link.partner_id, link.partition):
            await self._hold(job, link)

    async def _hold(self, job: Job, link: _Link) -> None:
        """A link's counter against its places, with nobody at work in between."""
        for _ in range(TRIES):
            before = await self.slots.reserved(link.partner_id, link.link_id)
            there = await self.slots.count(link.partner_id, link.link_id)
            after = await self.slots.reserved(link.partner_id, link.link_id)
            if before != after:
                continue
            counter = before and before.value
            if (counter or 0) != there:
                detail: JsonObject = {"counter": counter, "slots": there}
                await job.report(
                    Problem(ProblemKind.COUNTER_WRONG, link.partner_id, link.partition, detail)
                )
            return
        await job.miss(link.partner_id, busy=True)

    async def _compared(self, job: Job) -> AsyncIterator[Step]:
        suspects: list[_Suspect] = []
        last = ""
        async for page in self.scanner.claims(job.shard.rest, PAGE):
            for row in page:
                if len(suspects) >= _SUSPECTS and row.partition != last:
                    await self._settle(job, suspects)
                    suspects = []
                    yield Step(last)
                last = row.partition
                async with job.guarding("", place_of_row(row)):
                    if suspect := await self._suspect(job, row):
                        suspects.append(suspect)
        await self._settle(job, suspects)
        if last:
            yield Step(last)

    async def _suspect(self, job: Job, row: Scanned[ClaimValue]) -> _Suspect | None:
        match value := row.value:
            case SlotKey() as slot:
                reference = slot
            case Claim(key=key, holder=holder):
                reference = Held(key, holder)
            case Reserved() | Undecodable():
                return None
            case _:
                assert_never(value)
        if owner(reference) not in job.wanted or await self._used(reference):
            return None
        return _Suspect(reference, row.etag)

    async def _used(self, reference: Held | SlotKey) -> bool:
        try:
            if isinstance(reference, SlotKey):
                return await self.places.in_use(reference)
            return await self.releases.in_use(reference.key, reference.holder)
        except Undecodable:
            return True  # What does not decode may hold it; it is reported where it lies.

    async def _settle(self, job: Job, suspects: list[_Suspect]) -> None:
        if suspects:
            await self.pause(GRACE_SECONDS)
        for suspect in suspects:
            reference = suspect.reference
            async with job.guarding(owner(reference), place_of(reference)):
                await self._judge(job, reference, suspect.etag)

    async def _judge(self, job: Job, reference: Held | SlotKey, etag: str) -> None:
        if await self._etag(reference) != etag or await self._used(reference):
            return
        if not await self.witness.denies(job, reference):
            return
        slot = isinstance(reference, SlotKey)
        kind = ProblemKind.LINK_SLOT_ORPHAN if slot else ProblemKind.CLAIM_ORPHAN
        problem = Problem(kind, owner(reference), place_of(reference), {})
        await job.repairing(problem, lambda: self._release(reference))

    async def _etag(self, reference: Held | SlotKey) -> str | None:
        if isinstance(reference, SlotKey):
            return await self.slots.held(reference)
        stored = await self.claims.get(reference.key)
        return stored and stored.etag

    async def _release(self, reference: Held | SlotKey) -> bool:
        """By the same careful steps as any release: see `claiming` and `reserving`."""
        try:
            if isinstance(reference, SlotKey):
                return await self.places.release_one(reference)
            return await self.releases.release_one(reference.key, reference.holder)
        except StorageError:
            return False


async def _count(job: Job, row: Scanned[ClaimValue], value: ClaimValue | Undecodable) -> None:
    job.rows += 1
    match value:
        case Undecodable():
            await job.unreadable(row, "claims")
        case SlotKey() as slot:
            job.sums.remove(slot)
        case Claim() as claim:
            if claim.state is ClaimState.HELD:
                job.sums.remove(Held(claim.key, claim.holder))
            else:
                job.sums.spoil(claim.holder)
        case Reserved():
            pass
