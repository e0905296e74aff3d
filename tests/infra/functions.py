"""Bicep's functions, and what the clouds answer to them."""

import json
import tomllib
from collections.abc import Callable
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final

from tests.infra.bicep import INFRA

ENVIRONMENTS: Final = {
    cloud: {
        "name": known["name"],
        "suffixes": {"storage": known["storage"], "keyvaultDns": known["vault"]},
    }
    for cloud, known in tomllib.loads(Path(__file__).with_name("facts.toml").read_text("utf-8"))[
        "clouds"
    ].items()
}
"""What `environment()` says in each cloud."""


class Known(str):
    """A text that only Azure knows, by what it is: `<site.properties.defaultHostName>`."""

    __slots__ = ()

    def __getitem__(self, name: Any) -> Any:
        return Known(f"{self[:-1]}.{name}>") if isinstance(name, str) else super().__getitem__(name)


def functions(cloud: str) -> dict[str, Callable[..., Any]]:
    """By the names that Bicep has for them."""
    return _FUNCTIONS | {"environment": lambda: ENVIRONMENTS[cloud]}


def _unique(*parts: str) -> str:
    return sha256("/".join(parts).encode()).hexdigest()[:13]


def _items(mapping: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in sorted(mapping.items())]


def _union(*parts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _subnet(network: str, size: int, index: int) -> str:
    return str(list(ip_network(network).subnets(new_prefix=size))[index])


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "cidrSubnet": _subnet,
    "concat": lambda *parts: [each for part in parts for each in part],
    "contains": lambda whole, part: part in whole,
    "empty": lambda value: not value,
    "guid": _unique,
    "int": int,
    "items": _items,
    "loadJsonContent": lambda name: json.loads((INFRA / name).read_text("utf-8")),
    "loadTextContent": lambda name: (INFRA / "app" / name).read_text("utf-8"),
    "max": max,
    "replace": str.replace,
    "resourceId": lambda kind, name: f"<resourceGroup.id>/providers/{kind}/{name}",
    "resourceGroup": lambda: {"id": Known("<resourceGroup.id>")},
    "split": str.split,
    "string": str,
    "subscription": lambda: {"id": "/subscriptions/00000000-0000-4000-8000-000000000003"},
    "subscriptionResourceId": lambda kind, name: f"<subscription.id>/providers/{kind}/{name}",
    "tenant": lambda: {"tenantId": Known("<tenantId>")},
    "toLower": str.lower,
    "union": _union,
    "uniqueString": _unique,
}
