"""No event and no result is lost, however late the storage is; and it is not by luck."""

import os

import pytest

from .histories import History, founded

HISTORIES = int(os.environ.get("LATE_HISTORIES", "150"))
"""As many are run; 10,000 take a quarter of an hour."""
STEPS = 12


@pytest.mark.timeout(0)
async def test_no_history_loses_an_event_or_a_result():
    begun = await founded()
    late = 0
    for seed in range(HISTORIES):
        history = History(seed, begun)
        try:
            await history.run(STEPS)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
        late += history.storage.late
    assert late > HISTORIES, "writes were late"
