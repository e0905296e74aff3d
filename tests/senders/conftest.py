"""The running system, and the pipeline and partner that the recorded senders name."""

from collections.abc import Iterator

import httpx
import pytest

from tests.queues.pipelines import Storage
from tests.running.client import World, partner_body
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS
from tests.senders.recorded import PARTNER, SOURCE

PIPELINE = "senders"
TYPES = [
    *("partner-enrolment", "customer-profile", "invitation-request"),
    *("subscription-registration", "subscription-update"),
]


@pytest.fixture(scope="session")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)


@pytest.fixture(scope="session")
def storage(system: System) -> Storage:
    return Storage(system)


@pytest.fixture(scope="session")
def pipeline(world: World) -> str:
    """The id under which the senders' source may act for their partner."""
    assert world.operator.put(f"/partners/{PARTNER}", partner_body()).status_code == 201
    body = {"source": SOURCE, "partnerIds": [PARTNER], "types": TYPES}
    assert world.operator.put(f"/pipelines/{PIPELINE}", body).status_code == 201
    return PIPELINE
