"""Where webhooks may go."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.services.webhooks.targets import MAX_URL, Targets, deliverable

PUBLIC = Targets(frozenset({"csp.example.gov", "csp.azurewebsites.example"}))
LOCAL = replace(PUBLIC, loopback=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_addresses_that_are_nobodys_receiver(address: str):
    assert not deliverable(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1"])
def test_public_addresses(address: str):
    assert deliverable(ip_address(address))


@given(st.ip_addresses(v=4).map(int))
def test_what_holds_a_refused_address_is_refused(number: int):
    """IPv4-mapped, IPv4-compatible, NAT64 and 6to4 hide an address inside, whichever it is."""
    for hidden in (
        0xFFFF << 32 | number,
        number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
    ):
        assert not deliverable(IPv6Address(hidden))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_only_global_unicast_is_allowed(address: IPv4Address | IPv6Address):
    if deliverable(address):
        assert address.is_global
        assert not any((address.is_multicast, address.is_private, address.is_link_local))
    assert deliverable(address, loopback=True) == (deliverable(address) or address.is_loopback)


@given(st.sampled_from(["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "fc00::/7"]), st.data())
def test_all_of_a_private_network(network: str, data: st.DataObject):
    assert not deliverable(data.draw(st.ip_addresses(network=ip_network(network))))


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.partner.example",
        "https://hooks.partner.example:443/csp?x=1&y=%20",
        "HTTPS://Hooks.Partner.Example/Path",
        "https://xn--bcher-kva.example/",
    ],
)
def test_targets(url: str):
    assert PUBLIC.broken(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.partner.example/",
        "https://hooks.partner.example:8443/",
        "https://hooks.partner.example:/",
        "https://user@hooks.partner.example/",
        "https://user:secret@hooks.partner.example/",
        "https://hooks.partner.example@127.0.0.1/",
        "https://hooks.partner.example\\@127.0.0.1/",
        "https://hooks.partner.example/#fragment",
        "https://hooks.partner.example/\r\nHost: x",
        "https://hooks.partner.example/a b",
        "https://hooks.partner.example./",
        "https://hooks.partner.example。/",
        "https://localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://1.2.3.0x7f/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://-bad.example/",
        "https://ex_ample.com/",
        "ftp://hooks.partner.example/",
        "//hooks.partner.example/",
        "hooks.partner.example",
        "",
        "https://hooks.partner.example/" + "x" * MAX_URL,
        "http://127.0.0.1:8080/hook",
        "https://csp.example.gov/api",
        "https://CSP.AZUREWEBSITES.EXAMPLE:443",
    ],
)
def test_what_is_no_target(url: str):
    assert PUBLIC.broken(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/hook", "http://localhost", "https://[::1]:1"]
)
def test_this_machine_where_it_is_allowed(url: str):
    assert LOCAL.broken(url) is None
    assert PUBLIC.broken(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1@x.example/", "http://127.0.0.2/", "http://x.example"]
)
def test_only_this_machine_is_allowed(url: str):
    assert LOCAL.broken(url)
