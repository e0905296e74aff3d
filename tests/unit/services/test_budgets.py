"""Budgets: partners' shares of what all processes do, sold as virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.allowance import Allowance, rate_limit_headers
from shared.errors import Throttled
from shared.services.budgets import Budgets
from shared.services.ports.budgets import BudgetKey, Spending
from shared.services.ports.values import GuardFailed, WriteUnknown
from shared.storage.wiring import Memory
from tests.cast.ids import DIRECT, OTHER_DIRECT
from tests.running.app import SETTINGS, Time

RATE = SETTINGS.messages_per_second
MINUTE = 60
MORE_THAN_ANY = 5000
"""More than any limit here sells."""


class Processes:
    """Several, over one storage and one clock."""

    def __init__(self, count: int = 2) -> None:
        self.memory, self.time = Memory(), Time()
        self.each = [self.made() for _ in range(count)]

    def made(self) -> Budgets:
        return Budgets(self.memory.ports.budgets, self.time, SETTINGS)

    async def spend(self, number: int, *costs: int, partner_id: str = DIRECT) -> tuple[int, ...]:
        spent = await self.each[number].spend(partner_id, Spending.MESSAGES, costs or (1,))
        return spent.delays


async def until_refused(
    spend: Callable[[], Awaitable[tuple[int, ...]]],
) -> tuple[list[int], Throttled]:
    """All the delays, and the refusal that ended it."""
    delays: list[int] = []
    for _ in range(MORE_THAN_ANY):
        try:
            delays += await spend()
        except Throttled as error:
            return delays, error
    raise AssertionError("nothing is refused")


async def test_below_the_rate_nothing_waits():
    processes = Processes()
    for _ in range(200):
        assert await processes.spend(0, RATE // 2) == (0,)
        processes.time.pass_by(seconds=1)


async def test_a_flood_waits_as_long_as_its_rate_takes_and_then_is_refused():
    processes = Processes(1)
    delays, error = await until_refused(lambda: processes.spend(0))
    # The second that was not used, and a minute ahead.
    assert len(delays) == RATE * (MINUTE + 1)
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (0, MINUTE)
    for ahead, wait in enumerate(delays):
        assert wait - 1 < ahead / RATE - 1 + 1e-6 or wait == 0
        assert wait >= ahead / RATE - 1 - 1e-6
    assert (error.target, error.retry_after) == ("messages", 1)
    assert error.allowances[0].left == 0
    # As much as passes is there again, and no more.
    processes.time.pass_by(seconds=2)
    for _ in range(2 * RATE):
        (wait,) = await processes.spend(0)
        assert 58 <= wait <= MINUTE
    with pytest.raises(Throttled):
        await processes.spend(0)


@pytest.mark.parametrize("used", [1, RATE // 2, RATE])
async def test_unused_time_is_kept_for_a_second_alone(used: int):
    """What was bought and not spent is no more than that either."""
    processes = Processes(1)
    await processes.spend(0, used)
    processes.time.pass_by(seconds=600)
    delays = [wait for _ in range(3 * RATE) for wait in await processes.spend(0)]
    assert delays.count(0) == RATE + 1  # the one that begins right now, too


async def test_a_batch_costs_what_it_names():
    processes = Processes(1)
    five_seconds = 5 * RATE
    assert await processes.spend(0, *[five_seconds] * 3) == (0, 4, 9)
    with pytest.raises(Throttled) as refused:
        await processes.spend(0, *[five_seconds] * 10)
    assert refused.value.retry_after == 4  # 15 + 50 seconds, a second of which was there
    # Nothing of it was sold.
    assert await processes.spend(0, *[five_seconds] * 9) == tuple(range(14, 59, 5))


async def test_no_other_partner_waits_for_it():
    processes = Processes(1)
    await processes.spend(0, MINUTE * RATE)
    assert await processes.spend(0, RATE, partner_id=OTHER_DIRECT) == (0,)


@given(st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(1, 50), st.floats(0, 3))))
def test_processes_together_sell_no_more_than_the_rate(asked: list[tuple[int, int, float]]):
    async def run() -> None:
        processes = Processes(3)
        begun, sold, last = processes.time.now(), 0, [processes.time.now()] * 3
        for number, cost, pause in asked:
            try:
                (delay,) = await processes.spend(number, cost)
            except Throttled:
                continue
            sold += cost
            visible = processes.time.now()
            assert 0 <= delay <= MINUTE
            processes.time.pass_by(seconds=delay)
            # In one process none is visible before an earlier one.
            assert processes.time.now() >= last[number]
            last[number] = processes.time.now()
            processes.time.at = visible
            processes.time.pass_by(seconds=pause)
            passed = (processes.time.now() - begun).total_seconds()
            assert sold <= RATE * (passed + MINUTE + 1) + 1e-3

    asyncio.run(run())


async def test_a_second_of_a_flood_is_one_write():
    processes = Processes(1)
    requests: list[str] = []

    async def noted(request) -> None:
        requests.append("write" if request.operations else "read")

    processes.memory.tables["operations"].before = noted
    for _ in range(RATE * 30):
        await processes.spend(0)
    assert requests.count("write") == requests.count("read") <= 31


@pytest.mark.parametrize("error", [GuardFailed("x"), WriteUnknown("x")])
@pytest.mark.parametrize(("times", "refused"), [(1, False), (2, True)])
async def test_a_row_that_is_lost_twice_is_a_refusal(
    error: Exception, times: int, refused: bool, monkeypatch: pytest.MonkeyPatch
):
    processes = Processes(1)
    store, lost = processes.memory.ports.budgets, [error] * times
    real = type(store).sell

    async def sell(self, *given) -> None:
        if lost:
            raise lost.pop()
        await real(self, *given)

    monkeypatch.setattr(type(store), "sell", sell)
    if refused:
        with pytest.raises(Throttled) as told:
            await processes.spend(0)
        assert told.value.retry_after == 1
    assert await processes.spend(0) == (0,)


async def test_a_partner_may_have_a_rate_of_its_own():
    processes = Processes(1)
    spent = await processes.each[0].spend(DIRECT, Spending.MESSAGES, [MINUTE * RATE] * 2, RATE * 10)
    assert spent.delays == (0, 5)
    assert spent.allowance == Allowance(
        "messages", RATE * 10 * 61, 61, RATE * 10 * 61 - 2 * MINUTE * RATE, 12
    )


async def test_a_quota_by_the_day_fills_up_all_day_long():
    processes = Processes(2)
    most = SETTINGS.webhook_changes_per_day
    turns = cycle(processes.each)

    async def changed(process: Budgets | None = None) -> tuple[int, ...]:
        process = process or next(turns)
        return (await process.spend(DIRECT, Spending.WEBHOOK_CHANGES, (1,))).delays

    delays, error = await until_refused(changed)
    # What one process has bought the other cannot sell.
    assert most - 20 <= len(delays) <= most
    assert (set(delays), error.target) == ({0}, "webhook-changes")
    processes.time.pass_by(seconds=error.retry_after or 0)
    again = [await until_refused(partial(changed, each)) for each in processes.each]
    assert len(delays) + sum(len(more) for more, _ in again) == most + 1
    processes.time.pass_by(days=2)
    delays, _ = await until_refused(partial(changed, processes.made()))
    assert len(delays) == most


async def test_many_at_once_in_one_process_are_sold_in_turn():
    processes = Processes(1)
    delays = await asyncio.gather(*(processes.spend(0, RATE) for _ in range(30)))
    assert [wait for (wait,) in delays] == [0, *range(29)]
    row = await processes.memory.ports.budgets.sold(BudgetKey(DIRECT, Spending.MESSAGES))
    assert row
    assert (row.value - processes.time.now()).total_seconds() == 29


def test_headers_name_each_limit():
    told = rate_limit_headers([Allowance("a", 10, 1, 3, 1), Allowance("b", 5, 60, 0, 12)])
    assert told == {
        "RateLimit-Policy": '"a";q=10;w=1, "b";q=5;w=60',
        "RateLimit": '"a";r=3;t=1, "b";r=0;t=12',
    }
    assert rate_limit_headers([]) == {}
