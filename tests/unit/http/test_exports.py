"""Lists as CSV and JSON Lines: whole, in parts that fit together, harmless in a spreadsheet."""

import csv
import hashlib
import io
import json
import re
import sys
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http import exports
from shared.http.exports import cell, columns
from shared.http.shapes.invitations import IndexedInvitationShape
from shared.http.shapes.ledger import EntryShape
from shared.http.shapes.subscriptions import SubscriptionShape
from tests.cast.bodies import sale_document
from tests.cast.ids import AGENCY, DIRECT, subscription_id
from tests.running.app import Answer, LocalApp, admin, enrol, hire, user

SALES = f"/api/customers/{AGENCY}/subscriptions"
LEDGER = f"/api/customers/{AGENCY}/ledger"
OWN = f"/api/partners/{DIRECT}"
SELLER = user(DIRECT, "GlobalAdmin")
CSV = {"accept": "text/csv"}
JSONL = {"accept": "application/jsonl"}


async def sell(local: LocalApp, count: int, **changes: Any) -> None:
    for number in range(1, count + 1):
        path = f"{SALES}/{subscription_id(number)}"
        assert (await local.call("PUT", path, SELLER, sale_document(**changes))).status == 201


@pytest.fixture
async def sold(local: LocalApp) -> LocalApp:
    """A partner with seven sales."""
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    await sell(local, 7)
    await local.follow()
    return local


def rows(*parts: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(parts), newline=""), strict=True))


async def parts(local: LocalApp, url: str, caller: Any, accept: dict[str, str]) -> list[Answer]:
    """An export, following its links."""
    found = [await local.call("GET", url, caller, headers=accept)]
    while link := found[-1].headers.get("Link"):
        [target] = re.findall(r'^<https://csp\.example(/[^>]+)>; rel="next"$', link)
        found.append(await local.call("GET", target, caller, headers=accept))
    assert all(part.status == 200 for part in found)
    return found


