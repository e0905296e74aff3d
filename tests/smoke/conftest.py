from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running.client import OPERATOR_TENANT
from tests.running.system import OwnSystem

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnSystem]:
    system = OwnSystem(tmp_path_factory.mktemp("smoke") / "data")
    system.start()
    yield system
    system.stop()


@pytest.fixture
def operator(system: OwnSystem) -> str:
    return system.token(OPERATOR_TENANT, roles=["PlatformOperator"])
