"""The composition root, over a real storage account."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from shared import bootstrap, wiring
from shared.errors import Unavailable
from shared.http.pipeline import App
from shared.services.ports.queues import Queue
from shared.services.readiness import check_ready
from shared.settings import SettingsError, StorageClient
from shared.storage.engine.clients import Clients
from tests.running.client import OPERATOR_TENANT

ENVIRONMENT = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "CLIENT_ID": str(uuid4()),
    "OPERATOR_TENANT_ID": OPERATOR_TENANT,
    "PUBLIC_BASE_URL": "http://127.0.0.1:7071",
    "DEVELOPMENT_ISSUER": "http://127.0.0.1:7072",
    "SWEEP_SCHEDULE": "0 7 3 * * *",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, azurite: str) -> None:
    for name, value in {**ENVIRONMENT, "AzureWebJobsStorage": azurite}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
async def prefix(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """Tables and queues of this test's own; every connection that it opens is closed."""
    made: list[Clients] = []
    prefix = f"t{uuid4().hex[:8]}"

    def clients(connection: str, client: StorageClient | None = None) -> Clients:
        made.append(Clients(connection, prefix, client))
        return made[-1]

    monkeypatch.setattr(wiring, "Clients", clients)
    yield prefix
    bootstrap.app.cache_clear()
    for each in made:
        await each.close()


def fresh() -> App:
    """An app as a new process makes it."""
    bootstrap.app.cache_clear()
    return bootstrap.app()


@pytest.mark.usefixtures("environment")
async def test_ready_once_everything_is_there(prefix: str, azurite: str):
    app = fresh()
    assert bootstrap.app() is app
    assert bootstrap.services() is app.services
    with pytest.raises(Unavailable) as missing:
        await check_ready(app.services.probes)
    names = {str(detail.target) for detail in missing.value.details}
    assert names == set(app.services.probes)

    await bootstrap.prepare()
    await bootstrap.prepare()
    await check_ready(app.services.probes)

    other = Clients(azurite, prefix)
    await other.sdk_queues.delete_queue(other.queue_name(Queue.PROJECTIONS))
    await other.close()
    with pytest.raises(Unavailable) as gone:
        await check_ready(app.services.probes)
    assert [detail.target for detail in gone.value.details] == ["queue projections"]


@pytest.mark.usefixtures("environment")
def test_settings_are_checked_in_one_line(monkeypatch: pytest.MonkeyPatch):
    bootstrap.check()
    wrong: dict[str, Any] = {
        "CLIENT_ID": "nobody",
        "PUBLIC_BASE_URL": "",
        "CLOUD": "moon",
        "AZURE_FUNCTIONS_ENVIRONMENT": "Production",
    }
    for name, value in wrong.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(SettingsError) as caught:
                bootstrap.check()
        assert "\n" not in str(caught.value)