def dotted(item: Any, prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            found |= dotted(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


@pytest.mark.parametrize(
    ("url", "caller", "name"),
    [
        (SALES, admin(AGENCY), "subscriptions"),
        (f"{OWN}/subscriptions", SELLER, "partner-subscriptions"),
        (f"{OWN}/customers", SELLER, "partner-customers"),
        (f"{OWN}/invitations", SELLER, "partner-invitations"),
    ],
)
async def test_a_list_in_columns(sold: LocalApp, url: str, caller: Any, name: str):
    listed = (await sold.call("GET", url, caller)).body["value"]
    answer = await sold.call("GET", url, caller, headers=CSV)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="{name}-20261101T080000Z.csv"'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Link" not in answer.headers
    found = rows(answer.body)
    assert answer.body.count("\r\n") == len(listed) + 1
    assert len(found) == len(listed) > 0
    for row, item in zip(found, listed, strict=True):
        shown = {field: str(cell(value)) for field, value in dotted(item).items()}
        # What is null has no fields below it.
        assert {field: text for field, text in row.items() if text} == {
            field: text for field, text in shown.items() if text
        }


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_parts_put_together_are_the_whole(sold: LocalApp, size: int):
    for url, caller in ((SALES, admin(AGENCY)), (f"{OWN}/subscriptions", SELLER)):
        [whole] = await parts(sold, url, caller, CSV)
        found = await parts(sold, f"{url}?maxpagesize={size}", caller, CSV)
        # The last may be empty: a partner's list does not look further than its page is full.
        assert [part.body.count("\r\n") for part in found if part.body][1:] == [
            min(size, 7 - done) for done in range(size, 7, size)
        ]
        assert "".join(part.body for part in found) == whole.body
        kinds = [part.headers["Content-Type"].rpartition("=")[2] for part in found]
        assert kinds == ["present", *["absent"] * (len(found) - 1)]


async def test_an_export_is_bounded(sold: LocalApp, monkeypatch: pytest.MonkeyPatch):
    [whole] = await parts(sold, LEDGER, admin(AGENCY), JSONL)
    monkeypatch.setattr("shared.http.paging.MAX_SIZE", 2)
    for bound in ("MAX_BYTES", "MAX_SECONDS"):
        assert len(await parts(sold, LEDGER, admin(AGENCY), JSONL)) == 1
        with monkeypatch.context() as context:
            context.setattr(exports, bound, 0)
            found = await parts(sold, LEDGER, admin(AGENCY), JSONL)
            assert [part.body.count("\n") for part in found] == [2, 2, 2, 2, 1]
            assert "".join(part.body for part in found) == whole.body


async def test_a_ledger_page_is_bounded_by_its_size(
    sold: LocalApp, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("shared.services.queries.ledgers.PAGE_BYTES", 1)
    page = (await sold.call("GET", LEDGER, admin(AGENCY))).body
    assert [entry["sequence"] for entry in page["value"]] == [1]
    [whole] = await parts(sold, LEDGER, admin(AGENCY), JSONL)
    assert whole.body.count("\n") == 9


async def test_a_filter_holds_for_an_export(sold: LocalApp):
    path = f"{SALES}/{subscription_id(3)}"
    assert (await sold.call("POST", f"{path}/suspend", SELLER)).status == 200
    url = f"{SALES}?status=suspended"
    [only] = rows((await sold.call("GET", url, admin(AGENCY), headers=CSV)).body)
    assert (only["id"], only["status"]) == (subscription_id(3), "suspended")
    nothing = await sold.call("GET", f"{SALES}?status=deleted", admin(AGENCY), headers=CSV)
    header = ",".join(f'"{name}"' for name in columns(SubscriptionShape))
    assert nothing.body == header + "\r\n"


async def test_a_ledger_in_lines_can_be_recomputed(sold: LocalApp):
    [answer] = await parts(sold, LEDGER, admin(AGENCY), JSONL)
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Content-Disposition"].endswith('.jsonl"')
    *lines, end = answer.body.split("\n")
    assert end == ""
    previous = "0" * 64
    for number, line in enumerate(lines, 1):
        entry = json.loads(line)
        assert line.encode() == rfc8785.dumps(entry)
        assert (entry["sequence"], entry["previousHash"]) == (number, previous)
        previous = entry.pop("hash")
        assert hashlib.sha256(rfc8785.dumps(entry)).hexdigest() == previous
    verdict = (await sold.call("GET", f"{LEDGER}/verification", admin(AGENCY))).body
    assert (verdict["verifiedThrough"], verdict["head"]["hash"]) == (len(lines), previous)


async def test_a_ledger_in_columns_has_its_events_as_json(sold: LocalApp):
    listed = (await sold.call("GET", LEDGER, admin(AGENCY))).body["value"]
    found = rows((await sold.call("GET", LEDGER, admin(AGENCY), headers=CSV)).body)
    assert [json.loads(row["events"]) for row in found] == [item["events"] for item in listed]
    assert [row["actor.tenantId"] for row in found] == [
        item["actor"]["tenantId"] for item in listed
    ]


async def test_an_export_is_as_visible_as_its_list(sold: LocalApp):
    assert (await sold.call("GET", SALES, admin(DIRECT), headers=CSV)).status == 404
    assert (await sold.call("GET", LEDGER, SELLER, headers=JSONL)).code[0] == 403
    assert (await sold.call("GET", f"{SALES}?odd=1", admin(AGENCY), headers=CSV)).status == 400
    wrong = await sold.call("GET", f"{SALES}?skiptoken=x", admin(AGENCY), headers=CSV)
    assert wrong.body["error"]["target"] == "skiptoken"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("1-1", "1-1"),
        ("'=1", "'=1"),
        ("", ""),
        (None, ""),
        (-1, -1),
        (0, 0),
        (True, "true"),
        (False, "false"),
        ("\n=1", "'\n=1"),
        ("\nx", "'\nx"),
        ("\uff1d1+1", "'\uff1d1+1"),
        (" \u200b\u00a0=1", "' \u200b\u00a0=1"),
        ("x;=cmd|' /C calc'!A0;", "x;'=cmd|' /C calc'!A0;"),
        ("x; +1\t@y;z", "x;' +1\t'@y;z"),
        ("a=b; c", "a=b; c"),
        (["x;=1", "y; -1"], '["x;\\u003d1","y; \\u002d1"]'),
        (["=1", None], '["=1",null]'),
        ({"이름": 1}, '{"이름":1}'),
    ],
)
def test_a_cell(value: object, shown: object):
    assert cell(value) == shown
    assert type(cell(value)) is type(shown)


async def test_a_name_that_is_a_formula(local: LocalApp):
    await enrol(local, DIRECT)
    await hire(local, DIRECT, 1)
    name = '=HYPERLINK("http://x.example","여기"), "둘"'
    await sell(local, 1, friendlyName=name, externalReference="-7")
    [row] = rows((await local.call("GET", SALES, admin(AGENCY), headers=CSV)).body)
    assert (row["friendlyName"], row["externalReference"]) == (f"'{name}", "'-7")
    assert row["quantity"].isdecimal()


SIGNS = ("=", "+", "-", "@")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
@settings(max_examples=50)
def test_no_text_breaks_out_of_its_cell(texts: list[str]):
    written = exports._csv([[cell(text) for text in texts]])
    [read] = list(csv.reader(io.StringIO(written.decode(), newline=""), strict=True))
    for text, seen in zip(texts, read, strict=True):
        assert seen.replace("'", "") == text.replace("'", "")
        assert not seen.startswith(("\t", "\r", "\n"))
        for cell_of_another_setting in re.split(r"[;\t\r\n]", seen):
            assert not unicodedata.normalize("NFKC", cell_of_another_setting).startswith(SIGNS)


def test_every_form_of_a_sign_is_marked():
    forms = (chr(each) for each in range(sys.maxunicode + 1))
    signs = [each for each in forms if unicodedata.normalize("NFKC", each).startswith(SIGNS)]
    assert len(signs) > len(SIGNS)
    assert [cell(f"{each}1") for each in signs] == [f"'{each}1" for each in signs]


async def test_every_cell_is_quoted(sold: LocalApp):
    """Whatever separates where it is opened: a `;` in a text begins no cell."""
    text = (await sold.call("GET", SALES, admin(AGENCY), headers=CSV)).body
    for line in text.split("\r\n")[:-1]:
        assert line.startswith('"')
        assert line.endswith('"')
        assert re.fullmatch(r'"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")*', line)


def test_columns_are_the_fields_of_the_shape():
    assert columns(SubscriptionShape)[-4:] == [
        "term.duration",
        "term.billingCycle",
        "term.startsAt",
        "term.endsAt",
    ]
    assert {"createdBy.tenantId", "closedBy.role"} <= set(columns(IndexedInvitationShape))
    assert {"schema", "events", "actor.role"} <= set(columns(EntryShape))
