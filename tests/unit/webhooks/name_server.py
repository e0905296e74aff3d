"""A name server on this machine: it answers, says no, fails, or stays silent, by the name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

HERE = "127.0.0.1"


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """`addresses` by name. `SILENT` and `FAILING` are ends of names; others do not exist."""

    addresses: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def connection_made(self, transport) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append(name)
        if name.endswith("silent.example"):
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        known = self.addresses.get(name)
        if name.endswith("failing.example"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif known is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            wanted = [each for each in known if (":" in each) == _of_six(question.rdtype)]
            if wanted:
                answer.answer.append(
                    dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *wanted)
                )
        self._transport.sendto(answer.to_wire(), addr)

    @property
    def resolver(self) -> dns.asyncresolver.Resolver:
        """A configuration that names this server alone."""
        made = dns.asyncresolver.Resolver(configure=False)
        made.nameservers, made.port = [HERE], self.port
        return made


def _of_six(kind: dns.rdatatype.RdataType) -> bool:
    return kind is dns.rdatatype.AAAA


@asynccontextmanager
async def answering(addresses: dict[str, list[str]]) -> AsyncIterator[NameServer]:
    server = NameServer(addresses)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: server, local_addr=(HERE, 0))
    try:
        yield server
    finally:
        transport.close()
