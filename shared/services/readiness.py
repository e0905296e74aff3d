"""Whether everything that this system needs answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from shared.error_details import Detail, DetailCode
from shared.errors import Unavailable
from shared.wording import Words

type Probe = Callable[[], Awaitable[object]]
"""Asks one thing that this system needs whether it is there; raises when it is not."""

_SILENT: Final = Words("It does not answer.", "응답하지 않습니다.")
_UNREACHABLE: Final = Words("Not reachable: {names}.", "연결할 수 없습니다: {names}.")
PATIENCE: Final = 3.0
"""Seconds for an answer."""


async def check_ready(probes: Mapping[str, Probe]) -> None:
    """Raises Unavailable with one detail per thing that does not answer."""
    answers = await asyncio.gather(
        *(asyncio.wait_for(probe(), PATIENCE) for probe in probes.values()), return_exceptions=True
    )
    details = [
        Detail(DetailCode.UNREACHABLE, _SILENT, name)
        for name, answer in zip(probes, answers, strict=True)
        if isinstance(answer, Exception)
    ]
    if details:
        names = ", ".join(str(detail.target) for detail in details)
        raise Unavailable(_UNREACHABLE.filled(names=names), details=details)
