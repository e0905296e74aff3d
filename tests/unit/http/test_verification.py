"""A ledger is verified some entries a request, and the verdict is given at its very end."""

import base64
from typing import Any, cast

import pytest

from shared.services.queries import verifications
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Delete
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, BUREAU, DIRECT, subscription_id
from tests.running.app import OPERATOR_CLAIMS, SETTINGS, LocalApp, admin, enrol, hire, user
from tests.unit.http.damages import damage
from tests.unit.http.feeds import READER

LEDGER = f"/api/customers/{AGENCY}/ledger"
VERIFICATION = f"{LEDGER}/verification"
OLD_KEY = base64.b64encode(b"a" * 32).decode()
NEW_KEY = base64.b64encode(b"b" * 32).decode()


async def test_a_ledger_whose_entry_was_changed(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    table = local.memory.tables["tenants"]
    entity = await table.get(tenants_keys.entry(AGENCY, 2))
    assert entity
    body = cast("bytes", entity.properties["body0"])
    await damage(table, tenants_keys.entry(AGENCY, 2), body0=body.replace(b'"granted"', b'"none"'))
    found = (await local.call("GET", f"{LEDGER}/verification", admin(AGENCY))).body
    assert (found["valid"], found["verifiedThrough"]) == (False, 1)
    assert (found["firstBreak"]["sequence"], found["firstBreak"]["kind"]) == (2, "hash-mismatch")


async def test_a_ledger_whose_entry_is_unreadable(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    await damage(local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 2), body0=b"not json")
    found = (await local.call("GET", f"{LEDGER}/verification", admin(AGENCY))).body
    assert (found["valid"], found["verifiedThrough"]) == (False, 1)
    assert found["firstBreak"]["sequence"] == 2


async def test_entries_that_are_written_meanwhile_break_nothing(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    table = local.memory.tables["tenants"]
    selling = [True]

    async def sell(request: Request) -> None:
        if request.verb == "range" and selling:
            selling.clear()
            path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id()}"
            sold = await local.call("PUT", path, user(DIRECT, "SalesAgent"), sale_document())
            assert sold.status == 201

    table.before = sell
    found = (await local.call("GET", f"{LEDGER}/verification", OPERATOR_CLAIMS)).body
    assert (found["valid"], found["verifiedThrough"], found["head"]["sequence"]) == (True, 2, 2)


async def sold(local: LocalApp, *numbers: int) -> None:
    """One entry each."""
    for n in numbers:
        path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(n)}"
        sale = await local.call("PUT", path, user(DIRECT, "SalesAgent"), sale_document())
        assert sale.status == 201


