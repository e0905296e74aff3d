from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.devhost.queue_bench import Bench
from tests.devhost.sample import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    sample = Sample(tmp_path_factory.mktemp("running"))
    sample.start()
    yield sample
    sample.stop()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    sample = Sample(tmp_path)
    yield sample
    if sample.process and sample.process.poll() is None:
        sample.kill()


@pytest.fixture
def bench(azurite: str) -> Bench:
    return Bench(azurite)
