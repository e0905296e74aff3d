"""Turns of a tenant's writers in one process: by partner, in rounds; whoever lost gives way."""

import asyncio
from contextlib import suppress
from random import Random

import pytest

from shared.errors import ConcurrencyConflict
from shared.services.commands import committing
from shared.services.commands.committing import Committer
from shared.services.commands.turns import Turns
from shared.services.ports.values import GuardFailed
from shared.storage.wiring import Memory
from tests.cast.commands import accept, enrol, invite, register, related
from tests.cast.ids import DIRECT, OTHER_DIRECT
from tests.running.app import Time
from tests.running.backend import Backend

A, B, C = "a", "b", "c"


async def two_partners(backend: Backend) -> None:
    await backend.do(*related(), enrol(OTHER_DIRECT), invite(OTHER_DIRECT, 2), accept(2))


async def served(turns: Turns, owners: str, tenant: str = "t") -> str:
    """Who was served in which order, all having come while somebody wrote."""
    first = turns.turn(tenant, "x")
    await first.begin()
    order: list[str] = []

    async def write(owner: str) -> None:
        turn = turns.turn(tenant, owner)
        await turn.begin()
        order.append(owner)
        await asyncio.sleep(0)
        turn.end()

    writers: list[asyncio.Task[None]] = []
    for owner in owners:
        writers.append(asyncio.create_task(write(owner)))
        await asyncio.sleep(0)
    first.end()
    await asyncio.gather(*writers)
    return "".join(order)


@pytest.mark.parametrize(
    ("came", "order"),
    [
        ("aaaa", "aaaa"),
        ("aaaab", "abaaa"),
        ("aaabbc", "abcaba"),
        ("bbaab", "babab"),
        ("abcabc", "abcabc"),
    ],
)
async def test_partners_have_their_turns_in_rounds(came: str, order: str):
    assert await served(Turns(), came) == order


async def test_of_sixteen_writers_another_partner_waits_for_one():
    assert (await served(Turns(), "a" * 16 + "b")).index("b") == 1


@pytest.mark.parametrize(
    ("came", "order"),
    [
        ("bc", "abc"),  # alone: the next of all, since it had no turn
        ("bca", "bcaa"),  # a crowd: behind those who waited meanwhile
    ],
)
async def test_who_lost_alone_is_the_next_of_all_and_a_crowd_is_the_last(came: str, order: str):
    turns = Turns()
    loser = turns.turn("t", A)
    await loser.begin()
    served: list[str] = []
    writers: list[asyncio.Task[None]] = []

    async def write(owner: str) -> None:
        turn = turns.turn("t", owner)
        await turn.begin()
        served.append(owner)
        await asyncio.sleep(0)
        turn.end()

    async def pause(_: int) -> None:
        rival = turns.turn("t", "rival")
        await rival.begin()  # has the turn until the pause is over, and a little longer
        for owner in came:
            writers.append(asyncio.create_task(write(owner)))
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_later(0.01, rival.end)

    await loser.rest(pause)
    served.append(A)
    loser.end()
    await asyncio.gather(*writers)
    assert "".join(served) == order


async def test_two_who_lose_again_and_again_do_not_hand_the_turn_to_each_other():
    turns = Turns()
    order: list[str] = []

    async def lose(owner: str) -> None:
        turn = turns.turn("t", owner)
        await turn.begin()
        while len(order) < 40 and "c" not in order:
            order.append(owner)
            await asyncio.sleep(0.01)  # an attempt takes longer than a rest
            await turn.rest(lambda _: asyncio.sleep(0.002))
        turn.end()

    losers = [asyncio.create_task(lose(owner)) for owner in (A, B)]
    await asyncio.sleep(0)
    other = turns.turn("t", C)
    await asyncio.wait_for(other.begin(), 5)
    order.append(C)
    other.end()
    await asyncio.gather(*losers)
    assert order.index(C) <= 4


class Longest(Random):
    """Chance at its most."""

    def uniform(self, a: float, b: float) -> float:
        return b


