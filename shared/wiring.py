"""Puts the app together: the one place that knows every concrete part.

What it makes belongs to the event loop that serves the first request.
"""

import logging
from collections.abc import Mapping
from random import Random, SystemRandom
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from shared.auth.tokens import token_verifier
from shared.clock import Clock, SystemClock
from shared.http.errors import body_of
from shared.http.pipeline import App
from shared.model.claims import ClaimKey, ClaimKind
from shared.outbound.courier import HttpCourier
from shared.policy.clouds import cloud_profile
from shared.services.active_partners import ActivePartners
from shared.services.application import Services, WebhookServices
from shared.services.budgets import Budgets
from shared.services.commands.erasures import Erasures
from shared.services.commands.evaluating import Evaluations
from shared.services.commands.execution import Executor
from shared.services.commands.impacts import Impacts
from shared.services.commands.loading import Loader
from shared.services.findings import Recorder
from shared.services.followers.projection import Projection
from shared.services.followers.projections_queue import ProjectionsQueue
from shared.services.followers.wakes import Wakes
from shared.services.onboarding.fingerprints import Fingerprints
from shared.services.onboarding.onboarding_queue import OnboardingQueue
from shared.services.onboarding.pipelines import Pipelines
from shared.services.onboarding.results import Results
from shared.services.onboarding.sources import Sources
from shared.services.onboarding.stamps import Stamps
from shared.services.onboarding.submissions import Submissions
from shared.services.partner_names import PartnerNames
from shared.services.ports import Ports
from shared.services.ports.queues import PARTNERS, Queue
from shared.services.ports.webhooks import Courier
from shared.services.profiles import Profiles
from shared.services.queries.clientele import Clientele
from shared.services.queries.customers import CustomerQueries
from shared.services.queries.events import EventQueries
from shared.services.queries.explaining import Explanations
from shared.services.queries.ledgers import LedgerQueries
from shared.services.queries.links import LinkQueries
from shared.services.queries.operators import OperatorQueries
from shared.services.queries.partners import PartnerQueries
from shared.services.queries.proofs import Proofs
from shared.services.queries.records import Records
from shared.services.queries.verifications import Verifications
from shared.services.queues.closings import Closings
from shared.services.queues.crowds import Crowds
from shared.services.queues.dead_letters import DeadLetters
from shared.services.queues.inbox import Inbox, Work
from shared.services.queues.letter_list import LetterList
from shared.services.queues.put_off_notes import PutOffNotes
from shared.services.queues.replays import Replays
from shared.services.readiness import Probe, Readiness
from shared.services.request_limits import RequestLimits
from shared.services.sweeping.sweep_shards_queue import SweepShardsQueue
from shared.services.sweeping.wiring import SweepServices, sweep_services
from shared.services.views import Views
from shared.services.webhooks.dead import DeadEvents
from shared.services.webhooks.deliveries import Deliveries
from shared.services.webhooks.managing import Webhooks
from shared.services.webhooks.messenger import Messenger
from shared.services.webhooks.reporting import Reporter
from shared.services.webhooks.shares import Returns, Shares
from shared.services.webhooks.signing import Sealer
from shared.services.webhooks.targets import Targets
from shared.services.webhooks.upkeep import Upkeep
from shared.services.webhooks.webhook_deliveries_queue import WebhookDeliveriesQueue
from shared.settings import Settings
from shared.storage import wiring
from shared.storage.engine.clients import Clients

_NOBODY: Final = "00000000-0000-0000-0000-000000000000"


def app(settings: Settings) -> App:
    """The app over the storage account that the settings name."""
    logging.getLogger("azure").setLevel(logging.WARNING)  # its INFO logs every request's headers
    if target := settings.telemetry:
        from shared.telemetry.starting import switch_on  # noqa: PLC0415 - only where configured

        switch_on(settings, target)
    clock = SystemClock()
    clients = Clients(settings.storage, client=settings.storage_client)
    ports = wiring.azure(clients)
    probes = {**table_probes(ports), "queue projections": lambda: _ask_queue(clients)}
    services = wire(settings, ports, clock, SystemRandom(), probes)
    return App(services, token_verifier(settings, clock))


async def create_storage(settings: Settings) -> None:
    """Creates the tables and queues that are missing."""
    clients = Clients(settings.storage)
    try:
        await clients.create_all()
    finally:
        await clients.close()


def wire(
    settings: Settings,
    ports: Ports,
    clock: Clock,
    random: Random,
    probes: Mapping[str, Probe],
    courier: Courier | None = None,
) -> Services:
    """The services over any ports, so that tests can bring their own."""
    profiles = Profiles(ports.tenants, clock, settings.profile_cache_seconds)
    views = Views(settings.cloud, settings.public_base_url)
    loader = Loader(ports, profiles, clock, cloud_profile(settings.cloud))
    executor = Executor(ports, profiles, loader, clock, random)
    dead_letters = DeadLetters(ports.dead_letters, clock)
    core = _Core(
        settings=settings,
        ports=ports,
        clock=clock,
        random=random,
        profiles=profiles,
        standing=ActivePartners(profiles),
        views=views,
        loader=loader,
        executor=executor,
        dead_letters=dead_letters,
        stamps=Stamps(settings.webhook_keys),
        notes=PutOffNotes(settings.webhook_keys),
    )
    return _services(core, _background(core, courier), probes)


class _Core(NamedTuple):
    """What the other parts are made of."""

    settings: Settings
    ports: Ports
    clock: Clock
    random: Random
    profiles: Profiles
    standing: ActivePartners
    views: Views
    loader: Loader
    executor: Executor
    dead_letters: DeadLetters
    stamps: Stamps
    notes: PutOffNotes


