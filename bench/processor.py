"""What a process and those it started took of the processor."""

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_EMULATOR: Final = "node"


def seconds_below(pid: int) -> tuple[float, float]:
    """Seconds of that process, and of all below it that run now but the storage emulator.

    Of the local host these are itself, which stands for Azure's, and the worker, which is the app.
    """
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            program = (stat.parent / "exe").readlink().name
        except OSError:
            continue
        one = int(stat.parent.name)
        parents[one] = int(fields[1])
        if program != _EMULATOR:
            ticks[one] = int(fields[11]) + int(fields[12])
    below = {pid}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    own = ticks.get(pid, 0)
    return own / _TICKS, (sum(ticks.get(one, 0) for one in below) - own) / _TICKS
