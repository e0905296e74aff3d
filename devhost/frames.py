"""Messages between host and worker: a length, then a pickle. Both ends are this program's."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

_LENGTH_BYTES = 8


def packed(message: Any) -> bytes:
    """The bytes of a message."""
    content = pickle.dumps(message)
    return len(content).to_bytes(_LENGTH_BYTES) + content


async def read(reader: asyncio.StreamReader) -> Any:
    """The next message; None once the other end is gone."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES))
        content = await reader.readexactly(length)
    except (EOFError, ConnectionError):
        return None
    return pickle.loads(content)  # noqa: S301 - from our own process, on a socket nobody else has
