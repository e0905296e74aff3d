import pytest

from tests.twins.drawn import draw_alike


@pytest.fixture(autouse=True)
def drawn_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_alike(monkeypatch)
