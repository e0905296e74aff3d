"""What is wrong with files: collected, so that one run tells all of it."""

from typing import Final

from examples.client import Unable

_MOST: Final = 50


class BadRecord(Unable):
    """What is wrong with files, and on which lines."""


class Faults:
    """Collects what is wrong, place by place."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def __len__(self) -> int:
        return len(self._found)

    def add(self, name: str, what: object, line: int | None = None) -> None:
        """`what` is as much of a sentence as follows the place."""
        self._found.append(f"{name}, line {line}: {what}" if line else f"{name}: {what}")

    def require_none(self) -> None:
        """Raises BadRecord."""
        if self._found:
            more = len(self._found) - _MOST
            told = [*self._found[:_MOST], *([f"… and {more} more"] if more > 0 else [])]
            raise BadRecord("\n".join(told))
