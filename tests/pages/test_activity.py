"""The ledger in a browser: read, narrowed, verified page by page, and taken away."""

import re
from typing import Any

import pytest

from functions.pages import activity
from shared.services.queries import verifications
from shared.storage.encoding.keys import tenants as tenants_keys
from tests.cast.bodies import ACCEPTANCE, sale_document
from tests.cast.ids import (
    AGENCY,
    BUREAU,
    DIRECT,
    RESELLER,
    STRANGER,
    invitation_id,
    subscription_id,
)
from tests.running.app import OPERATOR_CLAIMS, LocalApp, admin, user
from tests.running.visitors import Seen, Visitor
from tests.unit.http.damages import damage

GLOBAL_READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
AUDITOR = user(AGENCY, wids=[GLOBAL_READER])
LEDGER = f"/api/customers/{AGENCY}/ledger"
VERIFICATION = "/activity/verification"
WHOLE, UNFINISHED, BROKEN = "The ledger is whole", "Not finished", "The ledger is broken"


@pytest.fixture
async def local(local: LocalApp) -> LocalApp:
    """Entries 1, 4 and 5 are about DIRECT, 2 and 3 about RESELLER."""
    path = f"/api/customers/{AGENCY}/blocked-partners/{RESELLER}"
    assert (await local.call("PUT", path, admin(AGENCY), {})).status == 201
    assert (await local.call("DELETE", path, admin(AGENCY))).status == 204
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(1)}/accept"
    assert (await local.call("POST", path, admin(AGENCY), ACCEPTANCE)).status == 200
    path = f"/api/customers/{AGENCY}/subscriptions/{subscription_id(1)}"
    sold = await local.call("PUT", path, user(DIRECT, "SalesAgent"), sale_document())
    assert sold.status == 201
    return local


@pytest.fixture
def auditor(local: LocalApp) -> Visitor:
    return Visitor(local, AUDITOR)


async def entries(local: LocalApp) -> list[dict[str, Any]]:
    return (await local.call("GET", LEDGER, AUDITOR)).body["value"]


def link(seen: Seen, rel: str = "next") -> str | None:
    found = re.search(rf'href="([^"]+)" rel="{rel}"', seen.html)
    return found[1].replace("&amp;", "&") if found else None


async def walk(visitor: Visitor, address: str) -> list[Seen]:
    """Every page from one to the next."""
    path, seen = address.partition("?")[0], [await visitor.get(address)]
    while following := link(seen[-1]):
        seen.append(await visitor.get(f"{path}{following}"))
    return seen


def sequences(seen: Seen) -> list[int]:
    return [int(each) for each in re.findall(r'<article aria-labelledby="entry-(\d+)"', seen.html)]


async def test_everything_is_said_with_who_did_it_the_newest_first(auditor: Visitor):
    page = await auditor.get("/activity")
    assert sequences(page) == [5, 4, 3, 2, 1]
    for said in (
        "Partner 1001 registered the subscription Office 365 G3, quantity 25.",
        "The invitation from Partner 1001 was accepted.",
        "The organization agreed to delegated admin privileges of Partner 1001.",
        "The organization stated that it accepts the Microsoft Customer Agreement.",
        "Done by: Sales agent of the partner, Partner 1001",
        "Done by: Global Administrator of the organization itself",
        f"Subscription: {subscription_id(1)}",
    ):
        assert said in page.words
    assert f"<bdi><code>{subscription_id(1)}</code></bdi>" in page.html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"partnerId={DIRECT}", [5, 4, 1]),
        (f"partnerId={RESELLER}&subscriptionId=", [3, 2]),
        (f"partnerId=&subscriptionId={subscription_id(1)}", [5]),
        (f"partnerId={STRANGER}", []),
    ],
)
async def test_only_what_is_about_somebody(auditor: Visitor, query: str, expected: list[int]):
    page = await auditor.get(f"/activity?{query}")
    assert sequences(page) == expected
    assert ("Nothing that is recorded is about that." in page.words) == (not expected)
    korean = re.search(r'href="([^"]+)" lang="ko"', page.html)
    assert korean
    chosen = await auditor.get(f"/activity{korean[1].replace('&amp;', '&')}")
    kept = "&".join(each for each in query.split("&") if not each.endswith("="))
    assert (chosen.status, chosen.headers["Location"]) == (303, f"/activity?{kept}")


