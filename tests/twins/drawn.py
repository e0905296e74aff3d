"""What is random, drawn alike in both worlds."""

from typing import Any

import pytest

from shared.canonical import digest
from shared.deciding.commands import Command
from shared.model.personal import Details
from shared.services.commands.execution import Executor
from tests.twins.worlds import TRACES

_COMMITTING = ("shared.services.commands.changes", "shared.storage.stores.scanning")


def draw_alike(patch: pytest.MonkeyPatch) -> None:
    """Traces and commands draw what is theirs alone: a sweep gives several, and others in its twin.

    A commitment to personal data tells nothing without its salt, so here it is over that alone.
    """
    execute = Executor.execute

    async def drawing(self: Executor, command: Command, **more: Any) -> object:
        about = (command.name, command.tenant_id, getattr(command, "invitation_id", ""))
        vars(self)["_random"].seed(f"{vars(self)['_clock'].now()} {about}")
        return await execute(self, command, **more)

    def commitment(_: Details, salt: str) -> str:
        return digest({"salt": salt})

    patch.setattr("shared.tracing._RANDOM", TRACES)
    patch.setattr(Executor, "execute", drawing)
    for module in _COMMITTING:
        patch.setattr(f"{module}.commitment", commitment)
