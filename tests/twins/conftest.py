import pytest

from tests.twins.worlds import TRACES


@pytest.fixture(autouse=True)
def seeded_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.tracing._RANDOM", TRACES)
