"""Each measure counts what it says, by real commands, messages and sweeps over memory."""

import base64
import logging
from datetime import timedelta

import pytest

from shared.errors import ConcurrencyConflict, Throttled
from shared.services.ports.values import GuardFailed, StorageBusy, WriteUnknown
from shared.services.queues.messages import Delivery
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.clients import Clients
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Insert
from shared.tracing import span
from tests.cast.bodies import partner_document
from tests.cast.commands import enrol, invite, profile, register, related
from tests.cast.ids import AGENCY, DIRECT, invitation_id
from tests.faults.proxy import answers, faulty
from tests.running.app import OPERATOR_CLAIMS, LocalApp, user
from tests.running.backend import Backend, once, wrote
from tests.running.telemetry import Heard
from tests.unit.http.visibility_story import CUSTOMER, told

CALLER = f"00-{'ab' * 16}-{'cd' * 8}-01"
PLACE = f"/api/partners/{DIRECT}"


async def test_commands_by_type_and_outcome_and_refusals_by_rule(heard: Heard):
    local = LocalApp()
    for country in ("US", "US", "KR"):
        body = {**partner_document(DIRECT), "country": country}
        await local.call("PUT", PLACE, OPERATOR_CLAIMS, body)
    invitation = f"{CUSTOMER}/invitations/{invitation_id(1)}"
    late = {"delegatedAdmin": True, "message": "see https://elsewhere.example"}
    refused = await local.call("PUT", invitation, user(DIRECT, "GlobalAdmin"), late)
    rules = refused.body["error"]["innererror"]["rules"]
    assert heard.points("csp.commands") == {
        ("enrol-partner", "committed"): 1,
        ("enrol-partner", "unchanged"): 1,
        ("enrol-partner", "refused"): 1,
        ("invite", "refused"): 1,
    }
    expected = {("invite", rule): 1 for rule in rules}
    found = heard.points("csp.refusals")
    assert {key: found[key] for key in expected} == expected
    assert heard.points("csp.http.duration") == {
        ("partners_put", 201): 1,
        ("partners_put", 200): 1,
        ("partners_put", 409): 1,
        ("invitations_put", 409): 1,
    }
    assert heard.sums("csp.http.duration") >= heard.sums("csp.command.duration") > 0


async def test_conflicts_and_what_was_sent_again(heard: Heard):
    backend = Backend()
    await backend.do(*related())

    async def overtaken() -> None:
        raise GuardFailed("another was faster")

    async def lost() -> None:
        raise WriteUnknown("lost")

    once(backend, "before", "entry|", overtaken)
    await backend.do(register(1))
    once(backend, "after", "entry|", lost)
    await backend.do(register(2))
    assert heard.points("csp.conflicts") == {("register-subscriptions",): 1}
    assert heard.points("csp.commit.repeats") == {("unknown",): 1}
    (again,) = heard.logs("command.conflict")
    assert again.attributes["tenant"] == AGENCY


@pytest.mark.parametrize(
    ("says", "error"), [(StorageBusy("429"), Throttled), (GuardFailed("412"), ConcurrencyConflict)]
)
async def test_commands_that_fail(heard: Heard, says: Exception, error: type[Exception]):
    backend = Backend()
    backend.clock.tick = 1.0

    async def refuse(request: Request) -> None:
        if wrote(request, "head"):
            raise says

    backend.before = refuse
    with pytest.raises(error):
        await backend.services.executor.execute(profile())
    assert heard.points("csp.failures") == {(error.code, "set-customer-profile"): 1}
    assert heard.points("csp.warnings")[("command.failed",)] == 1


async def test_how_far_followers_lag(heard: Heard):
    backend = Backend()
    await backend.do(enrol())
    backend.clock.pass_by(timedelta(seconds=40))
    await backend.do(invite())
    backend.clock.pass_by(timedelta(seconds=2))
    await backend.deliver()
    assert heard.points("csp.projection.lag") == {(): 2}
    assert heard.sums("csp.projection.lag") == 42 + 2


