"""Recorded files of records, as the example's pipeline reads them."""

from pathlib import Path
from typing import Any

import pytest

from examples.onboarding.faults import BadRecord
from examples.onboarding.records import read
from tests.senders.recorded import content, name_of, sent

FILES = sent("file")
CAFE = 'Café; "A", B'
NAMES = {
    51: [CAFE, "Two\r\nlines"],
    52: [CAFE, "Two\r\nlines"],
    113: [CAFE, "Harbor"],
    114: [CAFE, "Harbor"],
    115: [CAFE, "Harbor"],
    116: [CAFE, "Harbor"],
    117: [CAFE.replace("é", "?"), "Harbor"],
    120: [CAFE, "Harbor"],
    123: [CAFE, "Harbor"],
}
REFUSED = {
    54: "is a workbook, not CSV; save it as CSV UTF-8",
    119: "is not UTF-8; save the file as UTF-8",
    122: "line 1: begins a JSON array over many lines; write each record on one line",
}


@pytest.mark.parametrize("entry", FILES, ids=name_of)
def test_a_file_is_read_right_or_refused_once(entry: dict[str, Any], tmp_path: Path):
    path = tmp_path / entry["channel"].partition(" ")[2]
    path.write_bytes(content(entry))
    if entry["n"] in REFUSED:
        with pytest.raises(BadRecord, match=REFUSED[entry["n"]]):
            read([path])
        return
    records = read([path])
    assert [each.data["name"] for each in records] == NAMES[entry["n"]]
    for record in records:
        assert record.data.keys() == {"customerId", "name", "domain", "country"}
        assert record.data["country"] == "US"


def test_every_file_is_told_apart():
    assert {each["n"] for each in FILES} == NAMES.keys() | REFUSED.keys()
