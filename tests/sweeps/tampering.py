"""All ways to edit storage behind the app's back."""

from typing import Final

from tests.sweeps import spoiled_elsewhere, spoiled_ledgers, spoiled_rows

OF_TENANTS: Final = (
    spoiled_rows.partner_of_record,
    spoiled_rows.quantity,
    spoiled_rows.status,
    spoiled_rows.term,
    spoiled_rows.owner,
    spoiled_rows.moved,
    spoiled_rows.lost,
    spoiled_rows.invented,
    spoiled_rows.older,
    spoiled_rows.corrupt_json,
    spoiled_rows.wrong_type,
    spoiled_rows.counter,
    spoiled_rows.privileges,
    spoiled_rows.agreement,
    spoiled_rows.headless,
    spoiled_rows.corrupt_head,
    spoiled_ledgers.entry_deleted,
    spoiled_ledgers.last_entry_deleted,
    spoiled_ledgers.entry_edited,
    spoiled_ledgers.entry_rewritten,
    spoiled_ledgers.corrupt_entry,
    spoiled_ledgers.cut_back,
    spoiled_ledgers.rewritten_to_the_end,
    spoiled_ledgers.taken_over,
    spoiled_ledgers.behind,
    spoiled_ledgers.ahead,
)
"""What can be told from one tenant's partition and the last checkpoint alone."""

ELSEWHERE: Final = (
    spoiled_elsewhere.index_deleted,
    spoiled_elsewhere.index_stale,
    spoiled_elsewhere.index_older,
    spoiled_elsewhere.index_doubled,
    spoiled_elsewhere.claim_deleted,
    spoiled_elsewhere.claim_orphan,
    spoiled_elsewhere.claim_of_another,
    spoiled_elsewhere.slot_orphan,
    spoiled_elsewhere.slot_counter,
    spoiled_elsewhere.corrupt_index,
    spoiled_elsewhere.corrupt_claim,
)
"""What can only be told by looking at several tables."""
