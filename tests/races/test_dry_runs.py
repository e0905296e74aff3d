"""What a dry run asks of storage, counted over the story of every command: reads, never a write."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

from shared.deciding.commands import Command
from shared.deciding.registering import RegisterSubscriptions
from shared.deciding.selling import SetPartnerOfRecord
from shared.errors import NotFound
from shared.services.commands.evaluating import Evaluations
from shared.storage.engine.clients import Clients
from tests.cast.ids import MPN, RESELLER
from tests.races.story import STORY
from tests.requests_table import COMMANDS, Cost
from tests.running.clock import Clock
from tests.running.counting import Call, counting
from tests.running.instances import Storage, instance, outcome


def of_record(command: Command) -> set[str]:
    """The MPN ids whose holder a decision has to know (POR-1)."""
    match command:
        case SetPartnerOfRecord(body=body):
            return {f"mpn|{body.partner_of_record}"}
        case RegisterSubscriptions(sales=sales):
            return {f"mpn|{body.partner_of_record}" for _, body in sales if body.partner_of_record}
        case _:
            return set()


def looked_up(calls: list[Call]) -> set[str]:
    """The claims that were read."""
    paths = [unquote(call.path) for call in calls]
    return {path.split("'")[1] for path in paths if "claims(PartitionKey=" in path}


async def test_a_dry_run_only_reads_and_no_claim_but_who_holds_a_partner_of_record(
    whole_pages: str,
):
    clients = Clients(whole_pages, f"t{uuid4().hex[:12]}")
    await clients.create_all()
    time = Clock()
    executor = instance(Storage.of(clients).ports, time)
    evaluations = Evaluations(executor._loader)
    seen: set[str] = set()
    async with counting(clients) as calls:
        for case in STORY:
            time.pass_by(timedelta(days=case.days))
            calls.clear()
            with suppress(NotFound):
                await evaluations.evaluate(case.command)
            dry, real = Cost.of(calls), COMMANDS[case.name].cost
            assert dry == Cost(dry.reads, dry.queries), case.name
            assert 0 < dry.reads <= real.reads, case.name
            assert dry.queries <= real.queries, case.name
            assert looked_up(calls) == of_record(case.command), case.name
            seen |= looked_up(calls)
            await outcome(executor.execute(case.command, message=case.message))
    await clients.close()
    assert seen == {f"mpn|{MPN[RESELLER]}"}
