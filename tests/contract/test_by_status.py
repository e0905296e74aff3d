"""Findings, which are listed by status and time like dead letters, on both adapters."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.services.ports.findings import Finding, FindingStatus
from shared.services.ports.values import GuardFailed, Undecodable
from shared.storage.encoding.keys import sweeps as keys
from shared.storage.engine.table import Delete, Replace
from tests.cast.ids import PRECISE_AT

OPEN, CLOSED = FindingStatus.OPEN, FindingStatus.CLOSED
AGES = (3, 9, 0, 5, 1, 8, 2, 7, 6, 4)
"""In hours, by the number in the id: neither order is the other."""


def finding(n: int, status: FindingStatus = OPEN) -> Finding:
    at = PRECISE_AT - timedelta(hours=AGES[n])
    found = Finding(f"{n:064x}", "index-stale", "warning", "t", "k", {}, False, at, PRECISE_AT)
    return replace(found, status=status)


@pytest.fixture
def findings(backend):
    return backend.ports.findings


@pytest.fixture
async def ten(findings) -> list[Finding]:
    """Every third one is closed."""
    made = [finding(n, CLOSED if n % 3 == 0 else OPEN) for n in range(10)]
    for each in made:
        await findings.put(each, None)
    return made


async def listing(findings, limit: int, **filters) -> list[Finding]:
    seen: list[Finding] = []
    after = None
    while True:
        page = await findings.list(after, limit, **filters)
        assert len(page.items) <= limit
        seen += [each.value for each in page.items]
        after = page.after
        if after is None:
            return seen


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10, 11])
async def test_the_newest_come_first_of_all_or_of_a_status(findings, ten, limit: int):
    newest = sorted(ten, key=lambda each: each.first_seen_at, reverse=True)
    assert await listing(findings, limit) == newest
    for status in FindingStatus:
        of_status = [each for each in newest if each.status is status]
        assert await listing(findings, limit, status=status) == of_status


async def moved(findings, n: int, status: FindingStatus) -> Finding:
    stored = await findings.get(finding(n).id)
    other = replace(stored.value, status=status)
    await findings.put(other, stored)
    return other


async def test_what_changes_its_status_is_in_one_list_only(findings, ten):
    for status in (CLOSED, OPEN, CLOSED):
        other = await moved(findings, 1, status)
        assert (await findings.get(other.id)).value == other
        assert [each for each in await listing(findings, 4) if each.id == other.id] == [other]
        assert other in await listing(findings, 4, status=status)


async def test_of_many_that_change_it_at_once_one_wins(findings, ten):
    stored = await findings.get(ten[1].id)
    changes = [replace(ten[1], status=CLOSED), replace(ten[1], repaired=True)] * 3
    outcomes = await asyncio.gather(
        *(findings.put(each, stored) for each in changes), return_exceptions=True
    )
    assert [type(each) for each in outcomes].count(GuardFailed) == 5
    assert len(await listing(findings, 4)) == 10


async def alter(backend, key, **properties) -> None:
    table = backend.table("operations")
    entity = await table.get(key)
    await table.transact([Replace(key, {**entity.properties, **properties}, entity.etag)])


async def altered_record(backend) -> None:
    await alter(backend, keys.finding_place(finding(1)), body="{}")


async def altered_place(backend) -> None:
    await alter(backend, keys.finding(finding(1).id), place=5)


async def altered_to_another(backend) -> None:
    await alter(backend, keys.finding(finding(1).id), place=keys.finding_place(finding(2)).row)


async def altered_to_nothing(backend) -> None:
    await alter(backend, keys.finding(finding(1).id), place="open|1|2")


async def altered_time(backend) -> None:
    """The record of another time, where this one's lies: it belongs elsewhere."""
    table, key = backend.table("operations"), keys.finding_place(finding(1))
    other = await table.get(keys.finding_place(finding(2)))
    await alter(backend, key, **other.properties)


async def deleted_record(backend) -> None:
    table, key = backend.table("operations"), keys.finding_place(finding(1))
    await table.transact([Delete(key, (await table.get(key)).etag)])


TAMPERED = [
    altered_record,
    altered_place,
    altered_to_another,
    altered_to_nothing,
    altered_time,
    deleted_record,
]


@pytest.mark.parametrize("tampering", TAMPERED)
async def test_one_that_was_altered_is_undecodable_and_can_be_restored(
    findings, ten, backend, tampering
):
    await tampering(backend)
    with pytest.raises(Undecodable) as caught:
        await findings.get(ten[1].id)
    anew = replace(ten[1], first_seen_at=PRECISE_AT + timedelta(hours=1))
    await findings.restore(anew, caught.value.etag)
    assert (await findings.get(anew.id)).value == anew
    assert (await listing(findings, 4))[0] == anew
    still = {each.id for each in await listing(findings, 4)}
    assert {each.id for each in ten} == still
