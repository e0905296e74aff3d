"""Asks the issuer over HTTP."""

from collections.abc import AsyncIterable, Mapping

from shared.auth.keys import FetchFailed

TIMEOUT_SECONDS = 5
MAX_BODY_BYTES = 1024 * 1024
_OK = 200


async def fetch(url: str) -> bytes:
    """The body behind `url`: 200 only, no redirects, at most MAX_BODY_BYTES.

    Raises FetchFailed, also after TIMEOUT_SECONDS in all.
    """
    status, body = await _ask("GET", url, None)
    if status != _OK:
        raise FetchFailed(f"status {status}")
    return body


async def post_form(url: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer to a form, whatever the status; for the rest see `fetch`.

    It is sent once: what it holds may be good for one time.
    """
    return await _ask("POST", url, fields)


async def _ask(method: str, url: str, fields: Mapping[str, str] | None) -> tuple[int, bytes]:
    import aiohttp  # noqa: PLC0415  # 0.5 s that a process which verifies no token need not pay

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)) as session,
            session.request(method, url, data=fields, allow_redirects=False) as response,
        ):
            return response.status, await _bounded(response.content.iter_any())
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
