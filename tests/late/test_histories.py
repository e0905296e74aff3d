"""No event and no result is lost, however late the storage is; and it is not by luck."""

import os

import pytest

from shared.services.followers import feeds
from shared.services.onboarding import results

from .histories import History, founded

HISTORIES = int(os.environ.get("LATE_HISTORIES", "150"))
"""As many are run; 10,000 take some 20 minutes."""
ENOUGH = 40
"""Of which one loses something where nothing is published again."""
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


@pytest.mark.parametrize(
    ("module", "lost"), [(feeds, "missed events"), (results, "missed results")]
)
async def test_without_it_one_does(monkeypatch, module, lost):
    monkeypatch.setattr(module, "late", lambda *_: False)
    begun = await founded()
    for seed in range(ENOUGH):
        try:
            await History(seed, begun).run(STEPS)
        except AssertionError as error:
            assert lost in str(error)  # noqa: PT017 - which seed it is does not matter
            return
    pytest.fail(f"{ENOUGH} histories {lost} nowhere")
