"""Everything that functions work with, wired once per process by `shared/bootstrap.py`."""

from dataclasses import dataclass

from shared.clock import Clock
from shared.services.active_partners import ActivePartners
from shared.services.budgets import Budgets
from shared.services.commands.erasures import Erasures
from shared.services.commands.evaluating import Evaluations
from shared.services.commands.execution import Executor
from shared.services.commands.impacts import Impacts
from shared.services.followers.projection import Projection
from shared.services.followers.wakes import Wakes
from shared.services.onboarding.pipelines import Pipelines
from shared.services.onboarding.submissions import Submissions
from shared.services.ports import Ports
from shared.services.queries.clientele import Clientele
from shared.services.queries.customers import CustomerQueries
from shared.services.queries.events import EventQueries
from shared.services.queries.explaining import Explanations
from shared.services.queries.ledgers import LedgerQueries
from shared.services.queries.links import LinkQueries
from shared.services.queries.operators import OperatorQueries
from shared.services.queries.partners import PartnerQueries
from shared.services.queries.proofs import Proofs
from shared.services.queries.verifications import Verifications
from shared.services.queues.closings import Closings
from shared.services.queues.dead_letters import DeadLetters
from shared.services.queues.inbox import Inbox
from shared.services.queues.letter_list import LetterList
from shared.services.queues.replays import Replays
from shared.services.readiness import Readiness
from shared.services.request_limits import RequestLimits
from shared.services.sweeping.wiring import SweepServices
from shared.services.views import Views
from shared.services.webhooks.deliveries import Deliveries
from shared.services.webhooks.managing import Webhooks
from shared.services.webhooks.upkeep import Upkeep
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class WebhookServices:
    """Webhooks as partners manage them, what wakes and what delivers, and the minute's round."""

    managing: Webhooks
    wakes: Wakes
    deliveries: Deliveries
    upkeep: Upkeep


@dataclass(frozen=True, slots=True)
class Services:
    """Commands go to `executor`; reads to the queries."""

    settings: Settings
    clock: Clock
    ports: Ports
    standing: ActivePartners
    executor: Executor
    views: Views
    customers: CustomerQueries
    ledgers: LedgerQueries
    verifications: Verifications
    proofs: Proofs
    partners: PartnerQueries
    clientele: Clientele
    operators: OperatorQueries
    links: LinkQueries
    events: EventQueries
    explanations: Explanations
    evaluations: Evaluations
    impacts: Impacts
    erasures: Erasures
    pipelines: Pipelines
    projection: Projection
    inbox: Inbox
    dead_letters: DeadLetters
    sweeping: SweepServices
    letters: LetterList
    closings: Closings
    replays: Replays
    webhooks: WebhookServices
    submissions: Submissions
    readiness: Readiness
    budgets: Budgets
    request_limits: RequestLimits
