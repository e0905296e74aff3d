"""How far a pipeline is: a bar on a terminal, elsewhere a line every ten seconds."""

import time
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

_LINE_SECONDS: Final = 10.0


class Teller:
    """Tells of one stage after another, on `console`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = TextColumn("{task.description:13}"), BarColumn(), MofNCompleteColumn()
        sent = TextColumn("{task.fields[sent]} sent")
        # A log is no terminal: there rich would show nothing until the end.
        self._bars = Progress(*columns, sent, console=console, disable=not console.is_terminal)
        self._bar = TaskID(0)
        self._told = time.monotonic()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def stage(self, name: str, total: int) -> None:
        """A new one begins."""
        self._stage, self._total = name, total
        self._bar = self._bars.add_task(name, total=total, sent=0)

    def at(self, sent: int, done: int) -> None:
        """So many are sent by now, and so many have come to their end."""
        self._bars.update(self._bar, completed=done, sent=sent)
        due = time.monotonic() - self._told > _LINE_SECONDS
        if not self._console.is_terminal and (due or done == self._total):
            self._told = time.monotonic()
            line = f"{self._stage}: {sent} of {self._total} sent, {done} done"
            self._console.print(line, highlight=False)
