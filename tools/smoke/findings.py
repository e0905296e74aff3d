"""What a check has seen."""

from dataclasses import dataclass
from typing import Literal

type Verdict = Literal["ok", "WRONG", "not here", "told"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`seen` in one line; `look` says where to begin when it is wrong."""

    name: str
    verdict: Verdict
    seen: str = ""
    look: str = ""

    def lines(self) -> list[str]:
        """As it is printed."""
        lines = [f"{self.verdict:8}  {self.name}{': ' if self.seen else ''}{self.seen}"]
        return [*lines, f"{'':10}look at: {self.look}"] if self.verdict == "WRONG" else lines


def judged(name: str, seen: str, look: str, *, good: bool) -> Finding:
    """As it should be, or not so."""
    return Finding(name, "ok" if good else "WRONG", seen, look)
