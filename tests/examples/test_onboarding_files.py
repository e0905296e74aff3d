"""What the pipeline's example reads from files, and what it says of those that it cannot read."""

import re
from pathlib import Path
from uuid import uuid4

import pytest

from examples.onboarding.faults import BadRecord
from examples.onboarding.records import Record, read

A, B, C = (f"0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a4{each}" for each in "abc")
HEAD = b"customerId,name,domain,country\n"
SOLD = b"actingPartnerId,customerId,subscriptionId"
SALE = (
    f"{SOLD.decode()},productType,offerId,offerName,billingType,quantity,unitType,autoRenew,"
    "term.billingCycle,term.startsAt,term.endsAt,term.duration,friendlyName"
)
SOFTWARE = f"({A.upper()}),{B},{C},software,offer,Offer,license,5,seats,TRUE,monthly"


def customer(guid: str, name: str = "One") -> str:
    return f"{guid},{name},a.example,US\n"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("customers.csv", b"", "has no records"),
        ("customers.csv", HEAD + b",,,\n", "has no records"),
        (
            "customers.csv",
            HEAD + f"{customer(A)}\n{A},2,3\n".encode(),
            "customers.csv, line 4: has 3 fields",
        ),
        ("customers.csv", b"a,b,a\n1,2,3\n", "line 1: the column a stands twice"),
        ("customers.csv", b"a,\n1,2\n", "line 1: column 2 has no name"),
        ("subscriptions.csv", b"term\n1\n", "line 1: subscriptions have no field term"),
        (
            "customers.csv",
            HEAD + f'{customer(A)}"2\n3\n'.encode(),
            "line 3: unexpected end of data: is a quote left open",
        ),
        (
            "updates.csv",
            SOLD + f',quantity\n{A},{B},"{C}\n ",x\n'.encode(),
            "line 2: quantity must be a whole number",
        ),
        ("customers.csv", b"a\nb\n\xe9\n", "line 3: is not UTF-8; save the file as UTF-8"),
        ("customers.csv", "a\n1\n".encode("utf-16-le"), "customers.csv: is not UTF-8"),
        (
            "invitations.csv",
            b"actingPartnerId,customerId,invitationId,delegatedAdmin\na,b,c,yes\n",
            "line 2: delegatedAdmin must be true or",
        ),
        ("updates.csv", SOLD + b",quantity\na,b,c,1_000\n", "in digits alone, is '1_000'"),
        ("subscriptions.jsonl", b'{"a": 1}\n\n{"a": \n', "subscriptions.jsonl, line 3"),
        ("subscriptions.jsonl", b'{"a": "\xe9"}\n', "line 1: is not UTF-8"),
        ("subscriptions.jsonl", b'{"a": NaN}\n', "line 1: NaN, Infinity"),
        ("subscriptions.jsonl", b'{"a": 1e999}\n', "line 1: NaN, Infinity"),
        ("subscriptions.jsonl", b'{"a": "\\ud800"}\n', "line 1: NaN, Infinity and halves"),
        ("subscriptions.jsonl", b'{"a": 1, "a": 2}\n', "line 1: the field a stands twice"),
        ("subscriptions.jsonl", b"[" * 100_000 + b"\n", "line 1: "),
        ("partners.jsonl", b"[]\n", "partners.jsonl, line 1: is no JSON object"),
        ("customers.json", b"[]", "customers.json: is no collection of Partner Center"),
        ("clients.csv", b"a\n1\n", "clients.csv: must be called one of partners, customers"),
        ("partners.txt", b"a\n1\n", "optionally followed by -suffix, and end in .csv or .jsonl"),
        ("partners.json", b"{}", "and end in .csv or .jsonl, or .json for a collection"),
        (f"customers-{'n' * 220}.csv", b"a\n1\n", "must have a name of at most 223"),
        (
            "customers.csv",
            HEAD + f"{A},부산,a.example,KR\n".encode("cp949"),
            "line 2: is not UTF-8",
        ),
        ("updates.csv", SOLD + f",quantity\n{A},{B},{C},0\n".encode(), "quantity must be a whole"),
        (
            "subscriptions.jsonl",
            b'{"term": {"endsAt": "2027-11-01T00:00:00Z", "duration": null}}\n',
            "line 1: term.duration is empty: what ends has both",
        ),
        (
            "subscriptions.csv",
            f"{SALE}\n{SOFTWARE},2026-11-01T00:00:00Z,,P1Y,\n".encode(),
            "line 2: term.endsAt is empty: what ends has both",
        ),
        # What only shows once something else is mended.
        ("customers.csv", b"customerId;name;domain\n", "the field country is missing"),
        ("customers.csv", b"CustomerId,name,domain,country\n", "customerId is meant"),
        ("customers.csv", b"id,name,domain,country\n", "customers have no field id"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadRecord, match=re.escape(said)):
        read([tmp_path / name])


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    (tmp_path / "customers.csv").write_text(
        "customerId, name ,domain,country\n"
        f"{A},One,a.example,USA\n"
        ",Two,b.example,US\n"
        "x,Three,,US\n"
        f"{B},Four\n"
    )
    (tmp_path / "updates.csv").write_text("customerId,amount\n")
    (tmp_path / "statuses.jsonl").write_text('{"status": "active", "Extra": 1}\n{\n')
    (tmp_path / "clients.csv").write_text("a\n")
    with pytest.raises(BadRecord) as raised:
        read(sorted(tmp_path.iterdir()))
    told = str(raised.value).splitlines()
    assert [line for line in told if line.startswith("customers.csv")] == [
        "customers.csv, line 2: country must be a country's two letters, such as US, is 'USA'",
        "customers.csv, line 3: customerId is empty",
        "customers.csv, line 4: customerId must be a GUID, is 'x'",
        "customers.csv, line 4: domain is empty",
        "customers.csv, line 5: has 2 fields, and the first line 4",
    ]
    assert "updates.csv, line 1: updates have no field amount" in told
    assert "updates.csv, line 1: the field subscriptionId is missing" in told
    assert "statuses.jsonl, line 1: statuses have no field Extra" in told
    assert any(line.startswith("statuses.jsonl, line 2: Expecting") for line in told)
    assert any("must be called one of" in line for line in told)