@pytest.mark.parametrize(
    ("crowd", "took", "seconds"),
    [
        (1, 0.05, 0.04),
        (1, 2, 0.04),  # alone: soon, however slow the storage is
        (3, 0.05, 0.12),
        (8, 0.02, 0.32),
        (5, 0.5, 2.0),  # as long as the four others' attempts take
        (8, 0.2, 1.4),
        (100, 0.2, 1.4),
        (100, 5, 3.0),
    ],
)
async def test_a_crowd_rests_as_long_as_its_others_attempts_take(
    crowd: int, took: float, seconds: float, monkeypatch: pytest.MonkeyPatch
):
    slept: list[float] = []

    async def sleep(delay: float) -> None:
        slept.append(delay)

    committer = Committer(Memory().ports.tenants, Time(), Longest())
    monkeypatch.setattr(committing.asyncio, "sleep", sleep)
    await committer.pause(1, 10.0, took, crowd)
    with pytest.raises(ConcurrencyConflict):
        await committer.pause(1, 0.0, took, crowd)
    assert slept == [pytest.approx(seconds)]


async def test_tenants_have_lines_of_their_own():
    turns = Turns()
    held = turns.turn("other", A)
    await held.begin()
    assert await served(turns, "ab") == "ab"
    held.end()


async def test_whoever_goes_away_takes_no_turn_along():
    turns = Turns()
    first, gone, called, last = (turns.turn("t", owner) for owner in (A, A, B, C))
    await first.begin()
    waiting = [asyncio.create_task(each.begin()) for each in (gone, called, last)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    first.end()  # calls B, who goes away at this very moment
    waiting[1].cancel()
    await asyncio.wait_for(waiting[2], 5)
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*waiting)
    last.end()
    again = turns.turn("t", A)
    await asyncio.wait_for(again.begin(), 5)


async def test_who_rests_gives_its_turn_away_and_is_told_its_crowd():
    turns = Turns()
    loser, rival, own = (turns.turn("t", owner) for owner in (A, B, A))
    await loser.begin()
    waiting = [asyncio.create_task(each.begin()) for each in (own, rival)]
    await asyncio.sleep(0)
    crowds: list[int] = []

    async def pause(crowd: int) -> None:
        crowds.append(crowd)
        await asyncio.wait_for(waiting[1], 5)
        rival.end()
        await asyncio.sleep(0)
        assert not waiting[0].done()  # The crowd rests as one.

    await loser.rest(pause)
    assert (crowds, waiting[0].done()) == ([2], False)
    loser.end()
    await asyncio.wait_for(waiting[0], 5)
    own.end()

    async def refused(_: int) -> None:
        raise GuardFailed

    await loser.begin()
    with pytest.raises(GuardFailed):
        await loser.rest(refused)
    loser.end()  # it holds none any more
    await asyncio.wait_for(own.begin(), 5)
    own.end()


async def test_who_comes_while_its_own_rest_waits_for_them_and_is_called_when_they_give_up():
    turns = Turns()
    loser, late = turns.turn("t", A), turns.turn("t", A)
    await loser.begin()
    gate = asyncio.Event()

    async def pause(_: int) -> None:
        await gate.wait()
        raise GuardFailed

    resting = asyncio.create_task(loser.rest(pause))
    await asyncio.sleep(0)
    coming = asyncio.create_task(late.begin())
    await asyncio.sleep(0)
    assert not coming.done()
    gate.set()
    with pytest.raises(GuardFailed):
        await resting
    await asyncio.wait_for(coming, 5)


async def test_another_partners_command_waits_for_one_of_a_crowd():
    """The same over the whole way of a command: load, decide, commit."""
    order: list[str] = []
    backend = Backend()
    await two_partners(backend)

    async def writes(partner_id: str, number: int) -> None:
        await backend.services.executor.execute(register(number, partner_id=partner_id))
        order.append(partner_id)

    crowd = [asyncio.create_task(writes(DIRECT, number)) for number in range(10, 26)]
    await asyncio.sleep(0)
    other = asyncio.create_task(writes(OTHER_DIRECT, 99))
    await asyncio.gather(*crowd, other)
    assert order == [DIRECT, OTHER_DIRECT, *[DIRECT] * 15]
