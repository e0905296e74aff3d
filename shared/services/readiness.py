"""Whether everything that this system needs answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from shared.errors import Detail, DetailCode, Unavailable

type Probe = Callable[[], Awaitable[object]]
"""Asks one thing that this system needs whether it is there; raises when it is not."""

PATIENCE: Final = 3.0
"""Seconds for an answer."""


async def check_ready(probes: Mapping[str, Probe]) -> None:
    """Raises Unavailable with one detail per thing that does not answer."""
    answers = await asyncio.gather(
        *(asyncio.wait_for(probe(), PATIENCE) for probe in probes.values()), return_exceptions=True
    )
    details = [
        Detail(DetailCode.UNREACHABLE, "It does not answer.", name)
        for name, answer in zip(probes, answers, strict=True)
        if isinstance(answer, Exception)
    ]
    if details:
        names = ", ".join(str(detail.target) for detail in details)
        raise Unavailable(f"Not reachable: {names}.", details=details)
