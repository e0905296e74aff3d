"""The timer on the real worker: what is from long ago is recorded as expired, or goes."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import uuid4

import httpx

from shared.canonical import digest
from shared.clock import SystemClock
from shared.deciding.enrolment import EnrolPartner
from shared.deciding.inviting import Invite
from shared.model.models import InvitationStatus
from shared.model.state import RowKind
from shared.services.queues.dead_letters import Cause, DeadLetters
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason
from shared.settings import Settings
from shared.storage.engine.clients import Clients
from shared.storage.wiring import azure
from shared.wiring import wire
from tests.cast.bodies import invite_body, partner_body
from tests.cast.ids import OPERATOR, actor, operator
from tests.running.waiting import STILL_SECONDS, eventually


class LongAgo(SystemClock):
    """A hundred days before now."""

    def now(self):
        return super().now() - timedelta(days=100)


def died(storage) -> Callable[[], str | None]:
    """A dead letter of then; looks at its text."""
    delivery = Delivery(str(uuid4()), "personal", 1)
    cause = Cause(delivery.id, Reason.MALFORMED, ValueError("no"))

    async def die(clients: Clients) -> None:
        letters = DeadLetters(azure(clients).dead_letters, LongAgo())
        await letters.bury("onboarding", delivery, cause)

    def text() -> str | None:
        wanted = digest(["onboarding", delivery.id])
        (letter,) = [each for each in storage.letters() if each["id"] == wanted]
        return letter["text"]

    storage.run(die)
    return text


def invited(storage) -> Callable[[], InvitationStatus]:
    """An invitation of then; looks at its status."""
    partner_id, customer_id, invitation_id = (str(uuid4()) for _ in range(3))

    async def invite(clients: Clients) -> None:
        settings = Settings(
            client_id=OPERATOR,
            operator_tenant_id=OPERATOR,
            public_base_url="https://partners.example",
            sweep_schedule="0 7 3 * * *",
        )
        services = wire(settings, azure(clients), LongAgo(), Random(partner_id), {})
        enrolment = partner_body(mpnId=str(uuid4().int % 10**10), country="US")
        signed = enrolment.but(partner_agreement_signed_at=LongAgo().now())
        await services.executor.execute(EnrolPartner(operator(), partner_id, signed))
        command = Invite(actor(partner_id), customer_id, invitation_id, invite_body())
        await services.executor.execute(command)

    async def status(clients: Clients) -> InvitationStatus:
        stored = await azure(clients).tenants.row(customer_id, (RowKind.INVITATION, invitation_id))
        return stored.value.status

    storage.run(invite)
    return lambda: storage.run(status)


def test_the_timer_records_what_is_overdue_and_erases_old_texts(system, storage):
    """At once: a timer that fires while a sweep runs starts no other."""
    status, text = invited(storage), died(storage)
    assert (status(), text()) == (InvitationStatus.PENDING, "personal")
    url = f"{system.base_url}/admin/functions/sweep"
    assert httpx.post(url, json={"input": ""}, timeout=STILL_SECONDS).status_code == 202
    eventually(status, lambda found: found is InvitationStatus.EXPIRED)
    eventually(text, lambda found: found is None)
