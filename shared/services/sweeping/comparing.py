"""Row by row, where totals differ: what a tenant asks for must be there, and as it must be.

index row ─── tenant alone ─── index row        a follower or a writer in between is seen by
   etag 1      all served        etag 1         the ETags: only then is the difference real
"""

import json
from dataclasses import dataclass, replace
from typing import assert_never

from shared.canonical import JsonObject
from shared.proving.differences import differences
from shared.proving.problems import Problem, ProblemKind
from shared.services.commands.claiming import Claims
from shared.services.lateness import fresh
from shared.services.ports.claims import ClaimState, ClaimStore, SlotKey, SlotStore
from shared.services.ports.index import FeedMark, IndexRow, IndexStore
from shared.services.ports.values import StorageError, Undecodable
from shared.services.sweeping.reader import TRIES, Read, Reader, too_large
from shared.services.sweeping.references import (
    Followed,
    Held,
    Listed,
    Reference,
    owner,
    references,
)
from shared.services.sweeping.shard_job import Job
from shared.services.views import Views


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is not as it must be; `etag` is of what is there."""

    kind: ProblemKind
    detail: JsonObject
    etag: str | None = None


@dataclass(frozen=True, slots=True)
class Comparer:
    """Looks at claims, slots and index rows of one tenant."""

    reader: Reader
    claims: ClaimStore
    slots: SlotStore
    index: IndexStore
    releases: Claims
    views: Views

    async def compare(self, job: Job, read: Read) -> None:
        """Reports what is missing or differs; a point read for each reference."""
        if not read.examined.whole:
            # Its ledger does not say for sure what must be there; that is a finding already.
            await job.miss(read.tenant_id)
            return
        until = self.reader.clock.monotonic() + self.reader.tenant_seconds
        for reference in references(read.examined, read.sequences, self.views):
            if self.reader.clock.monotonic() > until:
                await job.report(too_large(read.tenant_id, read.rows))
                await job.miss(read.tenant_id)
                return
            place = place_of(reference)
            async with job.guarding(read.tenant_id, place):
                try:
                    if await self._wrong(job, reference, read):
                        await self._settle(job, place, read)
                except Undecodable:
                    continue  # The part that goes through its table reports it.

    async def _settle(self, job: Job, place: str, read: Read) -> None:
        """The same again, with the tenant read alone in between."""
        for _ in range(TRIES):
            reference = self._named(place, read)
            before = reference and await self._wrong(job, reference, read)
            if before is None:
                return
            again = await self.reader.alone(read.tenant_id, read.leaf)
            if again is None:
                break
            if not again.examined.whole:
                await job.miss(read.tenant_id)
                return
            reference = self._named(place, again)
            if reference is None:
                return  # It is not asked for any more.
            if await self._wrong(job, reference, again) == before:
                await self._report(job, reference, before)
                return
            read = again
        await job.miss(read.tenant_id, busy=True)

    def _named(self, place: str, read: Read) -> Reference | None:
        every = references(read.examined, read.sequences, self.views)
        return next((each for each in every if place_of(each) == place), None)

    async def _report(self, job: Job, reference: Reference, wrong: _Wrong) -> None:
        tenant_id = owner(reference)
        problem = Problem(wrong.kind, tenant_id, place_of(reference), wrong.detail)
        repaired = False
        if isinstance(reference, Listed):
            repaired = await self._rewrite(reference, wrong.etag)
        elif isinstance(reference, Followed):
            repaired = await self._renumber(reference, wrong.etag)
        await job.report(problem, repaired=repaired)

    async def _rewrite(self, listed: Listed, etag: str | None) -> bool:
        """From the tenant, which was read after the row that `etag` is of."""
        row = IndexRow(listed.key, listed.sequence, json.loads(listed.body))
        try:
            await self.index.put(row, etag)
        except StorageError:
            return False  # The next sweep looks again.
        return True

    async def _renumber(self, followed: Followed, etag: str | None) -> bool:
        """The next event gets the next number; those that have a wrong one keep it."""
        feed = (followed.partner_id, followed.customer_id)
        try:
            stored = await self.index.feed_mark(*feed)
            if (stored.etag if stored else None) != etag:
                return False  # A follower came in between.
            at = fresh(self.reader.clock.now(), stored.value.written_at if stored else None)
            await self.index.append_feed(*feed, replace(followed.mark, written_at=at), (), etag)
        except StorageError:
            return False  # The next sweep looks again.
        return True

    async def _wrong(self, job: Job, reference: Reference, read: Read) -> _Wrong | None:
        match reference:
            case Held():
                return await self._wrong_claim(job, reference)
            case SlotKey():
                if await self.slots.held(reference):
                    return None
                return _Wrong(ProblemKind.COUNTER_WRONG, {"slot": None})
            case Listed():
                return await self._wrong_row(reference, read)
            case Followed():
                return await self._wrong_mark(reference, read)
            case _:
                assert_never(reference)

    async def _wrong_claim(self, job: Job, held: Held) -> _Wrong | None:
        stored = await self.claims.get(held.key)
        if stored is None:
            return _Wrong(ProblemKind.CLAIM_MISSING, {"holder": None})
        claim = stored.value
        if claim.holder != held.holder:
            return _Wrong(ProblemKind.CLAIM_MISSING, {"holder": claim.holder})
        if claim.state is ClaimState.RELEASING:
            # Someone died on the way of giving it up: the same steps end with it held again.
            job.repaired += not await self.releases.release_one(held.key, held.holder)
        return None

    async def _wrong_row(self, listed: Listed, read: Read) -> _Wrong | None:
        head = read.examined.tenant.head
        if read.served < head.sequence:
            return None  # Followers are on their way; if they stay behind, that is told.
        stored = await self.index.get(listed.key)
        if stored is None:
            return _Wrong(ProblemKind.INDEX_MISSING, {"partnerId": listed.key.partner_id})
        fields = [
            each.as_json() for each in differences(json.loads(listed.body), stored.value.body)
        ]
        least = 0 if listed.key.kind.of_head else listed.sequence
        if not least <= stored.sequence <= head.sequence:
            fields.append(
                {"field": "sequence", "expected": listed.sequence, "stored": stored.sequence}
            )
        if not fields:
            return None
        detail: JsonObject = {"partnerId": listed.key.partner_id, "fields": fields}
        return _Wrong(ProblemKind.INDEX_STALE, detail, stored.etag)

    async def _wrong_mark(self, followed: Followed, read: Read) -> _Wrong | None:
        if read.served < read.examined.tenant.head.sequence:
            return None  # As with rows.
        stored = await self.index.feed_mark(followed.partner_id, followed.customer_id)
        there = replace(stored.value, written_at=None) if stored else FeedMark()
        fields = [each.as_json() for each in differences(followed.mark, there)]
        if not fields:
            return None
        detail: JsonObject = {"partnerId": followed.partner_id, "fields": fields}
        return _Wrong(ProblemKind.COUNTER_WRONG, detail, stored.etag if stored else None)


def place_of(reference: Reference) -> str:
    """The key of a finding about it."""
    match reference:
        case Held(key=key):
            return f"{key.kind}|{key.id}"
        case SlotKey(partner_id, link_id, customer_id):
            return f"link|{partner_id}|{link_id}|slot|{customer_id}"
        case Listed(key=key):
            return f"index|{key.partner_id}|{key.kind}|{key.item_id}"
        case Followed(partner_id, customer_id):
            return f"feed|{partner_id}|mark|{customer_id}"
        case _:
            assert_never(reference)
