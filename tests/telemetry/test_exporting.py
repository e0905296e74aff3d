"""The real exporter, over TLS and with the identity, to a server here: in a process of its own."""

import gzip
import json
import os
import ssl
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry.context import attach, detach
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

from shared import tracing
from shared.settings import Settings, SettingsError, TelemetryTarget, read
from shared.telemetry import exporting
from tests.running.app import SETTINGS
from tests.running.identity import HEADER, IDENTITY, Endpoint, certified
from tests.running.system import ROOT

KEY = str(uuid4())
TRACE, SPAN = "ab" * 16, "cd" * 8
CODE = f"""
import logging, os, sys, threading
from shared import settings, wiring
from shared.tracing import TRAFFIC, span

def heavy():
    return any(name.startswith(("azure.monitor", "opentelemetry")) for name in sys.modules)

before = heavy()
wiring.app(settings.read(os.environ))
waiting = [thread for thread in threading.enumerate() if thread.name == "telemetry"]
with span("00-{TRACE}-{SPAN}-01", seed="ef" * 16):
    command = {{"command": "invite", "tenant": "t", "command_id": "c", "seconds": 0.25}}
    logging.getLogger("shared.any").info("command.committed", extra=command)
    measured = {{"service": "table", "operation": "read", "status": 200, "seconds": 0.1}}
    logging.getLogger(TRAFFIC).debug("storage.request", extra=measured)
for thread in waiting:
    thread.join()
print(before, heavy(), len(waiting))
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certified(tmp_path_factory.mktemp("tls"))


class Ingestion(ThreadingHTTPServer):
    """Takes telemetry."""

    def __init__(self, certificate: tuple[Path, Path]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.tokens: set[str] = set()
        self.items: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Ingestion

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        items = json.loads(body)
        self.server.items += items
        self.server.tokens.add(self.headers["Authorization"].partition(" ")[0])
        answer = {"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - likewise
        pass


def values() -> dict[str, str]:
    sample = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))["Values"]
    return {name: text for name, text in os.environ.items() if "AzureWebJobs" not in name} | sample


def run(environ: dict[str, str]) -> list[str]:
    """What the process printed: heavy modules before and after, threads."""
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert KEY not in done.stdout + done.stderr
    return done.stdout.split()


def test_where_it_is_not_configured_nothing_of_it_is_imported():
    assert run(values()) == ["False", "False", "0"]


def test_it_arrives_with_the_identity_of_the_app(certificate: tuple[Path, Path]):
    tokens, ingestion = Endpoint("https://monitor.azure.us/"), Ingestion(certificate)
    servers: list[ThreadingHTTPServer] = [tokens, ingestion]
    threads = [Thread(target=each.serve_forever, daemon=True) for each in servers]
    for thread in threads:
        thread.start()
    place = f"https://127.0.0.1:{ingestion.server_port}/"
    configured = {
        "APPLICATIONINSIGHTS_CONNECTION_STRING": (
            f"InstrumentationKey={KEY};IngestionEndpoint={place}"
        ),
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": f"ClientId={IDENTITY};Authorization=AAD",
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{tokens.server_port}/msi/token",
        "IDENTITY_HEADER": HEADER,
        "REQUESTS_CA_BUNDLE": str(certificate[0]),
    }
    assert run(values() | configured) == ["False", "True", "1"]
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()
    assert {asked["client_id"][0] for asked in tokens.asked} == {IDENTITY}
    assert {asked["resource"][0].rstrip("/") for asked in tokens.asked} == {
        "https://monitor.azure.us"
    }
    assert ingestion.tokens == {"Bearer"}
    assert {item["iKey"] for item in ingestion.items} == {KEY}
    check(ingestion.items)


def check(items: list[dict[str, Any]]) -> None:
    """A log line, a span and measures, each as Application Insights wants it."""
    data = {item["data"]["baseType"]: item for item in items}
    message, span = data["MessageData"], data["RemoteDependencyData"]
    assert message["data"]["baseData"]["message"] == "command.committed"
    assert message["data"]["baseData"]["properties"]["command"] == "invite"
    assert {message["tags"]["ai.operation.id"], span["tags"]["ai.operation.id"]} == {TRACE}
    assert span["tags"]["ai.operation.parentId"] == SPAN
    assert span["data"]["baseData"]["id"] == "ef" * 8
    metrics = [
        item["data"]["baseData"]["metrics"][0]
        for item in items
        if item["data"]["baseType"] == "MetricData"
    ]
    names = {metric["name"] for metric in metrics}
    assert {"csp.commands", "csp.command.duration", "csp.storage.duration"} <= names
    assert all(name.startswith(("csp.", "_OTELRESOURCE_")) for name in names)


@pytest.mark.parametrize(
    ("cloud", "given", "told"),
    [
        ("public", "InstrumentationKey=k", "InstrumentationKey=k"),
        ("usGovernment", "InstrumentationKey=k;", "k;AADAudience=https://monitor.azure.us/"),
        ("usGovernment", "a=k;AADAudience=https://x/", "k;AADAudience=https://x/"),
    ],
)
def test_tokens_are_for_the_cloud(cloud: Any, given: str, told: str):
    settings = SETTINGS.model_copy(update={"cloud": cloud})
    assert exporting.connection_string(settings, TelemetryTarget(given)).endswith(told)


def settings(**values: str) -> Settings:
    sample = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))["Values"]
    return read(sample | values)


def test_the_settings():
    place = f"InstrumentationKey={KEY};IngestionEndpoint=https://x.in.example/"
    name, identity = "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_"
    assert settings().telemetry is None
    assert settings(**{name: place}).telemetry == TelemetryTarget(place)
    both = settings(**{name: place, f"{identity}STRING": "Authorization=AAD"})
    assert both.telemetry == TelemetryTarget(place, by_identity=True)
    assert KEY not in repr(both)
    assert KEY not in repr(both.telemetry)
    for wrong in ("x", place.replace("https", "http"), place.replace(KEY, "k")):
        with pytest.raises(SettingsError, match=f"{name} is not a connection string") as caught:
            settings(**{name: wrong})
        assert wrong not in str(caught.value)
    with pytest.raises(SettingsError, match=f"{identity}STRING must be"):
        settings(**{identity + "STRING": "ClientId=x"})


def test_the_span_of_the_host_stands_between():
    """What the worker puts at hand where its OpenTelemetry support is on."""
    host = SpanContext(int(TRACE, 16), 7, is_remote=True, trace_flags=TraceFlags(1))
    tracing.ask_host(exporting.host_span)
    token = attach(set_span_in_context(NonRecordingSpan(host)))
    try:
        with tracing.span() as alone:
            assert (alone.trace_id, alone.parent_id) == (TRACE, f"{7:016x}")
        with tracing.span(f"00-{TRACE}-{SPAN}-01") as same:
            assert same.parent_id == f"{7:016x}"
        with tracing.span(f"00-{'12' * 16}-{SPAN}-01") as other:
            assert (other.trace_id, other.parent_id) == ("12" * 16, SPAN)
    finally:
        detach(token)
        with tracing.span() as none:
            assert none.parent_id is None
        tracing.ask_host(None)
