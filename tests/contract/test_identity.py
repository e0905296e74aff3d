"""The account reached without a key, as in Azure: TLS, a bearer token, an identity endpoint.

Azurite checks a token's audience, issuer and times. The app runs in a process of its own, because
the trust in certificates is settled when its HTTP client is imported.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import get_args

import pytest

from devhost.azurite import ACCOUNT, Azurite
from shared.settings import StorageClient
from tests.running.identity import HEADER, IDENTITY, Endpoint, certified
from tests.running.system import ROOT, five_free_ports

PROBE = """
import asyncio
from shared import bootstrap

async def main():
    await bootstrap.prepare()
    readiness = bootstrap.services().readiness
    await readiness.check()
    print(sorted(readiness.probes))

asyncio.run(main())
"""

WORKING = """
import asyncio, os
from shared import bootstrap
from shared.services.ports.scanning import Partitions
from shared.settings import read
from shared.storage.encoding.keys.places import Key, Span
from shared.storage.engine.clients import Clients
from shared.storage.engine.table import Delete, Insert, Replace, Touch

async def main():
    await bootstrap.prepare()
    settings = read(os.environ)
    clients = Clients(settings.storage, client=settings.storage_client)
    table, queues = clients.table("claims"), clients.queues()
    keys = [Key("it's 한 a|b+c", row) for row in ("a", "b;c", "d=e&f")]
    await table.transact([Insert(keys[0], {"s": "한", "b": b"1"})])
    await table.transact([Insert(key, {"n": 1}) for key in keys[1:]])
    etags = [(await table.get(key)).etag for key in keys]
    await table.transact([Replace(keys[0], {"n": 2}, etags[0]), Touch(keys[1], etags[1])])
    await table.transact([Delete(keys[2], etags[2])])
    found = await table.range(keys[0].partition, Span("", "z"), 9)
    pages = [each async for page in table.pages(Partitions(), 9) for each in page]
    assert [*found.entities] == pages
    await queues.delete("projections", await queues.put("projections", "한 <&>", 1))
    await table.transact([Delete(each.key, each.etag) for each in pages])
    await clients.close()
    print([(each.key.row, dict(each.properties)) for each in pages])

asyncio.run(main())
"""

SENDING = """
import os
from examples.onboarding.channels import RawQueue

channel = RawQueue(os.environ["AzureWebJobsStorage__queueServiceUri"])
channel.send([{"id": "one"}])
channel.close()
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def ports(
    certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, int]]:
    blob = five_free_ports()
    queue, table = blob + 1, blob + 2
    cert, key = map(str, certificate)
    options = ("--oauth", "basic", "--cert", cert, "--key", key)
    location = tmp_path_factory.mktemp("azurite-tls")
    with Azurite(location, blob=blob, queue=queue, table=table, options=options):
        yield queue, table


def run(
    endpoint: Endpoint,
    ports: tuple[int, int],
    certificate: Path,
    code: str = PROBE,
    client: str = "engine",
) -> subprocess.CompletedProcess:
    """Runs `code` with nothing but the identity: else it creates and asks all tables and queues."""
    queue, table = ports
    thread = Thread(target=endpoint.serve_forever, daemon=True)
    thread.start()
    values = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))["Values"]
    del values["AzureWebJobsStorage"]
    environ = {key: text for key, text in os.environ.items() if "AzureWebJobs" not in key}
    environ |= values | {
        "AzureWebJobsStorage__tableServiceUri": f"https://127.0.0.1:{table}/{ACCOUNT}",
        "AzureWebJobsStorage__queueServiceUri": f"https://127.0.0.1:{queue}/{ACCOUNT}",
        "AzureWebJobsStorage__clientId": IDENTITY,
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{endpoint.server_port}/msi/token",
        "IDENTITY_HEADER": HEADER,
        "STORAGE_CLIENT": client,
        "SSL_CERT_FILE": str(certificate),
        "REQUESTS_CA_BUNDLE": str(certificate),
    }
    try:
        return subprocess.run(
            [sys.executable, "-c", code],
            check=False,
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
        )
    finally:
        endpoint.shutdown()
        endpoint.server_close()
        thread.join()


def test_the_identity_opens_tables_and_queues(ports, certificate):
    endpoint = Endpoint("https://storage.azure.com")
    done = run(endpoint, ports, certificate[0])
    assert done.returncode == 0, done.stderr[-2000:]
    assert "queue projections" in done.stdout
    assert "table tenants" in done.stdout
    assert {asked["client_id"][0] for asked in endpoint.asked} == {IDENTITY}
    assert {asked["resource"][0] for asked in endpoint.asked} == {"https://storage.azure.com"}


@pytest.mark.parametrize("client", get_args(StorageClient.__value__))
def test_all_that_is_asked_of_storage_is_asked_with_the_identity(ports, certificate, client):
    endpoint = Endpoint("https://storage.azure.com")
    done = run(endpoint, ports, certificate[0], WORKING, client)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[0] == "[('a', {'n': 2}), ('b;c', {'n': 1})]"
    assert {asked["resource"][0] for asked in endpoint.asked} == {"https://storage.azure.com"}


def test_a_token_for_something_else_opens_nothing(ports, certificate):
    done = run(Endpoint("https://vault.azure.net"), ports, certificate[0])
    assert done.returncode != 0
    assert "StorageDown" in done.stderr


def test_the_example_of_a_pipeline_sends_with_an_identity(ports, certificate):
    assert run(Endpoint("https://storage.azure.com"), ports, certificate[0]).returncode == 0
    endpoint = Endpoint("https://storage.azure.com")
    done = run(endpoint, ports, certificate[0], SENDING)
    assert done.returncode == 0, done.stderr[-2000:]
    assert endpoint.asked
