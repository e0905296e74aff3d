"""Bodies, field by field and bound by bound."""

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel, ValidationError

from shared.deciding.bodies import (
    AcceptBody,
    ContactBody,
    CustomerBody,
    DeclineBody,
    ErasureBody,
    ImportBody,
    InviteBody,
    LinkBody,
    PartnerBody,
    SignerBody,
)
from shared.deciding.sales import (
    PartnerOfRecordBody,
    SubscriptionBody,
    SubscriptionPatch,
    TermBody,
    TermPatch,
)
from tests.cast.bodies import sale_document
from tests.cast.ids import RESELLER

TERM: dict[str, object] = {
    "duration": "P1Y",
    "billingCycle": "monthly",
    "startsAt": "2026-11-01T00:00:00Z",
    "endsAt": "2027-11-01T00:00:00Z",
}
VALID: dict[type[BaseModel], dict[str, object]] = {
    PartnerBody: {
        "name": "Contoso",
        "type": "directBill",
        "mpnId": "1",
        "mpnCountry": "US",
        "country": "US",
    },
    CustomerBody: {"name": "Agency", "domain": "agency.example", "country": "US"},
    ContactBody: {"email": "a@b.example"},
    InviteBody: {"delegatedAdmin": True},
    SignerBody: {"firstName": "Ada", "lastName": "Lee", "email": "a@b.example"},
    AcceptBody: {},
    DeclineBody: {},
    TermBody: TERM,
    SubscriptionBody: sale_document(),
    LinkBody: {"delegatedAdmin": True},
    TermPatch: {"endsAt": TERM["endsAt"]},
    SubscriptionPatch: {},
    PartnerOfRecordBody: {"partnerOfRecord": "1"},
    ErasureBody: {},
    ImportBody: {"evidence": "contract 4711"},
}
OPEN_ENDED = ("duration", "endsAt")
ACCEPTED: list[tuple[type[BaseModel], str, object]] = [
    (PartnerBody, "name", "x" * 128),
    (PartnerBody, "name", "다중 파트너"),
    (PartnerBody, "mpnId", "0123456789"),
    (PartnerBody, "type", "indirectProvider"),
    (PartnerBody, "partnerAgreementSignedAt", None),
    (PartnerBody, "affiliatedTenantIds", [RESELLER] * 50),
    (CustomerBody, "domain", "agency.onmicrosoft.us"),
    (CustomerBody, "domain", "xn--9t4b11yi5a.xn--3e0b707e"),
    (CustomerBody, "domain", "a1-b.2c.io"),
    (CustomerBody, "domain", ".".join(["a" * 60] * 4) + ".example"),
    (ContactBody, "email", "o'neil+x@sub.example"),
    (ContactBody, "locale", "ko"),
    *((LinkBody, "maxAcceptances", good) for good in (1, 10_000)),
    *((LinkBody, "expiresInDays", good) for good in (1, 365)),
    *((SubscriptionPatch, "quantity", good) for good in (1, 10_000_000)),
    *((SubscriptionPatch, "friendlyName", good) for good in (None, "Mail")),
    (SubscriptionPatch, "term", {"endsAt": TERM["endsAt"]}),
    (ErasureBody, "invitationId", RESELLER),
    (InviteBody, "expiresInDays", 1),
    (InviteBody, "expiresInDays", 365),
    (InviteBody, "message", "x" * 500),
    (InviteBody, "message", "two\nlines\tand a tab"),
    (InviteBody, "externalReference", "x" * 128),
    (InviteBody, "contact", {"email": "a@b.example", "locale": "en"}),
    (AcceptBody, "customerAgreement", {"firstName": "A", "lastName": "L", "email": "a@b"}),
    (DeclineBody, "block", True),
    (TermBody, "duration", "P99M"),
    (TermBody, "startsAt", "2000-01-01T00:00:00Z"),
    (TermBody, "endsAt", "2100-12-31T23:59:59.999999Z"),
    (TermBody, "endsAt", "2026-11-01t00:00:00.000001z"),
    (SubscriptionBody, "quantity", 1),
    (SubscriptionBody, "quantity", 10_000_000),
    (SubscriptionBody, "partnerOfRecord", "42"),
    (SubscriptionBody, "offerName", "x" * 128),
]
REFUSED: list[tuple[type[BaseModel], str, object]] = [
    *((PartnerBody, "name", bad) for bad in ("", " ", "x" * 129, "a\nb", "a\x00", "a\x7f", 5)),
    # What a reader cannot see: C1 controls, line separators, and what turns the writing direction.
    *((PartnerBody, "name", f"a{bad}b") for bad in "\x85\u2028\u2029\u202e\u2066\ufffe\uffff"),
    (PartnerBody, "name", "\ud800"),
    (PartnerBody, "type", "reseller"),
    *(
        (PartnerBody, "mpnId", bad)
        for bad in ("", "0", "000", "12345678901", "12a", "-1", "١٢", 12)
    ),
    *((PartnerBody, "country", bad) for bad in ("u s", "USA", "U", "", None, "U1")),
    (PartnerBody, "affiliatedTenantIds", [RESELLER] * 51),
    (PartnerBody, "affiliatedTenantIds", ["nonsense"]),
    (PartnerBody, "affiliatedTenantIds", RESELLER),
    *((CustomerBody, "domain", bad) for bad in ("a", "a..b", "-a.io", "a-.io", "a.b", "a.--")),
    *((CustomerBody, "domain", bad) for bad in ("a b.io", "10.0.0.10", "a.i\no", "ㄱ.example")),
    (CustomerBody, "domain", "a" * 64 + ".io"),
    (CustomerBody, "domain", ".".join(["a" * 60] * 5)),
    *(
        (ContactBody, "email", bad)
        for bad in ("a", "@b", "a@", "a@b@c", "a @b", "a\n@b", "a\x85@b")
    ),
    (ContactBody, "email", "a" * 65 + "@b.example"),
    (ContactBody, "email", "a@" + "b" * 190),
    (ContactBody, "locale", "fr"),
    *((InviteBody, "expiresInDays", bad) for bad in (0, 366, -1, 1.5, "90", True, None)),
    *((InviteBody, "delegatedAdmin", bad) for bad in (1, "true", "yes", None)),
    *((InviteBody, "message", bad) for bad in ("", "x" * 501, "a\x0bb", "a\x1bb", "a\u202eb", 5)),
    *((InviteBody, "indirectResellerId", bad) for bad in ("", "x", RESELLER[:-1], RESELLER + "0")),
    *(
        (InviteBody, "indirectResellerId", f"{a}{RESELLER}{b}")
        for a, b in (("{", ""), ("", "}"), ("[", "]"), ("{", ")"))
    ),
    (InviteBody, "indirectResellerId", RESELLER[:8] + "\n" + RESELLER[8:]),
    (InviteBody, "indirectResellerId", "00000000-0000-0000-0000-000000000000"),
    *((InviteBody, "externalReference", bad) for bad in ("", "   ", "x" * 129, "a\tb")),
    *((SubscriptionBody, name, " ") for name in ("offerId", "offerName", "unitType")),
    *((ImportBody, "evidence", bad) for bad in ("", " ", "\u2800", "\u3164", "\u200b")),
    *((DeclineBody, "block", bad) for bad in (1, "true", None)),
    (DeclineBody, "reason", "x" * 501),
    *(
        (TermBody, "duration", bad)
        for bad in ("", "P0Y", "P100M", "1Y", "P1D", "P1\nY", "PT1M", None)
    ),
    (TermBody, "billingCycle", "weekly"),
    *((TermBody, "startsAt", bad) for bad in ("1999-12-31T23:59:59Z", "2101-01-01T00:00:00Z")),
    # The calendar ends, whatever the zone says.
    *((TermBody, "startsAt", f"{bad}-01:00") for bad in ("9999-12-31T23:59:59",)),
    *((TermBody, "startsAt", f"{bad}+01:00") for bad in ("0001-01-01T00:00:00",)),
    # No zone, no time, no text, no day, or other digits.
    *((TermBody, "startsAt", bad) for bad in ("2026-11-01T00:00:00", "2026-11-01", 1_793_000_000)),
    *((TermBody, "startsAt", bad) for bad in ("1793000000", "2026-11-01 00:00:00Z", None, True)),
    *((TermBody, "startsAt", bad) for bad in ("2026-02-30T00:00:00Z", "\uff12026-11-01T00:00:00Z")),
    *((TermBody, "endsAt", bad) for bad in (None, TERM["startsAt"])),
    (TermBody, "endsAt", "2026-10-31T00:00:00Z"),
    *((SubscriptionBody, "quantity", bad) for bad in (0, 10_000_001, -1, 1.5, "5", True, None)),
    *((SubscriptionBody, "autoRenew", bad) for bad in (1, "true", None)),
    (SubscriptionBody, "productType", "azure"),
    (SubscriptionBody, "billingType", "free"),
    (SubscriptionBody, "offerName", "x" * 129),
    (SubscriptionBody, "partnerOfRecord", "x"),
    (SubscriptionBody, "term", None),
    *((LinkBody, "maxAcceptances", bad) for bad in (0, 10_001, 1.5, "5", None)),
    *((LinkBody, "expiresInDays", bad) for bad in (0, 366, None)),
    *((SubscriptionPatch, "quantity", bad) for bad in (0, 10_000_001, 1.5, "5", None)),
    *((SubscriptionPatch, "autoRenew", bad) for bad in (1, "true", None)),
    *((SubscriptionPatch, "term", bad) for bad in (None, {}, {"endsAt": None}, TERM)),
    *((SubscriptionPatch, "partnerOfRecord", bad) for bad in (None, "1")),
    (PartnerOfRecordBody, "partnerOfRecord", "x"),
    (ErasureBody, "invitationId", "x"),
]


