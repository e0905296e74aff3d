"""A provider whose clock stands still."""

from collections.abc import AsyncIterator

import httpx
import pytest

from devhost.issuer import Issuer
from tests.devhost.openid.provider import URL, Browser, Time


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def keys() -> Issuer:
    return Issuer(URL)


@pytest.fixture
def issuer(time: Time, keys: Issuer) -> Issuer:
    issuer = Issuer(URL, clock=time)
    issuer._keys = keys._keys
    return issuer


@pytest.fixture
async def browser(issuer: Issuer) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(issuer), base_url=URL) as http:
        yield Browser(http)
