from typing import Any

import pytest

from shared.deciding.commands import Command
from shared.services.commands.execution import Executor
from tests.twins.worlds import TRACES


@pytest.fixture(autouse=True)
def seeded_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.tracing._RANDOM", TRACES)


@pytest.fixture(autouse=True)
def seeded_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is random of a command is its own: a sweep gives several, and others in its twin."""
    execute = Executor.execute

    async def seeded(self: Executor, command: Command, **more: Any) -> object:
        about = (command.name, command.tenant_id, getattr(command, "invitation_id", ""))
        vars(self)["_random"].seed(f"{vars(self)['_clock'].now()} {about}")
        return await execute(self, command, **more)

    monkeypatch.setattr(Executor, "execute", seeded)
