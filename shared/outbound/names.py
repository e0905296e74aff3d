"""Names to addresses, asked of this machine's name servers by this process's own loop.

The system's own look-up holds a thread for as long as a partner's name servers stay silent, and
there are few threads: the names of one partner could keep those of all others waiting.
"""

import asyncio
from collections.abc import Iterable
from socket import AF_INET, AF_INET6, AF_UNSPEC, AI_NUMERICHOST, AI_NUMERICSERV, AddressFamily
from typing import TYPE_CHECKING, Final, cast, override

from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver
    from dns.rdata import Rdata

LOOK_UP_SECONDS: Final = 5.0
"""For one name, whatever its servers do: half of what a whole attempt may take."""
_NUMERIC: Final = AI_NUMERICHOST | AI_NUMERICSERV
_KINDS: Final = {"A": AF_INET, "AAAA": AF_INET6}
_HERE: Final = {"localhost": ((AF_INET, "127.0.0.1"), (AF_INET6, "::1"))}
"""Never asked of a name server (RFC 6761, 6.3)."""

type Found = tuple[AddressFamily, str]
type _Said = dict[str, list[tuple[object, ...]]]


class NoNameServer(Exception):
    """Nobody answered whether there is such a name."""


class NameServers(AbstractResolver):
    """Asks for both kinds of address at once; one kind that is found is enough."""

    def __init__(
        self, servers: "Resolver | None" = None, *, seconds: float = LOOK_UP_SECONDS
    ) -> None:
        """Those that the system is configured with, unless others are given."""
        self._servers = servers
        self._seconds = seconds

    @override
    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises OSError where there is no such name, NoNameServer where nobody says."""
        found = _HERE.get(host.lower()) or await self._found(host)
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=kind, proto=0, flags=_NUMERIC
            )
            for kind, address in found
            if family in {AF_UNSPEC, kind}
        ]

    async def _found(self, host: str) -> list[Found]:
        asking = (self._asked(host, kind) for kind in _KINDS)
        answers = await asyncio.gather(*asking, return_exceptions=True)
        found = [each for answer in answers if isinstance(answer, list) for each in answer]
        if found:
            return found
        for answer in answers:
            if isinstance(answer, NoNameServer):
                raise answer
        raise OSError("no such name")

    async def _asked(self, host: str, kind: str) -> list[Found]:
        """The addresses of one kind; none where the name has none."""
        from dns import exception, resolver  # noqa: PLC0415 - only where a name is looked up

        try:
            answer = await self._configured().resolve(
                host, kind, raise_on_no_answer=False, search=False, lifetime=self._seconds
            )
        except resolver.NoNameservers as error:
            # Each with what it answered, if it did: none did where the way to all of them is cut.
            said = cast("_Said", vars(error)["kwargs"])
            if any(each[-1] is not None for each in said["errors"]):
                raise OSError("no server knows") from error
            raise NoNameServer from error
        except (resolver.LifetimeTimeout, resolver.NoResolverConfiguration) as error:
            raise NoNameServer from error
        except exception.DNSException as error:
            raise OSError("no such name") from error
        records = cast("Iterable[Rdata]", answer.rrset or ())
        return [(_KINDS[kind], each.to_text()) for each in records]

    def _configured(self) -> "Resolver":
        if self._servers is None:
            from dns.asyncresolver import Resolver  # noqa: PLC0415 - likewise

            self._servers = Resolver()
        return self._servers

    @override
    async def close(self) -> None:
        """Nothing to close: each question has a socket of its own."""
