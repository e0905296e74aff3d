"""What a caller is told on purpose of what it may not see (docs/isolation.md), by name.

An answer may differ between a world and its twin only because of one of these, and only where the
fact is true.
"""

from tests.cast.ids import PROVIDER
from tests.twins.scene import VISIT, Step
from tests.twins.visibility import Record, offer_of

TAKEN = "an id is taken, without by whom"
BLOCKED = "the customer blocked a partner that this one names and is linked with"
OFFERED = "whoever holds a link's id: who offers it, what, and whether it is open"
CHECKPOINT = "checkpoints, with the number of tenants in them"
FACTS = (TAKEN, BLOCKED, OFFERED, CHECKPOINT)
READ = {OFFERED, CHECKPOINT}
"""Facts that are told to who reads, and of whose budget nothing is taken for it."""

_PROVING = ("/checkpoints", "/ledger/proof", "/activity/")
"""What shows a checkpoint, or a proof that leads to one; pages below the activity do as well."""
_IDS = {"SUB-2", "ResourceAlreadyExists"}


def fact(step: Step, named: frozenset[str], record: Record) -> str | None:
    """The fact that an answer which names these rules rests on, if it is one and true."""
    if step.method in {"GET", VISIT} and offer_of(step) in record.offers:
        return OFFERED
    if record.swept and any(each in step.path for each in _PROVING):
        return CHECKPOINT
    if named & _IDS and record.taken.get(step.thing or "", step.by) != step.by:
        return TAKEN
    others = {one for one in step.partners - {step.by} if (step.customer, one) in record.blocks}
    resellers = record.linked & (step.partners | {step.by})
    if "INV-9" in named and others and resellers and PROVIDER in step.partners:
        return BLOCKED
    return None
