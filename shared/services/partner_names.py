"""What partners are called now, beside their ids in what the operator reads.

Records of a customer carry names as they were when something was decided. What operators work with
is about today, and names whoever is concerned: a finding, a dead letter, a pipeline.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.canonical import JsonObject
from shared.services.ports.index import IndexKey, IndexKind, IndexRow, IndexStore
from shared.services.ports.values import Undecodable
from shared.text.identifiers import is_guid

_BATCH: Final = 1000
_BEFORE: Final = "!"
"""Comes before every sign that an id has: nothing lies between an id and it with this behind."""

_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

type Names = Mapping[str, JsonObject]
"""By a partner's id: who it is."""


@dataclass(frozen=True, slots=True)
class PartnerNames:
    """Looks partners up in the list of all of them, which lags by seconds."""

    index: IndexStore

    async def of(self, ids: Iterable[str | None]) -> Names:
        """Those of the ids that are partners.

        One point read, or one query over all between the first and the last, of 1000 each.
        """
        wanted = {each for each in ids if each and is_guid(each)}
        found = await self._between(wanted) if len(wanted) > 1 else await self._one(wanted)
        return {
            each.key.partner_id: _named(each) for each in found if each.key.partner_id in wanted
        }

    async def _one(self, wanted: Iterable[str]) -> list[IndexRow]:
        try:
            rows = [await self.index.get(IndexKey.of_partner(each)) for each in wanted]
        except Undecodable:
            return []  # The sweep tells of it.
        return [row.value for row in rows if row]

    async def _between(self, wanted: Iterable[str]) -> list[IndexRow]:
        found: list[IndexRow] = []
        last, after = max(wanted), _preceding(min(wanted))
        while after is not None and after < last:
            page = await self.index.everywhere(IndexKind.PARTNER, after, _BATCH)
            found += page.items
            after = page.after
        return found


def ids_in(*texts: str) -> frozenset[str]:
    """The ids in texts that this system wrote."""
    return frozenset(each for text in texts for each in _IDS.findall(text))


def named(names: Names, ids: Iterable[str | None]) -> list[JsonObject]:
    """The partners among `ids`, each once, by id."""
    wanted = set(ids)
    return [names[each] for each in sorted(names) if each in wanted]


def _preceding(partner_id: str) -> str:
    """A position before a partner's, behind that of any other but for the last digit."""
    return partner_id[:-1] + _BEFORE


def _named(row: IndexRow) -> JsonObject:
    said = {name: row.body.get(name) for name in ("name", "mpnId")}
    return {"partnerId": row.key.partner_id, **said}