def parse[B: BaseModel](model: type[B], document: dict[str, object]) -> B:
    """As the edge does: API names alone."""
    return model.model_validate(document, by_alias=True, by_name=False)


@pytest.mark.parametrize("model", VALID)
def test_the_least_that_is_valid(model: type[BaseModel]):
    parsed = parse(model, VALID[model])
    assert parse(model, parsed.model_dump(mode="json", exclude_unset=True)) == parsed


@pytest.mark.parametrize(("model", "field", "value"), ACCEPTED)
def test_on_the_bound(model: type[BaseModel], field: str, value: object):
    parsed = parse(model, VALID[model] | {field: value})
    assert parse(model, parsed.model_dump(mode="json", exclude_unset=True)) == parsed


@pytest.mark.parametrize(("model", "field", "value"), REFUSED)
def test_beyond_the_bound(model: type[BaseModel], field: str, value: object):
    with pytest.raises(ValidationError) as raised:
        parse(model, VALID[model] | {field: value})
    (error, *_) = raised.value.errors()
    # Two fields in the wrong order are nobody's fault alone.
    assert error["loc"][:1] in {(field,), ()}


@pytest.mark.parametrize("model", VALID)
def test_an_unknown_field(model: type[BaseModel]):
    with pytest.raises(ValidationError, match="extra_forbidden"):
        parse(model, VALID[model] | {"surprise": 1})


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (model, field)
        for model in VALID
        for field in VALID[model]
        if model is not TermBody or field not in OPEN_ENDED
    ],
)
def test_a_required_field_is_missing(model: type[BaseModel], field: str):
    document = {key: value for key, value in VALID[model].items() if key != field}
    with pytest.raises(ValidationError, match="missing"):
        parse(model, document)