def test_of_very_many_faults_the_first_are_told(tmp_path: Path):
    (tmp_path / "customers.csv").write_text(HEAD.decode() + "x,y,z.example,US\n" * 60)
    with pytest.raises(BadRecord) as raised:
        read([tmp_path / "customers.csv"])
    told = str(raised.value).splitlines()
    assert len(told) == 51
    assert re.fullmatch(r"… and \d+ more", told[-1])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(BadRecord, match=r"customers\.csv: No such file"):
        read([tmp_path / "customers.csv"])


def of(path: Path, text: str) -> list[Record]:
    path.write_text(text)
    return read([path])


def test_a_line_of_csv(tmp_path: Path):
    path = tmp_path / "subscriptions-2026.csv"
    term = "2026-11-01T00:00:00Z,2027-11-01T00:00:00Z,P1Y"
    text = f"\ufeff{SALE}\n{SOFTWARE},{term},\n{',' * 14}\n"
    (record,) = of(path, text)
    assert record.data["actingPartnerId"] == A
    assert (record.data["quantity"], record.data["autoRenew"]) == (5, True)
    assert record.data["term"] == {
        "billingCycle": "monthly",
        "duration": "P1Y",
        "startsAt": "2026-11-01T00:00:00Z",
        "endsAt": "2027-11-01T00:00:00Z",
    }
    assert "friendlyName" not in record.data
    assert record.type == "subscription-registration"


def test_an_id_is_of_the_content_wherever_it_stands(tmp_path: Path):
    path, head = tmp_path / "customers.csv", HEAD.decode()
    (first,) = of(path, head + customer(A))
    other, moved = of(path, head + customer(B) + customer(A.upper()))
    assert (first.line, moved.line) == (2, 3)
    assert first.id == moved.id != other.id
    (changed,) = of(path, head + customer(A, "Eins"))
    assert changed.id != first.id


@pytest.mark.parametrize("name", ["Customers.CSV", "customers_2026.csv", "customers-a-b.csv"])
def test_names_that_say_the_same(tmp_path: Path, name: str):
    (record,) = of(tmp_path / name, HEAD.decode() + customer(A))
    assert record.stage == "customers"


def json_customer(guid: str, name: str = "x") -> str:
    return f'{{"customerId": "{guid}", "name": "{name}", "domain": "a.example", "country": "US"}}'


def test_jsonl_with_a_mark_before_it(tmp_path: Path):
    (record,) = of(tmp_path / "customers.jsonl", f"\ufeff{json_customer(A)}\r\n")
    assert record.data["customerId"] == A


def sold(*ids: str) -> str:
    term = '{"billingCycle": "none", "startsAt": "2026-11-01T00:00:00Z"}'
    rest = (
        '"productType": "software", "offerId": "o", "offerName": "o", "billingType": "license",'
        f' "quantity": 1, "unitType": "u", "autoRenew": false, "term": {term}'
    )
    several = ", ".join(f'{{"subscriptionId": "{each}", {rest}}}' for each in ids)
    return f'{{"actingPartnerId": "{A}", "customerId": "{B}", "subscriptions": [{several}]}}'


def sold_alone(subscription: str) -> str:
    return sold(subscription).replace('"subscriptions": [{', "").replace("}]}", "}")


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("customers", json_customer(A.upper()), json_customer(A, "y")),
        ("subscriptions", sold(A, B), sold_alone(B)),
        ("subscriptions", sold(), sold()),
    ],
)
def test_two_records_about_the_same(tmp_path: Path, name: str, first: str, second: str):
    with pytest.raises(BadRecord, match=f"{name}.jsonl, line 3: .* stands at {name}.jsonl:1 too"):
        of(tmp_path / f"{name}.jsonl", f"{first}\n\n{second}\n")


def test_two_records_about_the_same_in_two_files(tmp_path: Path):
    for name in ("customers-a.csv", "customers-b.csv"):
        (tmp_path / name).write_text(HEAD.decode() + customer(A, name))
    with pytest.raises(BadRecord, match=r"b\.csv, line 2: .* stands at customers-a\.csv:2"):
        read([tmp_path / "customers-a.csv", tmp_path / "customers-b.csv"])


def test_two_files_of_one_name(tmp_path: Path):
    (tmp_path / "deep").mkdir()
    paths = [tmp_path / "customers.csv", tmp_path / "deep/customers.csv"]
    for path, guid in zip(paths, (A, B), strict=True):
        path.write_text(HEAD.decode() + customer(guid))
    with pytest.raises(BadRecord, match=r"deep/customers\.csv: another file has the same name"):
        read(paths)


def test_records_about_different_things_may_have_fields_in_common(tmp_path: Path):
    text = "".join(
        f'{{"customerId": "{A}", "partnerId": "{each}", "evidence": "c"}}\n' for each in (B, C)
    )
    assert len(of(tmp_path / "relationships.jsonl", text)) == 2


def test_the_partners_to_register_are_those_of_the_records(tmp_path: Path):
    good, other = str(uuid4()), str(uuid4())
    text = (
        f'{{"partnerId": "{good.upper()}", "customerId": "{A}", "evidence": "c",'
        f' "indirectResellerId": "{other}"}}\n'
    )
    (record,) = of(tmp_path / "relationships.jsonl", text)
    assert record.partner_ids == {good, other}
