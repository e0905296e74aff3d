"""Dry runs: what a command would be told, from the very decision it would meet.

It has a loader and nothing that writes. What only the attempt itself shows is not looked at: ids
that another tenant holds (SUB-2, ELG-8), the places of a limited link (INV-5), other writers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from shared.deciding.commands import Command
from shared.deciding.facts import Decided, Decision, Refused
from shared.errors import ConcurrencyConflict
from shared.policy.refusals import Refusal
from shared.services.commands.answers import raise_unless_decided
from shared.services.commands.deciding import consider, effect
from shared.services.commands.loading import Loaded, Loader

_LOADS: Final = 10
"""A load between two parts of a commit is made again; so many in a row are other writers' win."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What stands against a command now, and what could not be looked at yet."""

    refusals: tuple[Refusal, ...]
    unchecked: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Evaluations:
    """Decides and leaves it at that; `loader` is the executor's, so that both know as much."""

    loader: Loader

    async def evaluate(self, command: Command) -> Evaluation:
        """Every rule that the command would break now; none if it would succeed.

        Raises the AppError that the command would be answered with for any other reason.
        """
        loaded, decision = await self.weigh(command)
        if isinstance(decision, Refused):
            return Evaluation(decision.refusals, decision.unchecked)
        raise_unless_decided(decision)
        decided = cast("Decided", decision)
        effect(command, loaded, decided)
        return Evaluation((), decided.unchecked)

    async def weigh[C: Command](
        self, command: C, supplied: Callable[[Loaded, C], C] | None = None
    ) -> tuple[Loaded, Decision]:
        """The decision that the command would meet now, and what it rests on.

        `supplied`: the command with what only the loaded tenant shows to be needed.
        """
        for _ in range(_LOADS):
            loaded = await self.loader.load(command, None)
            asked = supplied(loaded, command) if supplied else command
            loaded, decision = await consider(self.loader, asked, loaded)
            if loaded.torn:
                continue
            if isinstance(decision, Refused) and await self.loader.overtaken(command, loaded):
                continue
            return loaded, decision
        raise ConcurrencyConflict
