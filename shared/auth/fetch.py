"""Reads the issuer's keys over HTTP."""

from collections.abc import AsyncIterable

from shared.auth.keys import FetchFailed

TIMEOUT_SECONDS = 5
MAX_BODY_BYTES = 1024 * 1024
_OK = 200


async def fetch(url: str) -> bytes:
    """The body behind `url`: 200 only, no redirects, at most MAX_BODY_BYTES.

    Raises FetchFailed, also after TIMEOUT_SECONDS in all.
    """
    import aiohttp  # noqa: PLC0415  # 0.5 s that a process which verifies no token need not pay

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status != _OK:
                raise FetchFailed(f"status {response.status}")
            return await _bounded(response.content.iter_any())
    except (aiohttp.ClientError, OSError) as error:
        # TimeoutError is an OSError.
        raise FetchFailed(type(error).__name__) from error


async def _bounded(chunks: AsyncIterable[bytes]) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise FetchFailed("the answer is too large")
    return bytes(body)