@pytest.mark.parametrize("absent", [{}, dict.fromkeys(OPEN_ENDED)])
def test_what_ends_nowhere_has_neither_a_duration_nor_an_end(absent: dict[str, object]):
    said = {name: value for name, value in TERM.items() if name not in OPEN_ENDED}
    parsed = parse(TermBody, said | absent)
    assert (parsed.duration, parsed.ends_at) == (None, None)


@pytest.mark.parametrize("field", OPEN_ENDED)
def test_one_of_the_two_alone_is_half_of_an_end(field: str):
    said = {name: value for name, value in TERM.items() if name != field}
    with pytest.raises(ValidationError, match="duration and endsAt go together"):
        parse(TermBody, said)


def test_names_are_those_of_the_api_alone():
    with pytest.raises(ValidationError):
        parse(InviteBody, {"delegated_admin": True})


def test_guids_and_domains_are_kept_in_lower_case():
    body = parse(InviteBody, {"delegatedAdmin": True, "indirectResellerId": RESELLER.upper()})
    assert body.indirect_reseller_id == RESELLER
    assert parse(CustomerBody, VALID[CustomerBody] | {"domain": "AGENCY.Example"}).domain == (
        "agency.example"
    )


def test_names_lose_the_space_around_them():
    assert parse(CustomerBody, VALID[CustomerBody] | {"name": " Agency "}).name == "Agency"


def test_blanks_around_ids_codes_and_references_are_no_part_of_them():
    body = {**VALID[PartnerBody], "country": " us ", "mpnId": "\t42\n"}
    body["affiliatedTenantIds"] = [f" {RESELLER.upper()}\r\n"]
    partner = parse(PartnerBody, body)
    assert (partner.country, partner.mpn_id) == ("US", "42")
    assert partner.affiliated_tenant_ids == (RESELLER,)
    invitation = parse(InviteBody, {"delegatedAdmin": True, "externalReference": " PO 1 "})
    assert invitation.external_reference == "PO 1"


def test_times_are_kept_in_utc():
    body = parse(TermBody, TERM | {"startsAt": "2026-11-01T09:00:00.5+09:00"})
    assert body.starts_at == datetime(2026, 11, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert body.model_dump(mode="json")["startsAt"] == "2026-11-01T00:00:00.500000Z"


def test_defaults():
    assert parse(InviteBody, {"delegatedAdmin": True}).expires_in_days == 90
    assert parse(DeclineBody, {}).block is False
    assert parse(ContactBody, {"email": "a@b.example"}).locale == "en"
    sold = parse(SubscriptionBody, sale_document())
    assert (sold.partner_of_record, sold.friendly_name, sold.external_reference) == (None,) * 3


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (InviteBody, "expiresInDays"),
        (LinkBody, "maxAcceptances"),
        (SubscriptionBody, "quantity"),
        (SubscriptionPatch, "quantity"),
    ],
)
def test_json_has_one_kind_of_number(model: type[BaseModel], field: str):
    assert parse(model, VALID[model] | {field: 5.0}) == parse(model, VALID[model] | {field: 5})


@pytest.mark.parametrize("field", ["quantity", "autoRenew", "term"])
def test_a_null_where_only_leaving_out_keeps_names_its_field(field: str):
    with pytest.raises(ValidationError) as raised:
        parse(SubscriptionPatch, {field: None})
    assert [error["loc"] for error in raised.value.errors()] == [(field,)]
