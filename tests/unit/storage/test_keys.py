"""Keys: where they lie, how they sort, and that they can be read back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import moment_of, newest_first
from shared.services.ports.index import IndexKey, IndexKind
from shared.storage.encoding.keys import dead_letters
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys import operations as operations_keys
from shared.storage.encoding.keys import tenants as tenants_keys
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.table import Insert, check

GUIDS = st.uuids().map(str)
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.just(UTC),
)


@given(GUIDS, st.sampled_from(IndexKind), GUIDS, GUIDS, MOMENTS)
def test_an_index_key_is_read_back(
    partner: str, kind: IndexKind, customer: str, item: str, at: datetime
):
    match kind:
        case IndexKind.PARTNER:
            key, place = IndexKey.of_partner(partner), "partners"
        case IndexKind.DISPUTE:
            key, place = IndexKey(partner, kind, customer, item, at), "disputes"
        case _:
            item = customer if kind is IndexKind.CUSTOMER else item
            key, place = IndexKey(partner, kind, customer, item), f"{partner}|{customer[0]}"
    made = index_keys.index(key)
    assert index_keys.indexed(made) == key
    assert made.partition == place


@given(MOMENTS, MOMENTS)
def test_newer_times_come_first(first: datetime, second: datetime):
    assert (first > second) == (newest_first(first) < newest_first(second))
    assert moment_of(newest_first(first)) == first


@given(GUIDS)
def test_a_related_partner_is_read_back(partner: str):
    name = tenants_keys.related(partner)
    assert name == "r_" + partner.replace("-", "")
    assert tenants_keys.related_partner(name) == partner


@pytest.mark.parametrize("name", ["r_", "r_xyz", "r_" + "g" * 32])
def test_other_properties_are_no_partners(name: str):
    with pytest.raises(ValueError, match=r"UUID|base 16"):
        tenants_keys.related_partner(name)


@given(st.text(), st.text(), st.text())
def test_what_could_hold_anything_makes_a_lawful_key(source: str, message: str, result: str):
    made = [
        tenants_keys.message("t", source, message),
        operations_keys.pipeline_source(source),
        operations_keys.result_mark("f", result),
    ]
    for key in made:
        check([Insert(key, {"v": 1})])


@given(st.lists(st.tuples(st.text(), st.text()), min_size=2, max_size=2, unique=True))
def test_different_messages_have_different_keys(pair: list[tuple[str, str]]):
    first, second = (tenants_keys.message("t", source, message) for source, message in pair)
    assert first != second


@given(MOMENTS, MOMENTS, GUIDS, st.text())
def test_times_sort(first: datetime, second: datetime, customer: str, key: str):
    assert (first < second) == (
        operations_keys.result("f", first, key).row < operations_keys.result("f", second, key).row
    )
    assert (first < second) == (
        index_keys.feed_row("p", customer, first, 1).row
        < index_keys.feed_row("p", customer, second, 1).row
    )


@given(MOMENTS)
def test_a_result_lies_before_the_next_microsecond_and_not_before_its_own(at: datetime):
    row = operations_keys.result("f", at, "k").row
    own = operations_keys.results_between(operations_keys.FIRST_RESULT, at)
    later = operations_keys.results_between(
        operations_keys.FIRST_RESULT, at + timedelta(microseconds=1)
    )
    assert own.low < row
    assert not row < own.high
    assert row < later.high


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_entries_sort_by_sequence(first: int, second: int):
    rows = tenants_keys.entry("t", first), tenants_keys.entry("t", second)
    assert (first < second) == (rows[0].row < rows[1].row)
    span = tenants_keys.entries(first)
    assert (span.low < rows[1].row < span.high) == (first < second)
    assert not span.low < rows[1].row < tenants_keys.entries(first, second - 1).high
    if first < second:
        assert span.low < rows[1].row < tenants_keys.entries(first, second).high


def test_rows_of_a_tenant_lie_where_the_architecture_says():
    tenant = "11111111-1111-4111-8111-111111111111"
    assert tenants_keys.head(tenant) == Key(tenant, "head")
    assert tenants_keys.entry(tenant, 42) == Key(tenant, "entry|000000000042")
    assert tenants_keys.details(tenant, "agreement") == Key(tenant, "details|agreement")
    assert tenants_keys.projection(tenant) == Key(tenant, "projection")
    assert index_keys.link("r", "p") == Key("r|links", "p")
    assert index_keys.feed_mark("p", "c") == Key("p|feed", "mark|c")
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert index_keys.feed_row("p", "c", at, 3).row == "2026-11-01T08:00:00.000000Z|c|000000000003"
    assert dead_letters.letter("x") == Key("dead-letter", "letter|x")
