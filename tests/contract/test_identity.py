"""The account reached without a key, as in Azure: TLS, a bearer token, an identity endpoint.

Azurite checks a token's audience, issuer and times. The app runs in a process of its own, because
the trust in certificates is settled when its HTTP client is imported.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import OctKey

from devhost.azurite import ACCOUNT, Azurite
from shared.clock import SystemClock
from tests.running.system import ROOT, five_free_ports

IDENTITY = str(uuid4())
HEADER = "the-platform's-secret"
PROBE = """
import asyncio
from shared import bootstrap
from shared.services.readiness import check_ready

async def main():
    await bootstrap.prepare()
    probes = bootstrap.services().probes
    await check_ready(probes)
    print(sorted(probes))

asyncio.run(main())
"""

SENDING = """
import os
from examples.onboarding.channels import RawQueue

channel = RawQueue(os.environ["AzureWebJobsStorage__queueServiceUri"])
channel.send([{"id": "one"}])
channel.close()
"""


class Endpoint(ThreadingHTTPServer):
    """What gives tokens to apps in Azure App Service."""

    def __init__(self, audience: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.audience = audience
        self.asked: list[dict[str, list[str]]] = []


class Handler(BaseHTTPRequestHandler):
    """Answers one request for a token."""

    server: Endpoint

    def do_GET(self) -> None:
        """A token, for whoever brings the platform's header."""
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        if self.headers["X-IDENTITY-HEADER"] != HEADER:
            self.send_error(401)
            return
        now = int(SystemClock().now().timestamp())
        claims = {
            "aud": self.server.audience,
            "iss": "https://sts.windows.net/00000000-0000-0000-0000-000000000000/",
            "iat": now - 60,
            "nbf": now - 60,
            "exp": now + 3600,
        }
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("k" * 32))
        answer = {"access_token": token, "token_type": "Bearer", "resource": self.server.audience}
        body = json.dumps(answer | {"expires_on": str(now + 3600)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
        """Prints nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = SystemClock().now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


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
    endpoint: Endpoint, ports: tuple[int, int], certificate: Path, code: str = PROBE
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