class _Background(NamedTuple):
    """What works without a caller; `works` by queue."""

    projection: Projection
    sweeping: SweepServices
    webhooks: WebhookServices
    works: dict[str, Work]


def _services(core: _Core, background: _Background, probes: Mapping[str, Probe]) -> Services:
    settings, ports, clock, random = core.settings, core.ports, core.clock, core.random
    views, executor, dead_letters = core.views, core.executor, core.dead_letters
    budgets, names = Budgets(ports.budgets, clock, settings), PartnerNames(ports.index)
    records = Records(ports.tenants, views, clock)
    return Services(
        settings=settings,
        clock=clock,
        ports=ports,
        standing=core.standing,
        executor=executor,
        views=views,
        customers=CustomerQueries(ports.tenants, records, views, clock),
        ledgers=LedgerQueries(ports.tenants),
        verifications=Verifications(ports.tenants),
        proofs=Proofs(ports.checkpoints, ports.sweeps),
        partners=(partners := PartnerQueries(ports, core.profiles, records, views, clock)),
        operators=OperatorQueries(ports, records, views, clock),
        clientele=Clientele(ports, partners, views, clock),
        links=LinkQueries(ports.tenants, ports.slots, core.profiles, views, clock),
        events=EventQueries(ports.tenants, ports.index, clock, settings.feed_hold),
        evaluations=(evaluations := Evaluations(core.loader)),
        impacts=Impacts(ports.tenants, ports.slots, records, evaluations, clock),
        explanations=Explanations(ports.tenants, clock),
        erasures=Erasures(ports.tenants, executor, dead_letters),
        pipelines=Pipelines(ports.operations, names, views, clock, settings.feed_hold),
        projection=background.projection,
        inbox=Inbox(background.works, dead_letters, ports.mail, core.notes, random),
        dead_letters=dead_letters,
        sweeping=background.sweeping,
        letters=(letters := LetterList(ports.dead_letters, names, clock)),
        closings=Closings(letters, ports.dead_letters, clock),
        replays=Replays(letters, ports.dead_letters, ports.mail, background.works, clock, random),
        submissions=Submissions(core.standing, core.stamps, budgets, ports.mail),
        webhooks=background.webhooks,
        readiness=Readiness(probes, clock),
        budgets=budgets,
        request_limits=RequestLimits(clock, settings),
    )


def _background(core: _Core, courier: Courier | None) -> _Background:
    ports, clock, executor, dead_letters = core.ports, core.clock, core.executor, core.dead_letters
    webhooks, hold = _webhooks(core, courier), core.settings.feed_hold
    recorder = Recorder(ports.findings, ports.sweeps, clock)
    projection = Projection(ports, core.views, clock, webhooks.wakes, recorder, hold)
    sweeping = sweep_services(ports, executor, core.views, clock, core.random)
    operator = core.settings.operator_tenant_id
    results = Results(ports.operations, clock, hold)
    fingerprints = Fingerprints(core.settings.webhook_keys)
    crowds = Crowds(clock)
    sources = Sources(ports.operations, core.stamps, core.settings.role_preset)
    works: dict[str, Work] = {
        **{
            queue: OnboardingQueue(
                queue,
                results,
                sources,
                fingerprints,
                executor,
                dead_letters,
                clock,
                operator,
                body_of,
                crowds,
            )
            for queue in (Queue.ONBOARDING, *PARTNERS)
        },
        Queue.PROJECTIONS: ProjectionsQueue(projection, ports.announcer, dead_letters),
        Queue.SWEEP_SHARDS: SweepShardsQueue(sweeping.shards, dead_letters),
        Queue.WEBHOOK_DELIVERIES: WebhookDeliveriesQueue(webhooks.deliveries, dead_letters),
    }
    return _Background(projection, sweeping, webhooks, works)


def _webhooks(core: _Core, courier: Courier | None) -> WebhookServices:
    settings, ports, clock, random = core.settings, core.ports, core.clock, core.random
    host, loopback = urlsplit(settings.public_base_url).hostname or "", settings.webhook_loopback
    own_hosts = frozenset({host, (settings.website_hostname or host).lower()})
    targets = Targets(own_hosts, loopback)
    sealer = Sealer(settings.webhook_keys, random)
    courier = courier or HttpCourier(loopback=loopback)
    messenger = Messenger(courier, sealer, clock, targets, host)
    dead = DeadEvents(core.dead_letters)
    reporter = Reporter(Recorder(ports.findings, ports.sweeps, clock))
    shares, returns = Shares(), Returns(clock)
    deliveries = Deliveries(
        *(ports, messenger, core.standing, shares, returns, dead, reporter, clock, random),
        hold=settings.feed_hold,
    )
    wakes = Wakes(ports, clock, settings.feed_hold)
    return WebhookServices(
        managing=Webhooks(
            ports, wakes, messenger, sealer, shares, clock, random, settings.feed_hold
        ),
        wakes=wakes,
        deliveries=deliveries,
        upkeep=Upkeep(ports, deliveries, sealer, clock),
    )


def table_probes(ports: Ports) -> dict[str, Probe]:
    """One point read of each table."""
    claim = ClaimKey(ClaimKind.SUBSCRIPTION, _NOBODY)
    return {
        "table tenants": lambda: ports.tenants.head(_NOBODY),
        "table claims": lambda: ports.claims.get(claim),
        "table index": lambda: ports.index.link(_NOBODY, _NOBODY),
        "table operations": lambda: ports.operations.pipeline(_NOBODY),
    }


async def _ask_queue(clients: Clients) -> None:
    queue = clients.sdk_queues.get_queue_client(clients.queue_name(Queue.PROJECTIONS))
    await queue.get_queue_properties()
