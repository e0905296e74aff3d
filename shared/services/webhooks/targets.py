"""Where webhooks may go: no address inside, no platform service, not ourselves. Pure.

A target's text is checked when it is registered, its addresses at every delivery: a name that was
harmless yesterday may lead inside today.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from shared.wording import Words

type Address = IPv4Address | IPv6Address

MAX_URL: Final = 2048

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = rf"(?P<host>(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?)"
"""A name with a dot whose last label begins with a letter: no IP literal in any notation."""
_REST: Final = r"(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
_PUBLIC: Final = re.compile(rf"(?i:https://{_HOST})(?::443)?{_REST}", re.ASCII)
_LOOPBACK: Final = re.compile(
    rf"(?i:https?://(?P<host>localhost|127\.0\.0\.1|\[::1\]))(?::[0-9]{{1,5}})?{_REST}", re.ASCII
)

# Global by the registries that ipaddress knows, and yet nobody's receiver.
_REFUSED_V4: Final = (
    IPv4Network("168.63.129.16/32"),  # Azure's platform: DHCP, DNS, health probes
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("192.0.0.0/24"),  # protocol assignments, the two global ones too
)
_GLOBAL_V6: Final = IPv6Network("2000::/3")
"""Global unicast. Outside of it: loopback, link-local, unique local, multicast, IPv4-mapped,
IPv4-compatible, NAT64."""
_REFUSED_V6: Final = (
    IPv6Network("2001::/23"),  # protocol assignments: Teredo, ORCHID
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4: an IPv4 address inside
    IPv6Network("3fff::/20"),  # documentation
)

_TOO_LONG: Final = Words(
    "A target has at most {limit} characters.", "대상 주소는 최대 {limit}자입니다."
).filled(limit=MAX_URL)
_NOT_PUBLIC: Final = Words(
    "A target is an https address on port 443 of a host with a public name, without user and"
    " fragment.",
    "대상 주소는 공개 이름을 가진 호스트의 443 포트에 대한 https 주소여야 하며 사용자와 조각(#)을"
    " 포함할 수 없습니다.",
)
_OURSELVES: Final = Words(
    "A target is not this backend itself.", "이 백엔드 자신은 대상 주소가 될 수 없습니다."
)


def deliverable(address: Address, *, loopback: bool = False) -> bool:
    """Whether a webhook may be delivered to `address`; `loopback` allows this machine."""
    if loopback and address.is_loopback:
        return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _GLOBAL_V6 and not any(address in network for network in _REFUSED_V6)


@dataclass(frozen=True, slots=True)
class Targets:
    """Which texts name a target: not one of `own_hosts`; `loopback` allows this machine too."""

    own_hosts: frozenset[str]
    loopback: bool = False

    def broken(self, url: str) -> Words | None:
        """The defect of a target's text, or None.

        https on port 443 of a host with a public name; no user, no fragment. On this machine http
        and any port will do.
        """
        if len(url) > MAX_URL:
            return _TOO_LONG
        if self.loopback and _LOOPBACK.fullmatch(url):
            return None
        found = _PUBLIC.fullmatch(url)
        if found is None:
            return _NOT_PUBLIC
        return _OURSELVES if found["host"].lower() in self.own_hosts else None
