"""What each page of the operator asks of storage, in a story of its own."""

from uuid import uuid4

from shared.services.ports.queues import Announcement
from shared.services.queues.internal_messages import shard_of
from shared.storage.engine.clients import Clients
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, guid, subscription_id
from tests.pages.troubles import DIVERGED, bury
from tests.requests_of_pages import OPERATORS
from tests.requests_table import Cost
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, enrol, hire, user
from tests.running.counting import counting
from tests.running.made_up_time import timeless
from tests.running.visitors import SET_UP

from .counted import waiting
from .page_reader import Reader

ENROLMENT = {
    "partnerId": guid(77),
    "name": "Fabrikam",
    "type": "directBill",
    "mpnId": "7701",
    "mpnCountry": "US",
    "country": "US",
}
SOURCE = {"source": "https://pipelines.example/one", "types.customer-profile": "true"}
FIRST, SECOND, THIRD = (f"{number:064x}" for number in range(1, 4))


async def before(local: LocalApp) -> None:
    """A partner sold something that its customer disputes."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    sold = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    made = await local.call("PUT", sold, user(DIRECT, "GlobalAdmin"), sale_document())
    assert made.status == 201
    reason = {"reason": "Nobody ordered it"}
    assert (await local.call("POST", f"{sold}/dispute", admin(AGENCY), reason)).status == 200


async def follow(local: LocalApp) -> None:
    """Lists of all partners and disputes are there."""
    for tenant_id in (DIRECT, AGENCY):
        await local.services.projection.follow(Announcement(tenant_id, "0" * 32, look=3))


async def sweeps(local: LocalApp, operator: Reader, clients: Clients) -> None:
    await operator.confirms("page_sweeps")
    (sweep,) = (await local.call("GET", "/api/sweeps", OPERATOR_CLAIMS)).body["value"]
    await operator.reads("page_sweep", "while it runs", sweepId=sweep["id"])
    while texts := await waiting(clients, "sweep-shards"):
        for text in texts:
            await local.services.sweeping.shards.run(*shard_of(text))
    await local.services.ports.sweeps.saw(sweep["id"], DIVERGED.id, DIVERGED.kind)
    await local.services.ports.findings.put(DIVERGED, None)
    await operator.reads("page_sweep", sweepId=sweep["id"])
    await operator.reads("page_findings")
    await operator.reads("page_finding", findingId=DIVERGED.id)


async def letters(local: LocalApp, operator: Reader) -> None:
    for number, letter_id in enumerate((FIRST, SECOND, THIRD)):
        await bury(local, letter_id, number)
    await operator.reads("page_dead_letters")
    await operator.reads("page_dead_letter", deadLetterId=FIRST)
    await operator.confirms("page_dead_letter_replay", deadLetterId=FIRST)
    reason = {"reason": "Nobody needs it"}
    await operator.confirms("page_dead_letter_close", reason, deadLetterId=SECOND)
    await operator.confirms("page_dead_letters_replay")


async def partners(operator: Reader) -> None:
    await operator.reads("page_partners")
    await operator.confirms("page_partner_enrol", ENROLMENT)
    whose = {"partnerId": guid(77)}
    await operator.reads("page_partner", **whose)
    await operator.confirms("page_partner_update", {"resourcesPerSecond": "20"}, **whose)
    await operator.confirms("page_partner_suspend", **whose)
    await operator.confirms("page_partner_resume", **whose)


async def pipelines(operator: Reader) -> None:
    await operator.confirms("page_pipeline_register", {"pipelineId": "crm", **SOURCE})
    which = {"pipelineId": "crm"}
    await operator.reads("page_pipelines")
    await operator.reads("page_pipeline", **which)
    more = {**SOURCE, "partnerIds": DIRECT}
    await operator.confirms("page_pipeline_replace", more, **which)


async def test_every_page_of_the_operator_sends_these_requests_and_no_more(whole_pages: str):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    async with counting(clients) as calls:
        local = LocalApp(SET_UP, ports=timeless(clients))
        await before(local)
        counted: dict[str, Cost] = {}
        operator = Reader(local, calls, counted, OPERATOR_CLAIMS)
        await follow(local)
        await operator.reads("page_operations")
        await partners(operator)
        await pipelines(operator)
        await letters(local, operator)
        await operator.confirms("page_pipeline_delete", pipelineId="crm")
        await operator.reads("page_disputes")
        await operator.reads("page_dispute")
        await operator.confirms("page_dispute_annul")
        await sweeps(local, operator, clients)
    await clients.close()
    assert counted == {name: row.cost for name, row in OPERATORS.items()}
