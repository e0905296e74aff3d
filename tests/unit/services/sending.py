"""Onboarding messages as pipelines send them."""

import base64
import json
from itertools import count

from shared.services.ports.operations import Pipeline, Result
from shared.services.queues.messages import Delivery
from tests.building import (
    AGENCY,
    DIRECT,
    RESELLER,
    invitation_id,
    partner_body,
    sale_document,
    subscription_id,
)

SOURCE = "https://pipelines.example/one"
PIPELINE = Pipeline(
    id="11000000-0000-4000-8000-000000000001",
    source=SOURCE,
    partner_ids=(DIRECT, RESELLER),
    types=(
        "customer-profile",
        "invitation-request",
        "partner-enrolment",
        "relationship-import",
        "subscription-registration",
        "subscription-status",
        "subscription-update",
    ),
)


def enrolment(partner_id: str = DIRECT, **changes) -> dict:
    return {**partner_body(partner_id).model_dump(mode="json"), "partnerId": partner_id, **changes}


def profile(**changes) -> dict:
    said = {"name": "Agency", "domain": "agency.example", "country": "US"}
    return {"customerId": AGENCY, **said, **changes}


def invitation(number: int = 1, **changes) -> dict:
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY, "invitationId": invitation_id(number)}
    return {**ids, "delegatedAdmin": True, **changes}


def imported(**changes) -> dict:
    """The reference of a contract from before."""
    return {"partnerId": DIRECT, "customerId": AGENCY, "evidence": "contract 4711", **changes}


def registration(number: int = 1, **changes) -> dict:
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY}
    return {**ids, "subscriptionId": subscription_id(number), **sale_document(), **changes}


def registrations(*numbers: int, **changes) -> dict:
    sold = [{"subscriptionId": subscription_id(each), **sale_document()} for each in numbers]
    return {"actingPartnerId": DIRECT, "customerId": AGENCY, "subscriptions": sold, **changes}


def sold(number: int = 1, **said) -> dict:
    """About a subscription that is registered: an update, or a status."""
    ids = {"actingPartnerId": DIRECT, "customerId": AGENCY}
    return {**ids, "subscriptionId": subscription_id(number), **said}


def event(kind: str, data: object, **changes) -> dict:
    said = {"specversion": "1.0", "id": "e-1", "source": SOURCE, "type": kind, "data": data}
    return {name: value for name, value in {**said, **changes}.items() if value is not None}


def encoded(document: object) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


class Sender:
    """Sends to a backend's onboarding service, each message with an id of its own."""

    def __init__(self, backend) -> None:
        self.backend = backend
        self.ids = count(1)

    async def start(self, pipeline: Pipeline = PIPELINE) -> None:
        await self.backend.ports.operations.put_pipeline(pipeline, None)

    async def send(self, kind: str, data: object, **changes) -> Delivery:
        return await self.text(encoded(event(kind, data, **changes)))

    async def text(self, text: str, dequeue_count: int = 1) -> Delivery:
        delivery = Delivery(f"q-{next(self.ids)}", text, dequeue_count)
        await self.again(delivery)
        return delivery

    async def again(self, delivery: Delivery) -> None:
        await self.backend.services.inbox.take("onboarding", delivery)

    async def results(self) -> list[Result]:
        operations = self.backend.ports.operations
        end = self.backend.clock.now().replace(year=2099)
        return list((await operations.results(PIPELINE.id, None, 1000, until=end)).items)

    async def outcomes(self) -> list[str]:
        return [result.outcome.value for result in await self.results()]

    def letters(self) -> list[dict]:
        """The records, with the whole text where it is kept still."""
        found = self.backend.rows("operations", "dead-letter", "letter|").values()
        texts = self.backend.rows("operations", "dead-letter", "text|").items()
        whole = {
            row.rpartition("|")[2]: b"".join(
                value for name, value in sorted(each.properties.items()) if name != "v"
            ).decode()
            for row, each in texts
        }
        records = [json.loads(each.properties["body"]) for each in found]
        return [{**each, "text": whole.get(each["id"])} for each in records]

    def reasons(self) -> list[str]:
        return sorted(letter["reason"] for letter in self.letters())
