"""Who can sign in at the development issuer by one button: whoever was named to it before.

The README's people are there from the start; whoever asks for a token under a name comes to them,
so that after `make demo` its people are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 24
_GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
_GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
_OPERATOR = "00000000-0000-4000-8000-000000000001"
_PARTNER = "5f7c1c9e-52a5-4b58-a7d5-3d3c0e6c9a11"
_CUSTOMER = "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44"


@dataclass(frozen=True)
class Person:
    """A member of a tenant. Without an object id the tenant's usual member."""

    name: str
    tenant: str
    object_id: str | None = None
    roles: Sequence[str] = ()
    wids: Sequence[str] = ()


README = (
    Person("The customer's Global admin", _CUSTOMER, wids=(_GLOBAL_ADMINISTRATOR,)),
    Person(
        "The customer's Global Reader",
        _CUSTOMER,
        "6d1c2b3a-4f5e-4a6b-8c7d-9e0f1a2b3c4d",
        wids=(_GLOBAL_READER,),
    ),
    Person("The partner's sales agent", _PARTNER, roles=("SalesAgent",)),
    Person("The operator", _OPERATOR, roles=("PlatformOperator",)),
)


class People:
    """Those who can be picked, the latest first, and those of the README behind them."""

    def __init__(self) -> None:
        self._named: dict[str, Person] = {}

    def add(self, person: Person) -> None:
        """Under a name that is taken, the earlier one goes."""
        self._named.pop(person.name, None)
        self._named[person.name] = person
        while len(self._named) > _MOST:
            del self._named[next(iter(self._named))]

    def all(self) -> list[Person]:
        """In the order in which they are shown."""
        latest = list(reversed(self._named.values()))
        return [*latest, *(each for each in README if each.name not in self._named)]
