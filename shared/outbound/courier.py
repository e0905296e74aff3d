"""One request to an address that a partner named, if nothing inside is meant by it."""

import errno
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from socket import AF_UNSPEC, AddressFamily
from typing import Final, override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from shared.outbound.names import NameServers, NoNameServer
from shared.services.ports.webhooks import Answered, Unreachable, Unsent
from shared.services.webhooks.targets import deliverable

TIMEOUT_SECONDS: Final = 10
"""For everything: name, connection, TLS, request, answer."""
_OURS: Final = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL),
        *(errno.ENETDOWN, errno.ENETUNREACH),
    }
)
"""Why a connection could not even be begun: no socket, no port, no network here."""
_KEPT: Final = frozenset({"retry-after", "webhook-allowed-origin", "webhook-allowed-rate"})


class AddressRefused(Exception):
    """The name leads to where nothing may be delivered."""


class CheckedResolver(AbstractResolver):
    """Hands on what another resolver finds, if every address of it may be delivered to."""

    def __init__(self, resolver: AbstractResolver, *, loopback: bool) -> None:
        """`loopback` allows this machine."""
        self._resolver = resolver
        self._loopback = loopback

    @override
    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises AddressRefused, and OSError where there is no such name."""
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            self.check(each["host"])
        return found

    def check(self, address: str) -> None:
        """Raises AddressRefused."""
        if not deliverable(ip_address(address), loopback=self._loopback):
            raise AddressRefused

    @override
    async def close(self) -> None:
        """Closes the other one."""
        await self._resolver.close()


class HttpCourier:
    """The `Courier` port over HTTP, each request on a connection of its own."""

    def __init__(
        self,
        *,
        loopback: bool = False,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """The system's name servers and certificates, unless others are given."""
        self._loopback = loopback
        self._resolver = resolver or NameServers()
        self._tls = tls
        self._seconds = seconds

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        """See `Courier.send`."""
        try:
            return await self._send(method, url, headers, body)
        except AddressRefused:
            raise Unreachable("address-refused") from None
        except NoNameServer:
            raise Unsent("name-not-answered") from None
        except TimeoutError:
            raise Unreachable("timeout") from None
        except aiohttp.ClientConnectorDNSError:
            raise Unreachable("name-not-resolved") from None
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise Unreachable("tls-failed") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            number = error.errno if isinstance(error, OSError) else None
            if number in _OURS:
                raise Unsent("not-sent") from None
            raise Unreachable("connection-failed") from None

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        resolver = CheckedResolver(self._resolver, loopback=self._loopback)
        target = URL(url, encoded=True)  # byte for byte what was registered
        _check_literal(target, resolver)
        connector = aiohttp.TCPConnector(
            resolver=resolver,
            use_dns_cache=False,
            force_close=True,
            ssl=self._tls or True,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self._seconds),
                auto_decompress=False,
                trust_env=False,
            ) as session,
            session.request(
                method, target, headers=headers, data=body, allow_redirects=False
            ) as answer,
        ):
            # Headers are bounded by aiohttp; the body is not read, the connection ends here.
            kept = {name.lower(): value for name, value in answer.headers.items()}
            return Answered(answer.status, {name: kept[name] for name in _KEPT & kept.keys()})


def _check_literal(target: URL, resolver: CheckedResolver) -> None:
    """An address instead of a name is not resolved, so it is checked here."""
    try:
        ip_address(target.host or "")
    except ValueError:
        return
    resolver.check(target.host or "")
