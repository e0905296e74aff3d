"""Names of receivers: asked of name servers, however long these take, in nobody else's way."""

import asyncio
import errno
import threading

import aiohttp
import dns.asyncresolver
import pytest
from yarl import URL

from shared.outbound.courier import HttpCourier
from shared.outbound.names import NameServers, NoNameServer
from shared.services.ports.webhooks import Unreachable, Unsent
from tests.unit.webhooks.name_server import HERE, answering
from tests.unit.webhooks.receiver import Names, receiving

NAME = "hooks.partner.example"
FOREVER = 600.0
MANY = 100


async def test_both_kinds_of_address_are_found():
    async with answering({NAME: ["192.0.2.7", "2001:db8::7"], "six.example": ["2001:db8::8"]}) as (
        server
    ):
        names = NameServers(server.resolver)
        found = await names.resolve(NAME, 443)
        assert {(each["host"], each["port"], each["hostname"]) for each in found} == {
            ("192.0.2.7", 443, NAME),
            ("2001:db8::7", 443, NAME),
        }
        (six,) = await names.resolve("six.example")
        assert six["host"] == "2001:db8::8"
        await names.close()


@pytest.mark.parametrize("name", ["none.example", "a.failing.example", "a." * 200 + "example"])
async def test_a_server_that_says_no_or_fails_is_the_names_own(name: str):
    async with answering({}) as server:
        with pytest.raises(OSError, match="no"):
            await NameServers(server.resolver).resolve(name)
        courier = HttpCourier(resolver=NameServers(server.resolver))
        with pytest.raises(Unreachable, match="name-not-resolved") as raised:
            await courier.send("POST", f"https://{name}/", {}, b"")
        assert not isinstance(raised.value, Unsent)


async def test_a_name_without_addresses_is_none():
    async with answering({NAME: []}) as server:
        with pytest.raises(OSError, match="no such name"):
            await NameServers(server.resolver).resolve(NAME)


async def test_names_that_nobody_answers_hold_up_only_themselves():
    """A hundred of them wait, for as long as the test likes; a thread has none of them."""
    async with receiving() as receiver, answering({NAME: [HERE]}) as server:
        courier = HttpCourier(
            loopback=True, resolver=NameServers(server.resolver, seconds=FOREVER), seconds=FOREVER
        )
        before = threading.active_count()
        silent = [
            asyncio.create_task(courier.send("POST", f"https://a{n}.silent.example/", {}, b""))
            for n in range(MANY)
        ]
        while len({each for each in server.asked if "silent" in each}) < MANY:
            await asyncio.sleep(0.01)
        url = f"http://{NAME}:{URL(receiver.url).port}/hook"
        assert (await courier.send("POST", url, {}, b"")).status == 204
        assert not any(each.done() for each in silent)
        assert threading.active_count() == before
        for each in silent:
            each.cancel()
        await asyncio.gather(*silent, return_exceptions=True)


async def test_nobody_answers_in_time():
    async with answering({}) as server:
        names = NameServers(server.resolver, seconds=0.1)
        with pytest.raises(NoNameServer):
            await names.resolve("a.silent.example")
        with pytest.raises(Unsent, match="name-not-answered"):
            await HttpCourier(resolver=names).send("POST", "https://a.silent.example/", {}, b"")


async def test_no_way_to_any_server_is_ours():
    nowhere = dns.asyncresolver.Resolver(configure=False)
    nowhere.nameservers = []
    async with answering({}) as server:
        gone = server.resolver
    for resolver in (nowhere, gone):
        with pytest.raises(NoNameServer):
            await NameServers(resolver, seconds=0.1).resolve(NAME)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EADDRNOTAVAIL, errno.ENETUNREACH])
async def test_what_keeps_us_from_connecting_is_ours(
    monkeypatch: pytest.MonkeyPatch, number: errno
):
    async def broken(*_: object, **__: object) -> None:
        raise OSError(number, "here")

    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", broken)
    courier = HttpCourier(loopback=True, resolver=Names([HERE]))
    with pytest.raises(Unsent, match="not-sent"):
        await courier.send("POST", f"http://{NAME}:1/", {}, b"")


async def test_this_machine_has_a_name_without_being_asked():
    found = await NameServers(dns.asyncresolver.Resolver(configure=False)).resolve("LocalHost", 1)
    assert [each["host"] for each in found] == ["127.0.0.1", "::1"]
    assert aiohttp.DefaultResolver is aiohttp.ThreadedResolver  # storage's names go the usual way
