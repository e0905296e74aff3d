"""What a local host and those that it started took of the processor."""

import os
from pathlib import Path
from typing import Final, NamedTuple

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_EMULATOR: Final = "node"


class Taken(NamedTuple):
    """Seconds of the processor: the worker is the app; the others stand for what is Azure's."""

    worker: float = 0.0
    host: float = 0.0
    emulator: float = 0.0

    def since(self, before: "Taken", done: int) -> "Taken":
        """What one of those took that were done in between."""
        return Taken(*((now - then) / done for now, then in zip(self, before, strict=True)))


def taken_below(pid: int) -> Taken:
    """What the host with that process id took so far, and all below it that runs now."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    emulators: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            program = (stat.parent / "exe").readlink().name
        except OSError:
            continue
        one = int(stat.parent.name)
        parents[one] = int(fields[1])
        ticks[one] = int(fields[11]) + int(fields[12])
        if program == _EMULATOR:
            emulators.add(one)
    below = {pid}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    emulator = below & emulators
    groups = (below - emulator - {pid}, {pid}, emulator)
    return Taken(*(sum(ticks.get(one, 0) for one in group) / _TICKS for group in groups))