async def test_messages_and_dead_letters(heard: Heard):
    local = LocalApp()
    texts = ["not base64!", base64.b64encode(b"{}").decode()]
    for text in texts:
        await local.services.inbox.take("onboarding", Delivery("m", text, 1))
    assert heard.points("csp.dead_letters") == {
        ("onboarding", "undecodable"): 1,
        ("onboarding", "malformed"): 1,
    }
    assert heard.points("csp.message.duration") == {("dead", "onboarding"): 2}


async def test_a_whole_story(heard: Heard):
    """Sweeps and what they find, results and replays, webhooks: what was logged is what counts."""
    local = await told()
    hooks = local.memory.queues.take("webhook-deliveries")
    for message in hooks:
        await local.services.inbox.take("webhook-deliveries", Delivery("m", message.text, 1))
    (finished,) = heard.logs("sweep.finished")
    assert heard.points("csp.sweeps") == {("succeeded",): 1}
    kinds = heard.points("csp.sweep.findings")
    assert sum(kinds.values()) >= 1
    assert all(f'"{kind}"' in finished.attributes["findings"] for (kind,) in kinds)
    results = heard.points("csp.onboarding.results")
    assert results[("succeeded", "customer-profile")] == 1
    logged = len(heard.logs("command.committed"))
    outcomes = heard.points("csp.commands").items()
    assert logged == sum(n for (_, outcome), n in outcomes if outcome == "committed") > 20
    assert heard.points("csp.message.duration")[("succeeded", "webhook-deliveries")] == len(hooks)


async def test_requests_to_storage_and_throttles(heard: Heard, azurite: str):
    async with faulty(azurite) as account:
        clients = Clients(account.connection_string, "telemetry")
        await clients.create_all()
        before = heard.points("csp.storage.duration")
        table = clients.table("tenants")
        key = Key("p", "r")
        await table.transact([Insert(key, {"v": 1})])
        await table.transact([Insert(Key("q", row), {"v": 1}) for row in ("a", "b")])
        await table.get(key)
        queue = clients.sdk_queues.get_queue_client(clients.queue_name("projections"))
        await queue.send_message("text")
        account.tables.on(answers(503, "ServerBusy"), times=1)
        await table.get(key)
        found = heard.points("csp.storage.duration")
        await clients.close()
    made = {key: n - before.get(key, 0) for key, n in found.items() if n != before.get(key)}
    assert made == {
        ("insert", "table", 204): 1,
        ("batch", "table", 202): 1,
        ("read", "table", 200): 2,
        ("insert", "queue", 201): 1,
        ("read", "table", 503): 1,
    }
    assert heard.points("csp.storage.throttles") == {("read", "table", 503): 1}


async def test_spans_are_those_of_the_trace(heard: Heard):
    local = LocalApp()
    made = await local.call(
        "PUT", PLACE, OPERATOR_CLAIMS, partner_document(DIRECT), {"traceparent": CALLER}
    )
    command, request = heard.spans()
    assert (request.name, command.name) == ("http partners_put", "command enrol-partner")
    assert f"{request.context.trace_id:032x}" == "ab" * 16
    assert f"{request.parent.span_id:016x}" == "cd" * 8
    assert command.parent.span_id == request.context.span_id
    assert f"{request.context.span_id:016x}" in made.headers["traceparent"]
    assert request.start_time <= command.start_time <= command.end_time <= request.end_time
    (committed,) = heard.logs("command.committed")
    assert (committed.trace_id, committed.span_id) == (
        command.context.trace_id,
        command.context.span_id,
    )


async def test_a_caller_that_wants_no_spans_gets_none(heard: Heard):
    local = LocalApp()
    quiet = CALLER.removesuffix("01") + "00"
    await local.call(
        "PUT", PLACE, OPERATOR_CLAIMS, partner_document(DIRECT), {"traceparent": quiet}
    )
    assert heard.spans() == []
    assert heard.points("csp.commands") == {("enrol-partner", "committed"): 1}


def test_of_other_peoples_records_only_where_they_come_from(heard: Heard):
    with span():
        logging.getLogger("some.library").warning("token %s", "secret")
        logging.getLogger("some.library").info("nothing to see")
        logging.getLogger("azure.monitor.x").error("its own failure")
    (record,) = heard.logs()
    assert (record.body, record.attributes["logger"]) == ("library", "some.library")
    assert "secret" not in str(heard.everything())
    assert heard.points("csp.warnings") == {("library",): 1}
