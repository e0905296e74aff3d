"""How a ledger can be broken, in one sentence each."""

from collections.abc import Mapping
from typing import Final

from shared.model.ledger import BreakKind
from shared.web.texts import text

BREAKS: Final[Mapping[BreakKind, str]] = {
    "gap": text("An entry is missing here."),
    "misplaced": text("An entry lies where another one belongs."),
    "foreign": text("This entry belongs to another organization."),
    "hash-mismatch": text("This entry is not what its hash says: it was changed afterwards."),
    "link-mismatch": text("This entry does not follow from the one before it."),
    "schema": text("This entry cannot be read."),
    "time": text("This entry is dated before the one that it follows."),
    "head-mismatch": text("The ledger does not end where its head says: its end was changed."),
}
