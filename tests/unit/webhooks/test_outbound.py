"""The way outside: to checked addresses only, whatever a name answers."""

import asyncio
import ssl
from datetime import timedelta

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from yarl import URL

from shared.clock import SystemClock
from shared.outbound.courier import HttpCourier
from shared.services.ports.webhooks import Unreachable
from tests.unit.webhooks.receiver import Names, receiving, status

NAME = "hooks.partner.example"


def named(url: str, scheme: str = "http") -> str:
    """The receiver's address by a name."""
    return f"{scheme}://{NAME}:{URL(url).port}/hook"


async def test_an_answer_comes_back_without_its_body():
    async with receiving() as receiver:
        receiver.always = status(503, **{"Retry-After": "7", "X-Other": "x"})
        answered = await HttpCourier(loopback=True).send(
            "POST", receiver.url, {"webhook-id": "1"}, b"{}"
        )
        assert (answered.status, answered.headers) == (503, {"retry-after": "7"})
        headers, body = receiver.posted[0]
        assert (headers["webhook-id"], body) == ("1", b"{}")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "168.63.129.16", "::1", "fd00::1"]
)
async def test_nothing_is_sent_inside(address: str):
    async with receiving() as receiver:
        courier = HttpCourier(resolver=Names([address]))
        with pytest.raises(Unreachable, match="address-refused"):
            await courier.send("POST", named(receiver.url), {}, b"")
        assert receiver.posted == []


async def test_one_bad_address_among_good_ones_is_enough():
    courier = HttpCourier(resolver=Names(["93.184.215.14", "10.0.0.1"]))
    with pytest.raises(Unreachable, match="address-refused"):
        await courier.send("POST", f"https://{NAME}/", {}, b"")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
async def test_an_address_for_a_name_is_checked_too(host: str):
    with pytest.raises(Unreachable, match="address-refused"):
        await HttpCourier().send("POST", f"https://{host}/", {}, b"")


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0x7f000001", "0177.0.0.1"])
async def test_other_spellings_of_this_machine_lead_nowhere(host: str):
    async with receiving() as receiver:
        url = f"http://{host}:{URL(receiver.url).port}/hook"
        with pytest.raises(Unreachable):
            await HttpCourier().send("POST", url, {}, b"")
        assert receiver.posted == []


async def test_a_name_that_answers_differently_gains_nothing():
    """DNS rebinding: the second answer would lead inside, but there is no second question."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    async with receiving() as receiver:
        courier = HttpCourier(loopback=True, resolver=names)
        await courier.send("POST", named(receiver.url), {}, b"1")
        assert names.asked == [NAME]
        assert len(receiver.posted) == 1
        # The next delivery asks again, and is refused.
        with pytest.raises(Unreachable, match="address-refused"):
            await courier.send("POST", named(receiver.url), {}, b"2")
        assert len(receiver.posted) == 1


async def test_redirects_are_not_followed():
    async with receiving() as receiver:
        receiver.always = status(307, Location=receiver.url)
        answered = await HttpCourier(loopback=True).send("POST", receiver.url, {}, b"")
        assert answered.status == 307
        assert len(receiver.posted) == 1


async def test_a_slow_receiver_is_left():
    async def sleepy(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        for _ in range(300):
            await response.write(b"x" * 65536)
            await asyncio.sleep(0.1)
        return response

    async with receiving() as receiver:
        receiver.answers = [sleepy, endless]
        courier = HttpCourier(loopback=True, seconds=0.3)
        with pytest.raises(Unreachable, match="timeout"):
            await courier.send("POST", receiver.url, {}, b"")
        courier = HttpCourier(loopback=True)
        # A body without end is not read: the status is all that counts.
        assert (await courier.send("POST", receiver.url, {}, b"")).status == 200


async def test_nobody_there():
    async with receiving() as receiver:
        url = receiver.url
    with pytest.raises(Unreachable, match="connection-failed"):
        await HttpCourier(loopback=True).send("POST", url, {}, b"")
    with pytest.raises(Unreachable, match="name-not-resolved"):
        await HttpCourier(resolver=Names([])).send("POST", f"https://{NAME}/", {}, b"")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[str, ssl.SSLContext]:
    """A certificate of NAME alone, and a server's context with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return made.public_bytes(serialization.Encoding.PEM).decode(), server


async def test_tls_is_for_the_name_on_the_checked_address(certificate):
    pem, server = certificate
    trusting = ssl.create_default_context(cadata=pem)
    seen: list[str | None] = []
    server.sni_callback = lambda _, name, __: seen.append(name)
    async with receiving(server) as receiver:
        courier = HttpCourier(loopback=True, resolver=Names(["127.0.0.1"]), tls=trusting)
        answered = await courier.send("POST", named(receiver.url, "https"), {}, b"{}")
        assert answered.status == 204
        assert seen == [NAME]
        other = named(receiver.url, "https").replace(NAME, "other.example")
        with pytest.raises(Unreachable, match="tls-failed"):
            await courier.send("POST", other, {}, b"{}")
        strangers = HttpCourier(loopback=True, resolver=Names(["127.0.0.1"]))
        with pytest.raises(Unreachable, match="tls-failed"):
            await strangers.send("POST", named(receiver.url, "https"), {}, b"{}")
        assert len(receiver.posted) == 1


async def test_this_machines_resolver():
    """The real one: `localhost` is an address of this machine."""
    async with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "localhost")
        assert (await HttpCourier(loopback=True).send("POST", url, {}, b"")).status == 204
        with pytest.raises(Unreachable, match="address-refused"):
            await HttpCourier().send("POST", url, {}, b"")
