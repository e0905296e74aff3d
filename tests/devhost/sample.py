"""The sample app as a process of its own, for tests that start, signal and kill it."""

from __future__ import annotations

import json
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.running.system import OwnSystem
from tests.running.waiting import STILL_SECONDS, Stillness

if TYPE_CHECKING:
    from collections.abc import Callable

APP = Path(__file__).parent.parent / "worker" / "app"
SECONDS = STILL_SECONDS


class Sample(OwnSystem):
    """The sample app as a system of its own; `record` is what its functions saw."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.record = folder / "record"
        app_dir = folder / "app"
        shutil.copytree(APP, app_dir)
        super().__init__(
            folder / "data",
            app_dir=app_dir,
            environ={"SAMPLE_RECORD": str(self.record), **environ},
        )

    def seen(self, function: str) -> list[dict[str, Any]]:
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return [line for line in map(json.loads, lines) if line["function"] == function]

    def until(self, condition: Callable[[], object]) -> None:
        stillness = Stillness()
        while not condition():
            stillness.look(self.output())
            time.sleep(0.05)

    def refused(self) -> str:
        """Start, expect it to give up; what it printed."""
        code = self.spawn().wait(SECONDS)
        output = self.output()
        assert code == 1, output
        assert "Traceback" not in output, output
        assert "ready" not in output
        assert not leftovers(self), output
        return output

    def edit(self, old: str, new: str) -> None:
        file = self.app_dir / "function_app.py"
        file.write_text(file.read_text().replace(old, new))


def leftovers(system: Sample) -> list[str]:
    """Processes that belong to this system: they have its data folder in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environ = (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if f"DATA={system.data}\0".encode() in environ and state != "Z":
            found.append((entry / "cmdline").read_text())
    return found


def in_background(call: Callable[[], Any]) -> list[Any]:
    """Run a call in a thread; the list receives its result, and nothing if the host cut it off."""
    results: list[Any] = []

    def run() -> None:
        with suppress(httpx.TransportError):
            results.append(call())

    threading.Thread(target=run, daemon=True).start()
    return results
