"""The log events of a command: one for its end, whatever way it came in."""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, cast

from shared.deciding.commands import Command
from shared.errors import AppError, ConcurrencyConflict, PolicyRefused, Throttled
from shared.policy.refusals import Refusal

log = logging.getLogger(__name__)

_TRY_AGAIN: Final = (ConcurrencyConflict, Throttled)
"""No decision about what was asked, whatever their status."""


@dataclass(slots=True)
class CommandLog:
    """One command under way."""

    command: Command
    command_id: str
    committed: bool = False
    conflicts: int = 0
    started: float = field(default_factory=time.perf_counter)

    def commit(self) -> None:
        """Its transaction happened."""
        self.committed = True
        log.info("command.committed", extra=self.ended())

    def conflict(self) -> None:
        """Logs that another writer won and the command is decided again."""
        self.conflicts += 1
        log.info("command.conflict", extra=self._who())

    def _who(self) -> dict[str, object]:
        return {
            "command": self.command.name,
            "tenant": self.command.tenant_id,
            "command_id": self.command_id,
        }

    def ended(self, **details: object) -> dict[str, object]:
        """The fields that are logged when the command ends."""
        seconds = time.perf_counter() - self.started
        return {**self._who(), "conflicts": self.conflicts, "seconds": seconds, **details}


@contextmanager
def logged(command: Command, command_id: str) -> Generator[CommandLog]:
    """Logs the command's end: committed, unchanged, refused or failed. Errors pass through."""
    told = CommandLog(command, command_id)
    try:
        yield told
    except AppError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, _TRY_AGAIN):
            log.warning("command.failed", extra=told.ended(code=error.code))
        else:
            extra = told.ended(code=error.code, rules=_rules(error))
            log.info("command.refused", extra=extra)
        raise
    except Exception as error:
        log.warning("command.failed", extra=told.ended(code=type(error).__name__))
        raise
    if not told.committed:
        log.info("command.unchanged", extra=told.ended())


def _rules(error: AppError) -> list[str]:
    if not isinstance(error, PolicyRefused):
        return []
    refused = cast("PolicyRefused[Refusal]", error)
    return list(dict.fromkeys(refusal.rule_id for refusal in refused.refusals))
