"""Small plots of numbers: drawn by attributes, since a page's policy lets no style stand in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 100
_GAP: Final = 0.25
"""Of a bar's room."""
_LEAST: Final = 2
"""So that a bar of nothing is seen, too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in a picture of WIDTH by HEIGHT, whose first corner is on the upper left."""

    x: float
    y: float
    width: float
    height: float


def bars(numbers: Sequence[int], room: int) -> tuple[Bar, ...]:
    """One for each number, from the left; `room`: for how many there is room."""
    step, most = WIDTH / room, max((*numbers, 1))
    heights = [max(_LEAST, HEIGHT * each / most) for each in numbers]
    width = round(step * (1 - _GAP), 1)
    return tuple(
        Bar(round(step * n, 1), round(HEIGHT - height, 1), width, round(height, 1))
        for n, height in enumerate(heights)
    )
