"""A partner's customers: one of them as it is now, and all from the partner's index."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from shared.canonical import JsonObject
from shared.clock import Clock
from shared.errors import NotFound
from shared.model.models import DelegatedAdmin
from shared.model.state import Tenant
from shared.services.listing import Narrowing, newest_first, time_at
from shared.services.ports import Ports
from shared.services.ports.index import IndexFilter, IndexKind, IndexRow
from shared.services.ports.values import Page
from shared.services.queries.partners import Indexed, PartnerQueries
from shared.services.views import Views

_FEW: Final = 64
"""Rows of a shard with which most partners' customers are all there."""

_WINDOWS: Final = tuple(timedelta(days=8**power) for power in range(4))
"""How far back a large partner's list looks, step by step, before it looks at everything."""


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the index: the most rows of each shard, and since when these changed."""

    each: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clientele:
    """The customers of one partner. Raises NotFound for a tenant that is no enrolled partner."""

    ports: Ports
    partners: PartnerQueries
    views: Views
    clock: Clock

    async def one(self, partner_id: str, customer_id: str) -> JsonObject:
        """A customer as its partner sees it now. Raises NotFound before it is one."""
        await self.partners.enrolled(partner_id)
        head = await self.ports.tenants.head(customer_id)
        shown = self.views.partners_customer(Tenant(head.value), partner_id) if head else None
        if shown is None:
            raise NotFound
        return _as_of(shown, self.clock.now())

    async def by_id(
        self, partner_id: str, wanted: Narrowing, after: str | None, limit: int
    ) -> Indexed:
        """By the customer's id; searched by its names and domain, and the partner's reference."""

        def show(row: IndexRow, now: datetime) -> JsonObject | None:
            return _as_of(row.body, now) if _found(wanted, row.body) else None

        kind = IndexKind.CUSTOMER
        return Indexed(*await self.partners.found(partner_id, kind, wanted, show, after, limit))

    async def newest(
        self, partner_id: str, wanted: Narrowing, after: str | None, limit: int
    ) -> Indexed:
        """By when they changed, the latest first; of each time by id.

        Rows lie by id, so a page is put in order of all that may stand on it: all that the partner
        has, where that is little, else what changed lately, looking back further until the page is
        full and one more follows. A page that is short is the last one.
        """
        await self.partners.enrolled(partner_id)
        now = self.clock.now()
        until = time_at(after) if after else None
        found: list[tuple[str, JsonObject]] = []
        for look in _looks(wanted, until or now):
            stored = _filter(wanted, until, look.since)
            rows, whole = await self.ports.index.spread(
                partner_id, IndexKind.CUSTOMER, look.each, wanted=stored
            )
            if look.each is not None and not whole:
                continue  # Those that changed last may be among the others.
            placed = ((_place(row), row.body) for row in rows if _found(wanted, row.body))
            found = sorted(each for each in placed if not after or each[0] > after)
            if len(found) > limit or look.since is None:
                break
        shown = tuple(_as_of(body, now) for _, body in found[:limit])
        last = found[limit - 1][0] if len(found) > limit else None
        return Indexed(Page(shown, last), now)


def _looks(wanted: Narrowing, latest: datetime) -> Iterator[_Look]:
    yield _Look(each=_FEW)
    if wanted.search is None:  # For what is rare, a look at a part is one too many.
        for window in _WINDOWS:
            since = latest - window
            if wanted.updated_since is None or since > wanted.updated_since:
                yield _Look(since=since)
    yield _Look()


def _filter(wanted: Narrowing, until: datetime | None, since: datetime | None) -> IndexFilter:
    return IndexFilter(
        customer_id=wanted.customer_id,
        statuses=frozenset({wanted.status} if wanted.status else ()),
        updated_since=since or wanted.updated_since,
        updated_until=until,
    )


def _place(row: IndexRow) -> str:
    changed_at = datetime.fromisoformat(str(row.body["updatedAt"]))
    return newest_first(changed_at, row.key.customer_id)


def _found(wanted: Narrowing, body: JsonObject) -> bool:
    texts = (body[name] for name in ("name", "lastKnownName", "domain", "externalReference"))
    return wanted.found(*cast("Iterator[str | None]", texts))


def _as_of(body: JsonObject, now: datetime) -> JsonObject:
    """What time alone has changed: the index has it as it was recorded."""
    pending = cast("dict[str, str] | None", body["pendingInvitation"])
    over = pending is not None and _past(pending["expiresAt"], now)
    granted = body["delegatedAdmin"] == DelegatedAdmin.GRANTED
    lapsed = granted and _past(body["delegatedAdminUntil"], now)
    return {
        **body,
        "delegatedAdmin": DelegatedAdmin.EXPIRED.value if lapsed else body["delegatedAdmin"],
        "pendingInvitation": None if over else pending,
    }


def _past(time: object, now: datetime) -> bool:
    return time is not None and now >= datetime.fromisoformat(str(time))