async def test_a_long_log_goes_on_and_keeps_what_it_is_narrowed_to(auditor: Visitor):
    path = f"/api/customers/{AGENCY}/blocked-partners/{RESELLER}"
    for _ in range(25):
        assert (await auditor.local.call("PUT", path, admin(AGENCY), {})).status == 201
        assert (await auditor.local.call("DELETE", path, admin(AGENCY))).status == 204
    pages = await walk(auditor, "/activity")
    assert [sequences(each) for each in pages] == [
        list(range(55, 30, -1)),
        list(range(30, 5, -1)),
        [5, 4, 3, 2, 1],
    ]
    narrowed = await walk(auditor, f"/activity?partnerId={RESELLER}")
    assert [len(sequences(each)) for each in narrowed[:2]] == [25, 25]
    assert [each for page in narrowed for each in sequences(page)] == [*range(55, 5, -1), 3, 2]


async def test_what_cannot_be_looked_for(auditor: Visitor):
    page = await auditor.get("/activity?subscriptionId=x")
    assert (page.status, page.headers["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert (await auditor.get("/activity/entries/x")).status == 400
    assert (await auditor.get("/activity/entries/6")).status == 404


async def test_an_entry_has_a_page_with_its_hash(local: LocalApp, auditor: Visitor):
    for entry in await entries(local):
        page = await auditor.get(f"/activity/entries/{entry['sequence']}")
        for each in ("hash", "previousHash", "command", "policyVersion"):
            assert entry[each] in page.words
        assert entry["actor"]["objectId"] in page.words


async def test_an_entry_that_cannot_be_read_is_shown_as_it_lies_there(
    local: LocalApp, auditor: Visitor
):
    table, key = local.memory.tables["tenants"], tenants_keys.entry(AGENCY, 2)
    entity = await table.get(key)
    assert entity
    body = entity.properties["body0"].replace(b"partner-blocked", b"partner-praised")
    await damage(table, key, body0=body)
    for address in ("/activity", "/activity/entries/2"):
        assert "cannot read what this entry says happened" in (await auditor.get(address)).words
    assert "partner-praised" in (await auditor.get("/activity/entries/2")).words


async def test_nothing_is_recorded_yet(local: LocalApp):
    newcomer = Visitor(local, admin(BUREAU))
    assert "Nothing is recorded yet." in (await newcomer.get("/activity")).words
    assert "It has no entries yet." in (await newcomer.get(VERIFICATION)).words
    assert "nothing to take away" in (await newcomer.get("/activity/downloads")).words


async def test_the_operator_names_the_organization_and_every_link_keeps_it(local: LocalApp):
    operator = Visitor(local, OPERATOR_CLAIMS)
    whose = f"customerId={AGENCY}"
    page = await operator.get(f"/activity?{whose}")
    assert sequences(page) == [5, 4, 3, 2, 1]
    for address in (
        "/activity",
        VERIFICATION,
        "/activity/downloads",
        "/activity/entries/5",
    ):
        page = await operator.get(f"{address}?{whose}")
        assert page.status == 200
        inside = re.findall(r'href="(/activity[^"]*)"', page.html)
        assert inside
        assert all(whose in each for each in inside), inside
    assert (await operator.get(f"/activity?customerId={STRANGER}")).status == 404
    assert (await operator.get("/activity?customerId=x")).status == 400


@pytest.mark.parametrize("address", ["/activity", VERIFICATION, "/activity/downloads/csv"])
async def test_nobody_else_names_an_organization(local: LocalApp, address: str):
    for claims in (admin(BUREAU), user(DIRECT, "GlobalAdmin")):
        there = await Visitor(local, claims).get(f"{address}?customerId={AGENCY}")
        absent = await Visitor(local, claims).get(f"{address}?customerId={STRANGER}")
        assert there.status == absent.status in {403, 404}
        assert there.words.replace(AGENCY, STRANGER) == absent.words


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


async def test_a_proof_is_taken_away_once_a_checkpoint_holds_the_ledger(
    local: LocalApp, auditor: Visitor
):
    assert (await auditor.get("/activity/downloads/proof")).status == 404
    await local.follow()
    await local.services.sweeping.sweeps.start(None)
    await local.sweep()
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


async def test_who_is_signed_out_gets_no_file(local: LocalApp):
    for name in ("csv", "json-lines", "proof"):
        page = await Visitor(local).get(f"/activity/downloads/{name}")
        assert "Sign in with Microsoft" in page.words
        assert "Content-Disposition" not in page.headers
