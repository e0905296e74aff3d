"""The whole app in this process, over memory; callers bring claims instead of tokens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlsplit

from devhost.routes import RouteTable, parse
from functions import openapi
from shared.auth.claims import Claims, VerifiedClaims
from shared.auth.tokens import NO_HEADER, TokenVerifier
from shared.errors import Unauthenticated
from shared.http.endpoint import API_VERSION, JSON, Endpoint
from shared.http.host import response
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import App, serve
from shared.services.application import Services
from shared.services.ports import Ports
from shared.services.ports.queues import Announcement, Queue
from shared.services.ports.webhooks import Answered, Courier
from shared.services.queues.internal_messages import shard_of
from shared.settings import Settings
from shared.storage.wiring import Memory
from shared.wiring import table_probes, wire
from tests.cast.bodies import ACCEPTANCE, partner_document
from tests.cast.ids import AGENCY, AT, DIRECT, OPERATOR, invitation_id

SETTINGS: Final = Settings(
    client_id="00000000-0000-4000-8000-0000000000aa",
    operator_tenant_id=OPERATOR,
    public_base_url="https://csp.example",
    storage_connection="",
    sweep_schedule="0 7 3 * * *",
    feed_hold_seconds=15,
)
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"


@cache
def endpoints() -> Mapping[str, Endpoint[Any, Any]]:
    """Every endpoint record by its name."""
    return {endpoint.name: endpoint for endpoint in openapi.endpoints()}


@cache
def routes() -> RouteTable:
    """Which of them an address means."""
    return RouteTable(
        parse(name, "", each.route, [each.method]) for name, each in endpoints().items()
    )


@dataclass
class Time:
    """A clock that a test sets."""

    at: datetime = AT

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - AT).total_seconds()

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True)
class Answer:
    """An answer with its body read."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> tuple[int, str]:
        return self.status, self.body["error"]["code"]


class _Verifier:
    """Takes the claims themselves for a token."""

    async def verify(self, authorization: str | None) -> VerifiedClaims:
        if authorization is None:
            raise Unauthenticated(NO_HEADER, "header")
        return VerifiedClaims(Claims.model_validate_json(authorization))


class Consenting:
    """Stands in for all receivers: nothing is sent anywhere, and everything is taken."""

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answered:
        return Answered(200, {"webhook-allowed-origin": "*"})


class LocalApp:
    """The app over memory, a new one or one in which something happened; or over `ports`.

    `services` serve HTTP. What consumes a queue has services of its own, as Azure's plans run it.
    """

    def __init__(
        self,
        settings: Settings = SETTINGS,
        courier: Courier | None = None,
        memory: Memory | None = None,
        ports: Ports | None = None,
    ) -> None:
        self.clock = Time()
        self.memory = memory or Memory(now=self.clock.now)
        ports = ports or self.memory.ports
        self.probes = table_probes(ports)
        self.random = Random(7)
        courier = courier or Consenting()
        self._process = lambda chance: wire(
            settings, ports, self.clock, chance, self.probes, courier
        )
        self.services = self._process(self.random)
        self._consumers: dict[str, Services] = {}
        self.app = App(self.services, cast("TokenVerifier", _Verifier()))
        self.endpoints = endpoints()
        self.routes = routes()

    async def call(
        self,
        method: str,
        url: str,
        caller: dict[str, Any] | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request, its body JSON unless it is bytes.

        A success is held against the shapes that its endpoint declares.
        """
        split = urlsplit(url)
        found = self.routes.match(method, split.path)
        assert found, url
        endpoint = self.endpoints[found[0]]
        content = _content(body)
        sent = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            **(headers or {}),
        }
        if caller is not None:
            sent["authorization"] = json.dumps(caller)
        incoming = Incoming(
            headers=sent,
            path=found[1],
            query={
                "api-version": API_VERSION,
                **dict(parse_qsl(split.query, keep_blank_values=True)),
            },
            body=content,
        )
        return _held(endpoint, await serve(endpoint, incoming, lambda: self.app))

    def consumer(self, queue: str) -> Services:
        """The services of the process that takes a queue's messages."""
        if queue not in self._consumers:
            self._consumers[queue] = self._process(Random(queue))
        return self._consumers[queue]

    async def follow(self) -> None:
        """Serves every announcement that waits."""
        for message in self.memory.queues.take(Queue.PROJECTIONS):
            text = json.loads(message.text)
            projection = self.consumer(Queue.PROJECTIONS).projection
            await projection.follow(Announcement(text["tenantId"], text["commandId"]))

    async def sweep(self) -> None:
        """Does every part of a sweep that waits."""
        while waiting := self.memory.queues.take(Queue.SWEEP_SHARDS):
            for message in waiting:
                await self.consumer(Queue.SWEEP_SHARDS).sweeping.shards.run(*shard_of(message.text))


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _held(endpoint: Endpoint[Any, Any], outgoing: Outgoing) -> Answer:
    headers = dict(response(outgoing).headers.items())
    if outgoing.headers.get("Content-Type", JSON).partition(";")[0] != JSON:
        return Answer(outgoing.status, headers, outgoing.body.decode())
    body = json.loads(outgoing.body) if outgoing.body else None
    refused = outgoing.headers.get("x-ms-error-code") == "PolicyRefused"
    assert not (refused and endpoint.unruled), f"{endpoint.name} says that no rule can refuse it"
    if outgoing.status < 300:
        shape = endpoint.answers[outgoing.status]
        if shape is None:
            assert body is None
        else:
            shape.model_validate(body, by_alias=True, by_name=False)
    return Answer(outgoing.status, headers, body)


def user(tenant: str, *roles: str, **claims: Any) -> dict[str, Any]:
    """The claims of a person."""
    return {
        "ver": "2.0",
        "iss": "",
        "aud": "",
        "exp": 0,
        "nbf": 0,
        "tid": tenant,
        "oid": "10000000-0000-4000-8000-00000000000f",
        "scp": "access_as_user",
        "roles": list(roles),
        "wids": [],
        "acct": 0,
        **claims,
    }


def admin(tenant: str) -> dict[str, Any]:
    """The claims of a customer's Global admin."""
    return user(tenant, wids=[GLOBAL_ADMINISTRATOR])


def application(tenant: str = DIRECT) -> dict[str, Any]:
    """The claims of a partner's application."""
    claims = user(tenant, "OnboardingPipeline", idtyp="app")
    return {name: value for name, value in claims.items() if name not in {"scp", "wids"}}


OPERATOR_CLAIMS: Final = user(OPERATOR, "PlatformOperator")


async def enrol(local: LocalApp, *partner_ids: str) -> None:
    for partner_id in partner_ids:
        path, body = f"/api/partners/{partner_id}", partner_document(partner_id)
        assert (await local.call("PUT", path, OPERATOR_CLAIMS, body)).status == 201


async def hire(local: LocalApp, partner_id: str, number: int, **body: Any) -> str:
    """The agency accepts the partner's invitation; the path of that."""
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(number)}"
    seller = user(partner_id, "GlobalAdmin")
    made = await local.call("PUT", path, seller, {"delegatedAdmin": True, **body})
    assert made.status == 201, made
    assert (await local.call("POST", f"{path}/accept", admin(AGENCY), ACCEPTANCE)).status == 200
    return path


async def submit(local: LocalApp, *events: Any, caller: Any = None, **kind: Any) -> Answer:
    """Hands in a batch of events, by default as DIRECT's application."""
    sender, headers = caller or application(), kind.get("headers")
    return await local.call("POST", "/api/onboarding", sender, list(events), headers)
