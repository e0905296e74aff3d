"""Nothing is lost, done twice or half, however late the storage is; and it is not by luck."""

import os

import pytest

from shared.errors import Throttled
from shared.services.commands import claiming, committing, reserving
from shared.services.followers import feeds
from shared.services.onboarding import results

from .histories import History, founded
from .rivals import Rivals, rivalry

HISTORIES = int(os.environ.get("LATE_HISTORIES", "150"))
"""As many are run; 10,000 take some 20 minutes."""
ENOUGH = 40
"""Of which one loses something where nothing is published again."""
STEPS = 12
RIVALRIES = int(os.environ.get("RIVALRIES", "8"))
"""As many histories of commands are run; `make soak` runs 300."""


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


@pytest.mark.timeout(0)
async def test_no_history_of_rivals_has_other_than_their_answers():
    begun = await rivalry()
    late = answered = 0
    for seed in range(RIVALRIES):
        history = Rivals(seed, begun)
        try:
            await history.run(STEPS)
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise
        late += history.storage.late
        answered += sum(told.done is not None for told in history.told)
    assert late > RIVALRIES, "writes were late"
    assert answered > RIVALRIES, "commands were done"


async def _unfenced(*_: object) -> None:
    return


@pytest.mark.parametrize(
    ("broken", "first"),
    [
        pytest.param({(committing, "OutcomeUnknown"): Throttled}, 2, id="unknown is not done"),
        pytest.param(
            {(claiming, "fence"): _unfenced, (reserving, "fence"): _unfenced}, 17, id="no fence"
        ),
    ],
)
@pytest.mark.timeout(0)
async def test_some_history_tells_that(monkeypatch, broken, first):
    for (module, name), other in broken.items():
        monkeypatch.setattr(module, name, other)
    begun = await rivalry()
    for seed in range(first, first + ENOUGH):
        try:
            await Rivals(seed, begun).run(STEPS)
        except AssertionError:
            return
    pytest.fail(f"{ENOUGH} histories were as they should be")