@pytest.fixture
async def long(local: LocalApp) -> LocalApp:
    """A ledger of seven entries."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    await sold(local, *range(1, 6))
    return local


async def steps(local: LocalApp, size: int, caller: dict[str, Any]) -> list[dict[str, Any]]:
    """Every answer of one verification."""
    found = [(await local.call("GET", f"{VERIFICATION}?maxpagesize={size}", caller)).body]
    while "nextLink" in found[-1]:
        url = found[-1]["nextLink"].removeprefix("https://csp.example")
        found.append((await local.call("GET", url, caller)).body)
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
async def test_a_verdict_is_given_at_the_very_end(long: LocalApp, size: int):
    found = await steps(long, size, admin(AGENCY))
    through = [*range(size, 7, size), 7]
    assert [each["verifiedThrough"] for each in found] == through
    assert [each["complete"] for each in found] == [False] * (len(through) - 1) + [True]
    assert [each["valid"] for each in found] == [None] * (len(through) - 1) + [True]
    assert {each["head"]["sequence"] for each in found} == {7}


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("spoiled", range(1, 8))
async def test_a_verification_ends_at_the_first_break(long: LocalApp, size: int, spoiled: int):
    key = tenants_keys.entry(AGENCY, spoiled)
    await damage(long.memory.tables["tenants"], key, body0=b"not json")
    *before, last = await steps(long, size, admin(AGENCY))
    assert {each["valid"] for each in before} <= {None}
    assert (last["complete"], last["valid"]) == (True, False)
    assert (last["verifiedThrough"], last["firstBreak"]["sequence"]) == (spoiled - 1, spoiled)


@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("gone", range(1, 8))
async def test_entries_that_are_gone(long: LocalApp, size: int, gone: int):
    table = long.memory.tables["tenants"]
    for n in range(gone, 8):
        entity = await table.get(tenants_keys.entry(AGENCY, n))
        assert entity
        await table.transact([Delete(entity.key, entity.etag)])
    last = (await steps(long, size, admin(AGENCY)))[-1]
    assert (last["valid"], last["verifiedThrough"]) == (False, gone - 1)
    assert last["firstBreak"]["kind"] == "head-mismatch"


async def test_an_entry_that_lies_where_another_belongs(long: LocalApp):
    table = long.memory.tables["tenants"]
    first = await table.get(tenants_keys.entry(AGENCY, 3))
    assert first
    await damage(table, tenants_keys.entry(AGENCY, 5), body0=first.properties["body0"])
    last = (await steps(long, 2, admin(AGENCY)))[-1]
    assert (last["valid"], last["verifiedThrough"]) == (False, 4)
    assert (await long.call("GET", LEDGER, admin(AGENCY))).status == 500


async def test_what_is_written_meanwhile_is_left_to_the_next(long: LocalApp):
    first = (await long.call("GET", f"{VERIFICATION}?maxpagesize=4", admin(AGENCY))).body
    await sold(long, 6, 7)
    url = first["nextLink"].removeprefix("https://csp.example")
    second = (await long.call("GET", url, admin(AGENCY))).body
    assert (second["valid"], second["verifiedThrough"], second["head"]) == (True, 7, first["head"])


async def test_an_entry_that_was_rewritten_between_two_requests(long: LocalApp):
    first = (await long.call("GET", f"{VERIFICATION}?maxpagesize=4", admin(AGENCY))).body
    table = long.memory.tables["tenants"]
    entity = await table.get(tenants_keys.entry(AGENCY, 7))
    assert entity
    body = cast("bytes", entity.properties["body0"])
    await damage(table, entity.key, body0=body.replace(b'"quantity":25', b'"quantity":26'))
    url = first["nextLink"].removeprefix("https://csp.example")
    second = (await long.call("GET", url, admin(AGENCY))).body
    assert (second["valid"], second["verifiedThrough"]) == (False, 6)


async def test_where_it_goes_on_is_for_one_caller_and_one_ledger(long: LocalApp):
    first = (await long.call("GET", f"{VERIFICATION}?maxpagesize=1", admin(AGENCY))).body
    url = first["nextLink"].removeprefix("https://csp.example")
    assert (await long.call("GET", url, admin(AGENCY))).status == 200
    other = {**admin(AGENCY), "oid": "10000000-0000-4000-8000-0000000000ff"}
    for caller in (other, OPERATOR_CLAIMS):
        assert (await long.call("GET", url, caller)).body["error"]["target"] == "skiptoken"
    elsewhere = url.replace(AGENCY, BUREAU)
    assert (await long.call("GET", elsewhere, admin(BUREAU))).status == 400


async def test_a_token_that_was_altered(long: LocalApp):
    first = (await long.call("GET", f"{VERIFICATION}?maxpagesize=1", admin(AGENCY))).body
    url, _, token = first["nextLink"].removeprefix("https://csp.example").rpartition("=")
    other = "x" if token[9] != "x" else "y"
    for forged in (token[:-2], token[2:], f"{token[:9]}{other}{token[10:]}", "", "7"):
        answer = await long.call("GET", f"{url}={forged}", admin(AGENCY))
        assert (answer.status, answer.body["error"]["target"]) == (400, "skiptoken"), forged


async def test_a_position_of_another_list(long: LocalApp):
    """Sealed as well, and for the same tenant: a token says of which list it is."""
    listed = (await long.call("GET", f"{LEDGER}?maxpagesize=1", admin(AGENCY))).body
    token = listed["nextLink"].rpartition("=")[2]
    answer = await long.call("GET", f"{VERIFICATION}?skiptoken={token}", admin(AGENCY))
    assert (answer.status, answer.body["error"]["target"]) == (400, "skiptoken")


async def test_a_key_that_is_replaced(long: LocalApp):
    link = None
    for keys in (OLD_KEY, f"{OLD_KEY},{NEW_KEY}", f"{NEW_KEY},{OLD_KEY}"):
        settings = SETTINGS.model_copy(update={"webhook_secret_key": keys})
        app = LocalApp(settings, memory=long.memory)
        url = link or f"{VERIFICATION}?maxpagesize=2"
        link = (await app.call("GET", url, admin(AGENCY))).body["nextLink"]
        link = link.removeprefix("https://csp.example")
    # The last position was sealed under the new key, which is all that is configured now.
    settings = SETTINGS.model_copy(update={"webhook_secret_key": NEW_KEY})
    alone = LocalApp(settings, memory=long.memory)
    assert (await alone.call("GET", link, admin(AGENCY))).body["verifiedThrough"] == 7


async def test_a_request_is_bounded_by_bytes_too(long: LocalApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verifications, "PAGE_BYTES", 1)
    found = await steps(long, 1000, admin(AGENCY))
    assert [each["verifiedThrough"] for each in found] == list(range(1, 8))


async def test_a_request_reads_no_more_than_it_verifies(long: LocalApp):
    seen: list[str] = []

    async def note(request: Request) -> None:
        seen.append(request.verb)

    table = long.memory.tables["tenants"]
    first = (await long.call("GET", f"{VERIFICATION}?maxpagesize=3", admin(AGENCY))).body
    table.before = note
    url = first["nextLink"].removeprefix("https://csp.example")
    assert (await long.call("GET", url, admin(AGENCY))).body["verifiedThrough"] == 6
    assert seen == ["range"]


async def test_a_reader_may_verify(long: LocalApp):
    assert (await steps(long, 3, READER))[-1]["valid"]
