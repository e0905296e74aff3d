"""The composition root, over a real storage account."""

import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from functions import health
from shared import bootstrap, wiring
from shared.errors import Unavailable
from shared.http.messages import Incoming
from shared.http.pipeline import App, serve
from shared.services.ports.queues import Queue
from shared.services.readiness import Readiness
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


async def asked(app: App) -> None:
    """What the probes find now, whatever was found a moment ago."""
    await Readiness(app.services.readiness.probes, app.services.clock).check()


@pytest.mark.usefixtures("environment")
async def test_ready_once_everything_is_there(prefix: str, azurite: str):
    app = fresh()
    assert bootstrap.app() is app
    assert bootstrap.services() is app.services
    with pytest.raises(Unavailable) as missing:
        await asked(app)
    names = {str(detail.target) for detail in missing.value.details}
    assert names == set(app.services.readiness.probes)

    await bootstrap.prepare()
    await bootstrap.prepare()
    await asked(app)

    other = Clients(azurite, prefix)
    await other.sdk_queues.delete_queue(other.queue_name(Queue.PROJECTIONS))
    await other.close()
    with pytest.raises(Unavailable) as gone:
        await asked(app)
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


@pytest.mark.usefixtures("environment")
async def test_a_setting_that_stops_the_app_is_named_in_the_hosts_own_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """A reference that the vault has not resolved comes as its own text. The host keeps a line's
    text alone, formatted as `logging` does, and no telemetry is there yet."""
    monkeypatch.setenv("WEBHOOK_SECRET_KEY", "@Microsoft.KeyVault(SecretUri=https://v/secrets/k)")
    monkeypatch.setattr(caplog.handler, "formatter", logging.Formatter())
    for _ in range(2):
        bootstrap.app.cache_clear()
        answer = await serve(
            health.api.endpoints["health_live"], Incoming({}, {}, {}, b""), bootstrap.app
        )
        assert (answer.status, answer.headers["x-ms-error-code"]) == (503, "ServiceUnavailable")
    lines = [caplog.handler.format(each) for each in caplog.records]
    told = "The setting WEBHOOK_SECRET_KEY is not one or two keys of 32 bytes in base64."
    assert lines == [f"settings.unusable\nshared.settings.SettingsError: {told}"] * 2
