"""What became of recorded vectors: the same, refused in words, or different."""

from __future__ import annotations

from collections import Counter
from typing import Any

from devhost.refusals import Choice, Refusal, Refused


class Outcomes:
    """A count for each kind, and every difference."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.different: list[str] = []
        self.names: list[object] = []

    def add(self, other: Outcomes) -> None:
        self.counts += other.counts
        self.different += other.different
        self.names += other.names

    def compare(self, name: object, got: Any, expected: Any) -> None:
        self.names.append(name)
        if got == expected:
            self.counts["same"] += 1
        else:
            self.different.append(f"{name}:\n   got      {got}\n   expected {expected}")

    def refuse(self, refused: Refused | Refusal, count: int = 1) -> None:
        refusal = refused.refusal if isinstance(refused, Refused) else refused
        self.counts[f"refused: {refusal.name}"] += count

    def aside(self, why: str, count: int = 1) -> None:
        """Vectors of something else than a running host."""
        self.counts[f"aside: {why}"] += count

    def chosen(self, choice: Choice, count: int = 1) -> None:
        """Vectors that are done in another way on purpose."""
        self.counts[f"as chosen: {choice.name}"] += count

    @property
    def total(self) -> int:
        return self.counts.total() + len(self.different)
