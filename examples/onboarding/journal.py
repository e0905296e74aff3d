"""What was sent and what became of it, kept line by line, so that a run can go on after any end.

A message is noted after it was sent. Killed in between, the next run sends it again: with the same
id, so it has no second effect.
"""

import json
import os
from pathlib import Path
from typing import Any


class OtherTarget(Exception):
    """The journal is of another source or backend."""


class Journal:
    """An append-only file; the newest result of a message counts."""

    def __init__(self, path: Path, target: str) -> None:
        """Reads what is there. `target` says for which source at which backend it is."""
        self.sent: set[str] = set()
        self.results: dict[str, dict[str, Any]] = {}
        self.cursor: str | None = None
        kept = _lines(path)
        if kept and kept[0] != {"target": target}:
            raise OtherTarget(f"{path} is not of {target}; name another file with --state")
        for line in kept[1:]:
            self._take(line)
        self._file = path.open("a", encoding="utf-8")
        if not kept:
            self._write({"target": target})

    def was_sent(self, event_id: str) -> None:
        """The message is in the queue."""
        self._note({"sent": event_id})

    def ended(self, results: list[dict[str, Any]], cursor: str) -> None:
        """A page of results, and the cursor behind it."""
        for result in results:
            self._note({"result": result})
        if cursor != self.cursor:
            self._note({"cursor": cursor})

    def again(self, event_id: str) -> None:
        """What was refused or failed counts as not sent."""
        self._note({"again": event_id})

    def close(self) -> None:
        """Nothing more to note."""
        self._file.close()

    def _note(self, line: dict[str, Any]) -> None:
        self._take(line)
        self._write(line)

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def _take(self, line: dict[str, Any]) -> None:
        match line:
            case {"sent": event_id}:
                self.sent.add(event_id)
            case {"result": result}:
                self.results[result["messageId"]] = result
            case {"cursor": cursor}:
                self.cursor = cursor
            case {"again": event_id}:
                self.sent.discard(event_id)
                self.results.pop(event_id, None)
            case _:
                raise OtherTarget(f"this is no line of a state file: {line}")


def _lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines; what a killed run left unfinished at the end is cut off."""
    content = path.read_bytes() if path.exists() else b""
    size = content.rfind(b"\n") + 1
    if size < len(content):
        os.truncate(path, size)
    return [json.loads(line) for line in content[:size].split(b"\n") if line]
