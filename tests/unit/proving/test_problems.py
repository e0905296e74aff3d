"""What a finding is called, how grave it is, and where it says that it lies."""

import re
from inspect import Parameter, signature
from pathlib import Path

import pytest

from shared.model.state import RowKind
from shared.proving.problems import (
    Problem,
    ProblemKind,
    Severity,
    entry_place,
    placed_entry,
    placed_row,
    row_place,
)
from shared.storage.encoding.keys import tenants as keys
from tests.cast.ids import AGENCY, BUREAU

GUIDE = Path(__file__).parents[3] / "docs" / "sweep.md"


def test_the_same_problem_has_the_same_id_whatever_its_detail():
    one = Problem(ProblemKind.STATE_DIVERGED, AGENCY, "head", {"fields": []})
    assert one.id == Problem(one.kind, AGENCY, "head", {}).id
    others = [
        Problem(ProblemKind.COUNTER_WRONG, AGENCY, "head", {}),
        Problem(one.kind, BUREAU, "head", {}),
        Problem(one.kind, AGENCY, "projection", {}),
    ]
    assert len({one.id, *(other.id for other in others)}) == 4


def test_every_kind_has_a_severity():
    assert ProblemKind.INTERFERENCE.severity is Severity.CRITICAL
    assert ProblemKind.INDEX_STALE.severity is Severity.WARNING
    assert ProblemKind.RIGHTS_LAPSED.severity is Severity.NOTICE


def test_the_guide_explains_every_kind_with_its_severity():
    rows = re.findall(r"^\| (`[^|]+`) \| (\w+) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    said = {kind: severity for kinds, severity in rows for kind in re.findall("`(.+?)`", kinds)}
    assert said == {kind.value: kind.severity.value for kind in ProblemKind}


def test_a_kind_that_does_not_say_all_of_itself_cannot_be_defined():
    said = signature(ProblemKind.__new_member__).parameters.values()
    assert [each.name for each in said][1:] == ["kind", "severity", "scope"]
    assert all(each.default is Parameter.empty for each in said)


def test_places_are_the_row_keys():
    assert entry_place(7) == keys.entry(AGENCY, 7).row
    for kind in RowKind:
        assert row_place((kind, BUREAU)) == keys.row(AGENCY, (kind, BUREAU)).row
        assert placed_row(row_place((kind, BUREAU))) == (kind, BUREAU)
    assert placed_entry(entry_place(7)) == 7


@pytest.mark.parametrize(
    "place",
    [
        "entry|7",
        "entry|",
        "entry|00000000000x",
        "entry|" + "\u0660" * 11 + "\u0667",
        "000000000007",
    ],
)
def test_no_other_place_is_an_entrys(place: str):
    assert placed_entry(place) is None


@pytest.mark.parametrize("place", ["head", "details|a", "subscription|", "subscription"])
def test_no_other_place_is_a_rows(place: str):
    assert placed_row(place) is None
