"""One pair of worlds: the history as it was, and purged of what the caller may not notice."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.cast.ids import OPERATOR, STRANGER
from tests.running.app import Answer
from tests.twins.facts import fact
from tests.twins.history import History
from tests.twins.probes import probes
from tests.twins.scene import CUSTOMERS, OPERATES, PARTNERS, Step
from tests.twins.visibility import Record, visible
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
        history = History(self.seed, self.caller)
        if self.suspended:
            place, what = f"/api/partners/{self.caller}/suspend", {"partners": {self.caller}}
            history.add(OPERATOR, OPERATES, "POST", place, kind="operator", **what)
        asked = probes(history, self.caller)
        there, record, on_purpose = World(), Record(), set[int]()
        answers: dict[int, Answer] = {}
        steps = [*history.steps, *asked]
        for step in steps:
            await there.at(step.number)
            answer = await there.ask(step)
            if step.by == self.caller:
                answers[step.number] = answer
                if name := fact(step, rules(answer), record):
                    self.facts[name] += 1
                    on_purpose.add(step.number)
            if await there.took_effect(step, answer):
                record.note(step)
        kept = visible(steps, record, self.caller) - on_purpose
        if self.suspended:
            kept = self._suspension(steps)
        await self._twin(steps, (kept, on_purpose), answers, there)

    def _suspension(self, steps: list[Step]) -> set[int]:
        """PRT-1: a suspended partner sees nothing, not even what it did: as if it never had."""
        last = max(each.number for each in steps if each.kind == "operator")
        return {each.number for each in steps if each.kind == "founding" or each.number >= last}

    async def _twin(
        self,
        steps: list[Step],
        chosen: tuple[set[int], set[int]],
        answers: dict[int, Answer],
        there: World,
    ) -> None:
        alone, (kept, on_purpose) = World(), chosen
        for step in steps:
            await alone.at(step.number)
            if step.number in on_purpose:
                await alone.knock(step)
            if step.number not in kept:
                continue
            answer = await alone.ask(step)
            if step.by != self.caller:
                assert answer.status < 300 or self.caller == OPERATOR, (
                    self.seed,
                    step.name,
                    rules(answer),
                )
                continue
            self.compared += 1
            self.statuses[answer.status] += 1
            one, other = told(answers[step.number]), told(answer)
            if one != other:
                self.differences.append(f"{step.name} {step.body}\n  {one}\n  {other}")
        hooks = {
            url for url in there.receivers.sent if url.startswith(f"https://{self.caller[:2]}.")
        }
        for url in sorted(hooks) if not self.suspended else ():
            if there.receivers.sent[url] != alone.receivers.sent.get(url):
                self.differences.append(f"webhook {url}")


def pair(number: int, seed: int) -> Pair:
    """The pair of that number: callers take turns, and of partners every third is suspended."""
    caller = CALLERS[number % len(CALLERS)]
    suspended = caller in PARTNERS and number // len(CALLERS) % 3 == 2
    return Pair(f"{seed}/{number}", caller, suspended)
