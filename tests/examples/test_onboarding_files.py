"""What the pipeline's example reads from files, and what it says of those that it cannot read."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from examples.onboarding.files import BadRecord
from examples.onboarding.records import Record, read


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("customers.csv", b"", "has no records"),
        ("customers.csv", b"customerId,name\n,\n", "has no records"),
        ("customers.csv", b"a,b\n1,2\n\n1,2,3\n", "customers.csv, line 4: has 3 fields"),
        ("customers.csv", b"a,b,a\n1,2,3\n", "line 1: the column a stands twice"),
        ("customers.csv", b"a,\n1,2\n", "line 1: column 2 has no name"),
        ("customers.csv", b"term,term.endsAt\n1,2\n", "line 1: the columns term and term.endsAt"),
        ("customers.csv", b'a\n1\n"2\n3\n', "line 3: unexpected end of data: is a quote left open"),
        ("customers.csv", b'a,quantity\n"1\n2",x\n', "line 2: quantity must be a whole number"),
        ("customers.csv", b"a\nb\n\xe9\n", "line 3: is not UTF-8; save the file as UTF-8"),
        ("customers.csv", "a\n1\n".encode("utf-16-le"), "customers.csv: is not UTF-8"),
        ("invitations.csv", b"delegatedAdmin\nyes\n", "line 2: delegatedAdmin must be true or"),
        ("subscriptions.csv", b"quantity\n1_000\n", "in digits alone, is '1_000'"),
        ("subscriptions.jsonl", b'{"a": 1}\n\n{"a": \n', "subscriptions.jsonl, line 3"),
        ("subscriptions.jsonl", b'{"a": "\xe9"}\n', "line 1: is not UTF-8"),
        ("subscriptions.jsonl", b'{"a": NaN}\n', "line 1: NaN, Infinity"),
        ("subscriptions.jsonl", b'{"a": 1e999}\n', "line 1: NaN, Infinity"),
        ("subscriptions.jsonl", b'{"a": "\\ud800"}\n', "line 1: NaN, Infinity and halves"),
        ("subscriptions.jsonl", b'{"a": 1, "a": 2}\n', "line 1: the field a stands twice"),
        ("subscriptions.jsonl", b"[" * 100_000 + b"\n", "line 1: "),
        ("partners.jsonl", b"[]\n", "partners.jsonl, line 1: is no JSON object"),
        ("clients.csv", b"a\n1\n", "clients.csv: must be called one of partners, customers"),
        ("partners.txt", b"a\n1\n", "optionally followed by -suffix, and end in .csv or .jsonl"),
        (f"customers-{'n' * 220}.csv", b"a\n1\n", "must have a name of at most 223"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRecord, match=re.escape(said)):
        read([tmp_path / name])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(BadRecord, match=r"customers\.csv: No such file"):
        read([tmp_path / "customers.csv"])


def of(path: Path, text: str) -> list[Record]:
    path.write_text(text)
    return read([path])


def test_a_line_of_csv(tmp_path: Path):
    path = tmp_path / "subscriptions-2026.csv"
    text = "\ufeffquantity,autoRenew,term.endsAt,term.startsAt,friendlyName\n5,TRUE,b,a,\n,,,,\n"
    (record,) = of(path, text)
    assert record.data == {
        "quantity": 5,
        "autoRenew": True,
        "term": {"endsAt": "b", "startsAt": "a"},
    }
    assert record.type == "subscription-registration"


def test_an_id_is_of_the_content_wherever_it_stands(tmp_path: Path):
    path = tmp_path / "customers.csv"
    (first,) = of(path, "customerId,name\n1,One\n")
    other, moved = of(path, "customerId,name\n2,Two\n1,One\n")
    assert (first.line, moved.line) == (2, 3)
    assert first.id == moved.id != other.id
    (changed,) = of(path, "customerId,name\n1,Eins\n")
    assert changed.id != first.id


@pytest.mark.parametrize("name", ["Customers.CSV", "customers_2026.csv", "customers-a-b.csv"])
def test_names_that_say_the_same(tmp_path: Path, name: str):
    (record,) = of(tmp_path / name, "customerId\n1\n")
    assert record.stage == "customers"


def test_jsonl_with_a_mark_before_it(tmp_path: Path):
    (record,) = of(tmp_path / "customers.jsonl", '\ufeff{"customerId": "1"}\r\n')
    assert record.data == {"customerId": "1"}


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("customers", '{"customerId": "A", "name": "x"}', '{"customerId": "a", "name": "y"}'),
        ("customers", '{"name": "x"}', '{"name": "x"}'),
        (
            "subscriptions",
            '{"customerId": "a", "subscriptions": [{"subscriptionId": "b"}]}',
            '{"customerId": "a", "subscriptionId": "b"}',
        ),
        ("subscriptions", '{"subscriptions": []}', '{"subscriptions": []}'),
    ],
)
def test_two_records_about_the_same(tmp_path: Path, name: str, first: str, second: str):
    with pytest.raises(BadRecord, match=f"{name}.jsonl, line 3: .* stands at {name}.jsonl:1 too"):
        of(tmp_path / f"{name}.jsonl", f"{first}\n\n{second}\n")


def test_two_records_about_the_same_in_two_files(tmp_path: Path):
    for name in ("customers-a.csv", "customers-b.csv"):
        (tmp_path / name).write_text(f"customerId,name\n1,{name}\n")
    with pytest.raises(BadRecord, match=r"b\.csv, line 2: .* stands at customers-a\.csv:2"):
        read([tmp_path / "customers-a.csv", tmp_path / "customers-b.csv"])


def test_two_files_of_one_name(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    paths = [tmp_path / "customers.csv", tmp_path / "deep/customers.csv"]
    for number, path in enumerate(paths):
        path.write_text(f"customerId\n{number}\n")
    with pytest.raises(BadRecord, match=r"deep/customers\.csv: another file has the same name"):
        read(paths)


def test_records_about_different_things_may_have_fields_in_common(tmp_path: Path):
    text = '{"customerId": "a", "partnerId": "b"}\n{"customerId": "a", "partnerId": "c"}\n'
    assert len(of(tmp_path / "relationships.jsonl", text)) == 2


def test_the_partners_to_register_are_those_with_an_id(tmp_path: Path):
    good, other = str(uuid4()), str(uuid4())
    text = f'{{"partnerId": "{good.upper()}", "indirectResellerId": "{other}"}}\n'
    (record,) = of(tmp_path / "relationships.jsonl", text)
    assert record.partner_ids == {good, other}
    (record,) = of(tmp_path / "partners.jsonl", '{"partnerId": "no id", "indirectResellerId": 5}\n')
    assert record.partner_ids == set()
