"""The ledger verified page by page, and taken away."""

import json
import re
from typing import Any

import pytest

from functions.pages import activity
from shared.canonical import digest
from shared.services.queries import verifications
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.engine.table import Delete
from tests.cast.ids import (
    AGENCY,
    DIRECT,
    STRANGER,
)
from tests.pages.walking import link, walk
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Visitor
from tests.unit.http.damages import damage

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
AUDITOR = user(AGENCY, wids=[GLOBAL_READER])
LEDGER = f"/api/customers/{AGENCY}/ledger"
VERIFICATION = "/activity/verification"
CHECKPOINTS = "/activity/checkpoints"
WHOLE, UNFINISHED, BROKEN = "The ledger is whole", "Not finished", "The ledger is broken"


@pytest.fixture
def local(recorded: LocalApp) -> LocalApp:
    return recorded


@pytest.fixture
def auditor(local: LocalApp) -> Visitor:
    return Visitor(local, AUDITOR)


async def test_an_auditor_verifies_to_the_end_and_only_there_it_is_whole(
    auditor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(verifications, "PAGE_BYTES", 1)
    pages = await walk(auditor, VERIFICATION)
    assert len(pages) == 5
    for number, page in enumerate(pages[:-1], 1):
        assert UNFINISHED in page.words
        assert WHOLE not in page.words
        assert 'class="whole"' not in page.html
        assert f'<progress id="reached" value="{number}" max="5">' in page.html
    last = pages[-1]
    assert WHOLE in last.words
    assert 'class="whole"' in last.html
    assert "All 5 entries were recomputed" in last.words
    assert "No checkpoint holds this ledger yet." in last.words


async def test_a_broken_ledger_is_never_whole_and_says_what_to_do(
    local: LocalApp, auditor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(verifications, "PAGE_BYTES", 1)
    table, key = local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 5)
    entity = await table.get(key)
    assert entity
    await damage(table, key, body0=entity.properties["body0"].replace(b"licenses", b"licences"))
    pages = await walk(auditor, VERIFICATION)
    assert all(WHOLE not in each.words for each in pages)
    last = pages[-1]
    assert BROKEN in last.words
    assert "At entry 5: This entry is not what its hash says" in last.words
    assert "The 4 entries before it are whole." in last.words
    assert "What to do now" in last.words
    korean = Visitor(local, AUDITOR, {"accept-language": "ko"})
    assert "항목 5: 이 항목의 내용이 해시와 일치하지 않습니다" in (
        (await walk(korean, VERIFICATION))[-1].words
    )


async def test_a_verification_goes_on_for_its_reader_only(
    local: LocalApp, auditor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(verifications, "PAGE_BYTES", 1)
    following = link(await auditor.get(VERIFICATION))
    other = Visitor(local, user(AGENCY, wids=[GLOBAL_READER], oid=STRANGER))
    assert (await other.get(f"{VERIFICATION}{following}")).status == 400
    assert (await auditor.get(f"{VERIFICATION}{following}")).status == 200


async def test_the_operator_goes_on_in_the_ledger_that_it_named(
    local: LocalApp, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(verifications, "PAGE_BYTES", 1)
    pages = await walk(Visitor(local, OPERATOR_CLAIMS), f"{VERIFICATION}?customerId={AGENCY}")
    assert len(pages) == 5
    assert WHOLE in pages[-1].words


async def test_files_are_what_the_api_exports_with_their_length(local: LocalApp, auditor: Visitor):
    for name, media_type in (("csv", "text/csv"), ("json-lines", "application/jsonl")):
        exported = await local.call("GET", LEDGER, AUDITOR, headers={"accept": media_type})
        file = await auditor.get(f"/activity/downloads/{name}")
        assert file.html == exported.body
        assert file.headers["Content-Length"] == str(len(file.outgoing.body))
        assert file.headers["Content-Type"] == exported.headers["Content-Type"]
        disposition = file.headers["Content-Disposition"]
        assert disposition == exported.headers["Content-Disposition"]
        assert disposition.startswith('attachment; filename="ledger-')
        assert file.headers["Cache-Control"] == "no-store"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "Link" not in file.headers


@pytest.mark.parametrize(
    ("name", "media_type"), [("csv", "text/csv"), ("json-lines", "application/jsonl")]
)
async def test_all_parts_one_behind_another_are_the_whole(
    auditor: Visitor, monkeypatch: pytest.MonkeyPatch, name: str, media_type: str
):
    exported = await auditor.local.call("GET", LEDGER, AUDITOR, headers={"accept": media_type})
    monkeypatch.setitem(activity._PART, "maxpagesize", "2")
    pages = await walk(auditor, "/activity/downloads")
    assert [re.findall(r"Entries (\d) to (\d)", each.words)[0] for each in pages] == [
        ("1", "2"),
        ("3", "4"),
        ("5", "5"),
    ]
    files = [re.findall(rf'href="(/activity/downloads/{name}[^"]*)"', each.html) for each in pages]
    parts = [await auditor.get(address.replace("&amp;", "&")) for (address,) in files]
    assert "".join(each.html for each in parts) == exported.body
    assert not any("Link" in each.headers for each in parts)


async def checkpoint(local: LocalApp) -> dict[str, Any]:
    """Made by a sweep."""
    await local.follow()
    await local.services.sweeping.sweeps.start(None)
    await local.sweep()
    (made,) = (await local.call("GET", "/api/checkpoints", AUDITOR)).body["value"]
    return made


async def test_a_proof_is_taken_away_once_a_checkpoint_holds_the_ledger(
    local: LocalApp, auditor: Visitor
):
    assert (await auditor.get("/activity/downloads/proof")).status == 404
    await checkpoint(local)
    proof = (await local.call("GET", f"{LEDGER}/proof", AUDITOR)).body
    for address in (VERIFICATION, "/activity/downloads"):
        page = await auditor.get(address)
        for each in (proof["checkpoint"]["hash"], proof["checkpoint"]["id"], proof["leaf"]["hash"]):
            assert each in page.words
    file = await auditor.get("/activity/downloads/proof")
    assert file.outgoing.body
    assert file.headers["Content-Length"] == str(len(file.outgoing.body))
    assert re.fullmatch(
        r'attachment; filename="ledger-proof-\d{8}T\d{6}Z\.json"',
        file.headers["Content-Disposition"],
    )


async def test_an_auditor_finds_the_kept_hash_and_sees_that_nothing_changed(
    local: LocalApp, auditor: Visitor
):
    assert "There is no checkpoint yet." in (await auditor.get(CHECKPOINTS)).words
    kept = await checkpoint(local)
    path = f"{CHECKPOINTS}/{kept['id']}"
    list_page = await auditor.get(CHECKPOINTS)
    assert kept["hash"] in list_page.words
    assert f'href="{path}"' in list_page.html
    page = await auditor.get(path)
    assert 'class="whole"' in page.html
    assert "Entry 5 is what it was then" in page.words
    proof = (await local.call("GET", f"{LEDGER}/proof", AUDITOR)).body
    assert page.words.count(proof["leaf"]["hash"]) == 2
    assert kept["hash"] in page.words
    file = await auditor.get(f"/activity/downloads/proof?checkpointId={kept['id']}")
    assert json.loads(file.outgoing.body) == proof
    korean = await Visitor(local, AUDITOR, {"accept-language": "ko"}).get(path)
    assert "항목 5은(는) 당시와 같습니다" in korean.words


async def test_what_was_rewritten_since_differs_from_the_checkpoint(
    local: LocalApp, auditor: Visitor
):
    """Though by itself it is whole: an entry written anew, with the hash that it then has."""
    kept = await checkpoint(local)
    table, key = local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 5)
    entity = await table.get(key)
    assert entity
    document = json.loads(entity.properties["body0"])
    document["policyVersion"] = "another"
    anew = {**document, "hash": digest({n: v for n, v in document.items() if n != "hash"})}
    await damage(table, key, body0=json.dumps(anew).encode())
    page = await auditor.get(f"{CHECKPOINTS}/{kept['id']}")
    assert "Entry 5 is not what it was then" in page.words
    assert 'class="whole"' not in page.html
    assert anew["hash"] in page.words
    await table.transact([Delete(key, (await table.get(key)).etag)])
    gone = await auditor.get(f"{CHECKPOINTS}/{kept['id']}")
    assert "Entry 5 is not what it was then" in gone.words


async def test_a_checkpoint_that_does_not_hold_the_ledger_proves_nothing(
    local: LocalApp, auditor: Visitor
):
    kept = await checkpoint(local)
    younger = Visitor(local, user(STRANGER, wids=[GLOBAL_READER]))
    for visitor, of in ((younger, kept["id"]), (auditor, STRANGER)):
        page = await visitor.get(f"{CHECKPOINTS}/{of}")
        assert page.status == 200
        assert "Nothing can be proven with this checkpoint." in page.words
    assert (await auditor.get(f"{CHECKPOINTS}/x")).status == 400


async def test_the_operator_stays_in_the_ledger_that_it_named(local: LocalApp):
    kept = await checkpoint(local)
    operator = Visitor(local, OPERATOR_CLAIMS)
    page = await operator.get(f"{CHECKPOINTS}?customerId={AGENCY}")
    assert f'href="{CHECKPOINTS}/{kept["id"]}?customerId={AGENCY}"' in page.html
    page = await operator.get(f"{CHECKPOINTS}/{kept['id']}?customerId={AGENCY}")
    assert "Entry 5 is what it was then" in page.words
    proof = f"/activity/downloads/proof?customerId={AGENCY}&amp;checkpointId={kept['id']}"
    assert f'href="{proof}"' in page.html


async def test_who_is_signed_out_gets_no_file(local: LocalApp):
    for name in ("csv", "json-lines", "proof"):
        page = await Visitor(local).get(f"/activity/downloads/{name}")
        assert "Sign in with Microsoft" in page.words
        assert "Content-Disposition" not in page.headers


async def test_checkpoints_are_shown_with_the_ways_that_are_open_to_each(local: LocalApp):
    await checkpoint(local)
    for claims, menu in (
        (user(DIRECT, "SalesAgent"), "/customers"),
        (OPERATOR_CLAIMS, "/operations"),
        (admin(AGENCY), "/relationships"),
    ):
        page = await Visitor(local, claims).get(CHECKPOINTS)
        others = {"/customers", "/operations", "/relationships"} - {menu}
        assert f'<li><a href="{menu}">' in page.html
        assert not any(f'<li><a href="{each}">' in page.html for each in others)
        for way in ('href="/activity/verification"', "This ledger in it"):
            assert (way in page.html) == (menu == "/relationships")
    whose = await Visitor(local, OPERATOR_CLAIMS).get(f"{CHECKPOINTS}?customerId={AGENCY}")
    assert f'href="/activity/verification?customerId={AGENCY}"' in whose.html
