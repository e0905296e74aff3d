"""One pair of worlds: the history as it was, and purged of what the caller may not notice."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from tests.cast.ids import OPERATOR, STRANGER
from tests.running.app import Answer
from tests.twins.acts import act
from tests.twins.facts import CHECKPOINT, fact
from tests.twins.history import History
from tests.twins.openings import open_history
from tests.twins.probes import probes
from tests.twins.scene import CLOCK, CUSTOMERS, OPERATES, PARTNERS, Step
from tests.twins.visibility import Record, as_far_as_visible, visible
from tests.twins.worlds import World, rules, told

CALLERS: Final = (*PARTNERS, *CUSTOMERS, STRANGER, OPERATOR)


@dataclass
class Pair:
    """What one caller was told in both worlds."""

    seed: str
    caller: str
    suspended: bool
    compared: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    facts: Counter[str] = field(default_factory=Counter[str])
    differences: list[str] = field(default_factory=list[str])

    async def play(self) -> None:
        steps = self._steps()
        there, record, on_purpose = World(), Record(), set[int]()
        answers: dict[int, list[Answer]] = {}
        for step in steps:
            await there.at(step)
            told_there, effective = await there.did(step)
            if step.by == self.caller:
                answers[step.number] = told_there
                name = fact(step, rules(told_there[0]), record)
                if name == CHECKPOINT or (name and not self.suspended):
                    self.facts[name] += 1
                    on_purpose.add(step.number)
            if effective:
                record.note(step)
        kept = visible(steps, record, self.caller)
        if self.suspended:
            kept = _since_suspension(steps)
        await self._twin(steps, (kept - on_purpose, on_purpose), answers, there)

    def _steps(self) -> list[Step]:
        history = History(self.seed, self.caller)
        history.found()
        open_history(history)
        act(history)
        if self.caller in PARTNERS:
            history.invite_first()
        if self.suspended:
            place, what = f"/api/partners/{self.caller}/suspend", {"partners": {self.caller}}
            history.add(OPERATOR, OPERATES, "POST", place, kind="operator", **what)
        return [*history.steps, *probes(history, self.caller)]

    async def _twin(
        self,
        steps: list[Step],
        chosen: tuple[set[int], set[int]],
        answers: dict[int, list[Answer]],
        there: World,
    ) -> None:
        alone, (kept, on_purpose) = World(), chosen
        for step in steps:
            await alone.at(step)
            if step.number in on_purpose:
                await alone.knock(step)
            if step.number not in kept:
                continue
            told_alone = await alone.ask(as_far_as_visible(step, self.caller))
            if step.by != self.caller:
                refused = told_alone[0].status >= 300 and self.caller != OPERATOR
                assert not refused, (self.seed, step.name, rules(told_alone[0]))
                continue
            self.compared += 1
            self.statuses[told_alone[0].status] += 1
            self._compare(step, [*map(told, answers[step.number])], [*map(told, told_alone)])
        self._compare_webhooks(there, alone)

    def _compare(self, step: Step, one: list[str], other: list[str]) -> None:
        if one != other:
            here, there = next(
                each for each in zip_longest(one, other, fillvalue="") if len({*each}) > 1
            )
            letters = enumerate(zip_longest(here, there))
            same = next(n for n, each in letters if len({*each}) > 1)
            shown = (each[max(0, same - 80) : same + 160] for each in (here, there))
            self.differences.append("\n  ".join([f"{step.name} {step.body}", *shown]))

    def _compare_webhooks(self, there: World, alone: World) -> None:
        """Of a suspended partner nothing is compared: its receiver got what it got before."""
        own = f"https://{self.caller[:2]}."
        for url in sorted(url for url in there.receivers.sent if url.startswith(own)):
            same = there.receivers.sent[url] == alone.receivers.sent.get(url)
            if not (same or self.suspended):
                self.differences.append(f"webhook {url}")


def _since_suspension(steps: list[Step]) -> set[int]:
    """PRT-1: a suspended partner sees nothing, not even what it did: as if it never had."""
    last = max(each.number for each in steps if each.kind == "operator")
    always = {"founding", CLOCK}
    return {each.number for each in steps if each.kind in always or each.number >= last}


def pair(number: int, seed: int) -> Pair:
    """The pair of that number: callers take turns, and of partners every third is suspended."""
    caller = CALLERS[number % len(CALLERS)]
    suspended = caller in PARTNERS and number // len(CALLERS) % 3 == 2
    return Pair(f"{seed}/{number}", caller, suspended)
