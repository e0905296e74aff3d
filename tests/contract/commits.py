"""Commits as the executor makes them, of tenants of which nothing else matters."""

from shared.model.base import SYSTEM
from shared.model.customers import TenantKind
from shared.model.ledger import Commission, Entry, next_entry
from shared.model.models import Subscription
from shared.model.state import Head, RowKind
from shared.services.ports.tenants import Commit, RowWrite
from tests.cast.ids import PRECISE_AT, guid


def entry_after(head: Head, filler: str = "") -> Entry:
    """An entry without events; `filler` is the command's name, to make it long."""
    commission = Commission(
        actor=SYSTEM,
        command_id=guid(),
        command=filler or "accept",
        at=PRECISE_AT,
        cloud="usGovernment",
        policy_version="1",
    )
    return next_entry(head, commission, ())


def first_commit(head: Head, *rows, filler: str = "") -> Commit:
    """The commit of a new tenant with `rows`."""
    entry = entry_after(head, filler)
    return Commit(
        head=_moved(head, entry),
        head_etag=None,
        rows=tuple(RowWrite(key_of(row), row, None) for row in rows),
        entry=entry,
    )


def next_commit(stored, *writes: RowWrite, **changes) -> Commit:
    """The commit that follows a loaded head."""
    entry = entry_after(stored.value)
    return Commit(
        head=_moved(stored.value, entry),
        head_etag=stored.etag,
        rows=writes,
        entry=entry,
        **changes,
    )


def key_of(row):
    kind = RowKind.SUBSCRIPTION if isinstance(row, Subscription) else RowKind.INVITATION
    return (kind, row.id)


def _moved(head: Head, entry: Entry) -> Head:
    return Head(
        id=head.id,
        kind=TenantKind.CUSTOMER,
        related=head.related,
        sequence=entry.sequence,
        hash=entry.hash,
    )
