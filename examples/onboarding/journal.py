"""What was sent and what became of it, kept line by line, so that a run can go on after any end.

A message is noted after it was sent. Killed in between, the next run sends it again: with the same
id, so it has no second effect. The backend forgets results after 90 days; the journal does not.
"""

import json
import os
from pathlib import Path

from examples.client import Json, Unable


class BadState(Unable):
    """The file is no journal, or one of something else."""


class Journal:
    """An append-only file; the newest result of a message counts."""

    def __init__(self, path: Path, target: str) -> None:
        """Reads what is there. `target` says for which source at which backend it is."""
        self.path = path
        self.sent: set[str] = set()
        self.results: dict[str, Json] = {}
        self.cursor: str | None = None
        self.before: str | None = None
        """The cursor before the page with the newest result, `last`."""
        self.last: Json | None = None
        kept = _lines(path)
        if kept and kept[0] != {"target": target}:
            raise BadState(f"{path} is not of {target}: name another file with --state")
        for number, line in enumerate(kept[1:], 2):
            try:
                self._take(line)
            except (LookupError, TypeError, ValueError):
                raise _no_line(path, number) from None
        self._file = path.open("a", encoding="utf-8")
        if not kept:
            self._write({"target": target})

    def was_sent(self, event_id: str) -> None:
        """The message is in the queue."""
        self._note({"sent": event_id})

    def ended(self, results: list[Json], cursor: str) -> None:
        """A page of results, and the cursor behind it."""
        if results:
            self._note({"results": results, "cursor": cursor})

    def again(self, event_id: str) -> None:
        """What was refused, failed or never answered counts as not sent."""
        self._note({"again": event_id})

    def close(self) -> None:
        """Nothing more to note."""
        self._file.close()

    def _note(self, line: Json) -> None:
        self._take(line)
        self._write(line)

    def _write(self, line: Json) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def _take(self, line: object) -> None:
        match line:
            case {"sent": str(event_id)}:
                self.sent.add(event_id)
            case {"results": [*results], "cursor": str(cursor)}:
                self.results |= {result["messageId"]: result for result in results}
                self.before, self.cursor, self.last = self.cursor, cursor, results[-1]
            case {"again": str(event_id)}:
                self.sent.discard(event_id)
                self.results.pop(event_id, None)
            case _:
                raise ValueError(line)


def _lines(path: Path) -> list[object]:
    """The whole lines; what a killed run left unfinished at the end is cut off."""
    content = path.read_bytes() if path.exists() else b""
    if content and not content.startswith(b'{"target": '):
        raise _no_line(path, 1)
    size = content.rfind(b"\n") + 1
    if size < len(content):
        os.truncate(path, size)
    found: list[object] = []
    for line in content[:size].split(b"\n")[:-1]:
        try:
            found.append(json.loads(line))
        except ValueError:
            raise _no_line(path, len(found) + 1) from None
    return found


def _no_line(path: Path, number: int) -> BadState:
    what = "this is no line of a state file; name another file with --state"
    return BadState(f"{path}, line {number}: {what}")
