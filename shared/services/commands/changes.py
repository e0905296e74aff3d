"""From a decision to the one transaction that carries it out."""

from collections.abc import Mapping

from shared.deciding.facts import Decided
from shared.model.ledger import Entry
from shared.model.personal import commitment
from shared.model.state import Tenant
from shared.services.commands.loading import Loaded
from shared.services.ports.tenants import Commit, DetailsWrite, Remembered, RowWrite


def change_set(
    loaded: Loaded,
    after: Tenant,
    decided: Decided,
    salts: Mapping[str, str],
    entry: Entry | None,
    remembered: Remembered | None,
) -> Commit:
    """Every row that changed under its own ETag, every row relied on touched under its own."""
    before = loaded.tenant
    changed = {key: row for key, row in after.rows.items() if before.rows.get(key) != row}
    return Commit(
        head=after.head,
        head_etag=loaded.head_etag,
        head_changed=entry is not None,
        rows=tuple(
            RowWrite(key, row, loaded.rows[key].etag if key in loaded.rows else None)
            for key, row in sorted(changed.items())
        ),
        touched=tuple(
            (key, stored.etag) for key, stored in sorted(loaded.rows.items()) if key not in changed
        ),
        details=tuple(
            DetailsWrite(
                key, kept, salts[key], loaded.details[key].etag if key in loaded.details else None
            )
            for key, kept in decided.details.items()
        ),
        erased=tuple((key, loaded.details[key].etag) for key in sorted(decided.erased)),
        entry=entry,
        remembered=remembered,
    )


def commitments(decided: Decided, salts: Mapping[str, str]) -> dict[str, str | None]:
    """What the entry says of personal data: a commitment to what is kept, None for what goes."""
    kept = {key: commitment(details, salts[key]) for key, details in decided.details.items()}
    return {**kept, **dict.fromkeys(sorted(decided.erased))}
