"""The part of the counted story that goes by queues: messages of pipelines, and a sweep."""

from typing import Any

from shared.services.ports.queues import queue_of
from shared.services.queues.messages import Delivery
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, RESELLER
from tests.cast.messages import SOURCE, encoded, event, profile, registration
from tests.requests_table import Cost
from tests.running.app import OPERATOR_CLAIMS

from .callers import APPLICATION, CUSTOMER, HERE, OWN, SELLER, sale
from .counted import Counted


async def messages(app: Counted) -> None:
    inbox = app.local.services.inbox

    async def send(name: str, kind: str, data: dict[str, Any], **said: Any) -> None:
        text = encoded(event(kind, data, **said))
        await app.take(
            f"onboarding: {name}", lambda: inbox.take("onboarding", Delivery("q", text, 1))
        )

    await send("a source that nobody registered", "customer-profile", profile())
    pipeline = {"source": SOURCE, "partnerIds": [DIRECT]}
    pipeline["types"] = ["customer-profile", "subscription-registration"]
    await app.ask("PUT", "/api/pipelines/one", OPERATOR_CLAIMS, pipeline)
    await app.ask("GET", "/api/pipelines/one", OPERATOR_CLAIMS)
    await app.ask("GET", "/api/pipelines", OPERATOR_CLAIMS)
    await send("a registration", "subscription-registration", registration(6), id="e-2")
    await send("the same again", "subscription-registration", registration(6), id="e-2")
    app.local.clock.pass_by(seconds=20)
    await app.ask("GET", "/api/pipelines/one/results", OPERATOR_CLAIMS)
    (letter,) = (await app.ask("GET", "/api/dead-letters", OPERATOR_CLAIMS)).body["value"]
    still_open = "/api/dead-letters?status=open"
    await app.ask("GET", still_open, OPERATOR_CLAIMS, case="of a status")
    await app.ask("GET", f"/api/dead-letters/{letter['id']}", OPERATOR_CLAIMS)
    await app.ask("POST", f"/api/dead-letters/{letter['id']}/replay", OPERATOR_CLAIMS)
    (text,) = await app.waiting("onboarding")
    await app.take(
        "onboarding: a dead letter that was put back",
        lambda: inbox.take("onboarding", Delivery("q", text, 1)),
    )
    await send("a type that nothing takes", "price-list", {}, id="e-9")
    unknown = (await app.local.call("GET", still_open, OPERATOR_CLAIMS)).body["value"][0]["id"]
    closing = f"/api/dead-letters/{unknown}/close"
    await app.ask("POST", closing, OPERATOR_CLAIMS, {"reason": "Not for this system"})
    await app.ask("DELETE", "/api/pipelines/one", OPERATOR_CLAIMS, if_match="*")


async def handed_in(app: Counted) -> None:
    said = {"specversion": "1.0", "source": "/portal", "type": "subscription-registration"}
    events = [{**said, "id": f"h-{n}", "data": registration(n)} for n in (7, 8)]
    await app.ask("POST", "/api/onboarding", APPLICATION, events, "two messages")
    await app.waiting(queue_of(DIRECT))
    await app.ask("GET", f"{OWN}/onboarding-results", SELLER)


async def sweep(app: Counted) -> None:
    for each in (AGENCY, DIRECT, PROVIDER, RESELLER):
        await app.follow(each)
    await app.ask("POST", "/api/sweeps", OPERATOR_CLAIMS, {})
    inbox = app.local.services.inbox
    costs: list[Cost] = []
    while texts := await app.waiting("sweep-shards"):
        for text in texts:
            app.calls.clear()
            await inbox.take("sweep-shards", Delivery("q", text, 1))
            costs.append(Cost.of(app.calls))
    assert len(costs) == 10
    whole = Cost(*map(sum, zip(*costs, strict=True)))
    app.messages["sweep-shards: all ten messages of a sweep, five tenants"] = whole
    (swept,) = (await app.ask("GET", "/api/sweeps", OPERATOR_CLAIMS)).body["value"]
    assert swept["status"] == "succeeded", swept
    path = f"/api/sweeps/{swept['id']}"
    await app.ask("GET", path, OPERATOR_CLAIMS)
    await app.ask("GET", f"{path}/findings", OPERATOR_CLAIMS)
    assert (await app.local.call("POST", sale(5, "/dispute"), CUSTOMER)).status == 200
    await app.follow(AGENCY, "projections: a dispute, which is a finding")
    (finding,) = (await app.ask("GET", "/api/findings", OPERATOR_CLAIMS)).body["value"]
    await app.ask("GET", "/api/findings?status=open", OPERATOR_CLAIMS, case="of a status")
    await app.ask("GET", f"/api/findings/{finding['id']}", OPERATOR_CLAIMS)
    await app.ask("GET", "/api/open-counts", OPERATOR_CLAIMS)
    (point,) = (await app.ask("GET", "/api/checkpoints", OPERATOR_CLAIMS)).body["value"]
    path = f"/api/checkpoints/{point['id']}"
    await app.ask("GET", path, OPERATOR_CLAIMS)
    await app.ask("GET", f"{path}/leaves", OPERATOR_CLAIMS)
    await app.ask("GET", f"{HERE}/ledger/proof?checkpointId={point['id']}", CUSTOMER)
