"""What a finding is called, how grave it is, and where it says that it lies."""

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
    by = {kind: Problem(kind, AGENCY, "head", {}).severity for kind in ProblemKind}
    assert by[ProblemKind.INTERFERENCE] is Severity.CRITICAL
    assert by[ProblemKind.INDEX_STALE] is Severity.WARNING
    assert by[ProblemKind.RIGHTS_LAPSED] is Severity.NOTICE


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
