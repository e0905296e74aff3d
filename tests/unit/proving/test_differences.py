"""Comparing by introspection: whatever a model holds is compared, also what it will hold."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import rfc3339
from shared.model.events import Event
from shared.model.ledger import Entry
from shared.model.models import Subscription
from shared.model.state import Head, Related
from shared.proving.differences import differences
from shared.proving.examination import Examination
from tests.cast.ids import AGENCY, AT, DAY, DIRECT
from tests.cast.resources import invitation, relationship, subscription
from tests.unit.proving.examined import NOW, SOLD, story


class Newer(Subscription):
    """A subscription with a field that nobody told the comparing about."""

    discount: int = 0


@dataclass(frozen=True)
class NewerHead(Head):
    """A head with another one."""

    notes: Mapping[str, str] = field(default_factory=dict)


def told(expected: object, stored: object) -> list[dict[str, object]]:
    return [difference.as_json() for difference in differences(expected, stored)]


def newer(**changes: object) -> Newer:
    return Newer(**dict(subscription()), **changes)


def test_a_field_that_is_added_to_a_model_is_compared():
    assert told(newer(), newer()) == []
    assert told(newer(), newer(discount=5)) == [{"field": "discount", "expected": 0, "stored": 5}]


def test_a_field_that_is_added_to_the_head_is_compared():
    found = told(NewerHead(AGENCY), NewerHead(AGENCY, notes={"a": "b"}))
    assert found == [{"field": "notes.a", "expected": None, "stored": "b"}]


def test_a_field_that_is_added_to_a_model_is_found_in_storage(monkeypatch):
    """Through everything: events of the new model, replayed, against a row of the new model."""
    happened = Entry.events

    def events(entry: Entry):
        for one in happened(entry):
            sold = isinstance(one.data, Subscription)
            yield Event(one.type, Newer(**dict(one.data))) if sold else one

    monkeypatch.setattr(Entry, "events", lambda entry: tuple(events(entry)))
    tenant = story()
    examination = Examination(AGENCY, NOW)
    for sequence, entry in tenant.entries.items():
        examination.entry(sequence, entry)
    examination.head(tenant.head)
    for key, (row, sequence) in tenant.rows.items():
        discount = 5 if key == SOLD else 0
        sold = isinstance(row, Subscription)
        kept = Newer(**{**dict(row), "discount": discount}) if sold else row
        examination.row(key, kept, sequence)
    examination.projection(5)
    [problem] = examination.finish().problems
    assert problem.detail == {"fields": [{"field": "discount", "expected": 0, "stored": 5}]}


def test_times_and_lists_are_written_as_the_api_writes_them():
    assert told(Related(invited=(AT,)), Related()) == [
        {"field": "invited", "expected": [rfc3339(AT)], "stored": []}
    ]
    assert told(invitation(), invitation(expires_at=AT)) == [
        {"field": "expiresAt", "expected": rfc3339(AT + 89 * DAY), "stored": rfc3339(AT)}
    ]


def test_what_is_missing_or_of_another_kind_is_told_whole():
    standing = relationship()
    whole = standing.model_dump(mode="json")
    related = Related(relationship=standing)
    assert told(related, Related()) == [
        {"field": "relationship", "expected": whole, "stored": None}
    ]
    [only] = told({DIRECT: related}, {})
    assert (only["field"], only["stored"]) == (DIRECT, None)
    [other] = told(subscription(), invitation())
    assert other["field"] == ""


@given(
    field=st.sampled_from(sorted(Subscription.model_fields)),
    value=st.one_of(st.none(), st.integers(), st.text(), st.booleans()),
)
def test_any_change_of_any_field_is_told_and_nothing_else(field: str, value: object):
    was = subscription()
    now = was.but(**{field: value})
    found = [difference.path for difference in differences(was, now)]
    assert found == ([] if now == was else [(Subscription.model_fields[field].alias,)])


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, True), (1, 1.0), (0, False), ([1], [True]), ([1], [1, None]), ({"a": 1}, {"a": True})],
)
def test_json_values_of_two_types_are_two(one: object, other: object):
    (found,) = differences({"field": one}, {"field": other})
    assert found.path[0] == "field"
    assert not list(differences({"field": one}, {"field": deepcopy(one)}))
