"""What an index row can be found by, apart from its key: properties made of its body.

`status` as it is recorded; `updatedAt`, and `endsAt`: when an invitation or a subscription's term
ends. Times are RFC 3339 in UTC with six digits, so the order of the texts is that of the times.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.services.ports.index import IndexFilter
from shared.storage.engine.table import Condition, Entity

_NAMES: Final = ("status", "updatedAt", "endsAt")


def filterable(shown: JsonObject) -> dict[str, str]:
    """The properties; a body without such a field has none."""
    term = cast("Mapping[str, object]", shown.get("term") or {})
    ends = shown.get("expiresAt") or term.get("endsAt")
    found = zip(_NAMES, (shown.get("status"), shown.get("updatedAt"), ends), strict=True)
    return {name: value for name, value in found if isinstance(value, str)}


def check_filterable(entity: Entity, shown: JsonObject) -> None:
    """Raises ValueError when the row would be found by something else than its body says."""
    there = {name: entity.properties[name] for name in _NAMES if name in entity.properties}
    if there != filterable(shown):
        raise ValueError("status, updatedAt or endsAt")


def conditions(wanted: IndexFilter) -> list[Condition]:
    """What storage itself looks at; the customer is part of the key."""
    found: list[Condition] = []
    if wanted.statuses:
        found.append(Condition("status", "eq", tuple(sorted(wanted.statuses))))
    if wanted.updated_since:
        found.append(Condition("updatedAt", "ge", (rfc3339(wanted.updated_since),)))
    if wanted.updated_until:
        behind = wanted.updated_until + timedelta(microseconds=1)
        found.append(Condition("updatedAt", "lt", (rfc3339(behind),)))
    if wanted.ends_before:
        found.append(Condition("endsAt", "lt", (rfc3339(wanted.ends_before),)))
    return found
