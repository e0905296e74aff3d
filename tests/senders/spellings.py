"""What senders write for one thing, and what becomes of it: the table that docs/ shows.

`kept` is the one form behind the door; without it the value is refused, and `told` is why.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from shared.deciding.bodies import ContactBody, CustomerBody, DeclineBody, ErasureBody, PartnerBody
from shared.deciding.sales import PartnerOfRecordBody, SubscriptionBody, TermBody
from shared.http.shapes.queries import CustomersQuery
from tests.cast.bodies import sale_document

GUID: Final = "0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44"
_HEX: Final = GUID.replace("-", "")


class Spelling(NamedTuple):
    """One way to write something. `who` is known to write so."""

    sent: Any
    kept: Any = None
    told: str = ""
    who: str = ""


class Field(NamedTuple):
    """A kind of field, and one of this kind. `beside` is the least that stands with it."""

    model: type[BaseModel]
    name: str
    beside: Mapping[str, Any]
    spellings: tuple[Spelling, ...]


_NO_GUID: Final = "It must be a GUID in the form 0d6f3a52-8c1e-4f37-b1c9-2f5f9d1e6a44."
_NO_MPN: Final = "It must be an MPN ID: 1 to 10 digits, not only zeros."
_NO_DOMAIN: Final = "It must be a domain name, such as harbor.example.gov."
_ADDRESS: Final = (
    "It must be the domain name alone, such as harbor.example.gov: without https://, path, port or"
    " user."
)
_NO_TIME: Final = "It must be a time such as 2026-11-01T08:00:00Z."
_NOTHING: Final = "It must have a character that can be seen."
_EMPTY: Final = "It must have 1 or more characters."
_CUSTOMER: Final = {"name": "Agency", "domain": "agency.example", "country": "US"}
_PARTNER: Final = {
    "name": "Contoso",
    "type": "directBill",
    "mpnId": "4025520",
    "mpnCountry": "US",
    "country": "US",
}
_TERM: Final = {
    "duration": "P1Y",
    "billingCycle": "annual",
    "startsAt": "2026-11-01T00:00:00Z",
    "endsAt": "2027-11-01T00:00:00Z",
}


def _unseen(position: int, named: str) -> str:
    return f"Character {position} is one that nobody sees: {named}. Remove it."


FIELDS: Final[Mapping[str, Field]] = {
    "Ids of tenants, invitations, subscriptions": Field(
        ErasureBody,
        "invitationId",
        {},
        (
            Spelling(GUID, GUID),
            Spelling(GUID.upper(), GUID, who="PowerShell, registries"),
            Spelling(f" {GUID}\r\n", GUID, who="what is pasted"),
            Spelling(_HEX, GUID, who=".NET `N`, Python `hex`"),
            Spelling(f"{{{GUID}}}", GUID, who=".NET `B`, COM"),
            Spelling(f"({GUID})", GUID, who=".NET `P`"),
            Spelling(f"urn:uuid:{GUID}", GUID, who="RFC 9562, Python `urn`"),
            Spelling(
                "00000000-0000-0000-0000-000000000000",
                told="The empty GUID is no id: a variable was not set.",
                who="an unset `Guid`",
            ),
            Spelling("0" * 32, told="The empty GUID is no id: a variable was not set."),
            Spelling(f"{GUID}\u200b", told=_unseen(37, "ZERO WIDTH SPACE (U+200B)")),
            Spelling(GUID[:-1], told=_NO_GUID),
            Spelling(f"{{{GUID})", told=_NO_GUID),
            Spelling(f"{{0x{_HEX[:8]},…}}", told=_NO_GUID, who=".NET `X`"),
        ),
    ),
    "MPN ids": Field(
        PartnerOfRecordBody,
        "partnerOfRecord",
        {},
        (
            Spelling("4025520", "4025520"),
            Spelling("04025520", "4025520", who="exports"),
            Spelling("0004025520", "4025520", who="a spreadsheet's format"),
            Spelling("4025520 ", "4025520"),
            Spelling("0", told=_NO_MPN),
            Spelling("4025520.0", told=_NO_MPN, who="a spreadsheet's number"),
            Spelling("12345678901", told=_NO_MPN),
            Spelling(4025520, told="It must be text: put the number in quotes."),
        ),
    ),
    "Countries": Field(
        CustomerBody,
        "country",
        _CUSTOMER,
        (
            Spelling("US", "US"),
            Spelling(" us ", "US"),
            Spelling("XK", "XK"),
            Spelling("UK", told="It is no country's code (ISO 3166-1 alpha-2): GB is meant."),
            Spelling("EL", told="It is no country's code (ISO 3166-1 alpha-2): GR is meant."),
            Spelling("ZZ", told="It is no country's code (ISO 3166-1 alpha-2), such as US."),
            Spelling("USA", told="It must be a country's two letters (ISO 3166-1), such as US."),
        ),
    ),
    "Domains": Field(
        CustomerBody,
        "domain",
        _CUSTOMER,
        (
            Spelling("Agency.Example", "agency.example"),
            Spelling("agency.example ", "agency.example"),
            Spelling("agency.example.", "agency.example", who="DNS tools"),
            Spelling("한국.example", "xn--3e0b707e.example", who="people"),
            Spelling("münchen.example", "xn--mnchen-3ya.example"),
            Spelling("mu\u0308nchen.example", "xn--mnchen-3ya.example", who="macOS"),
            Spelling("XN--MNCHEN-3YA.example", "xn--mnchen-3ya.example"),
            Spelling(
                "\uff41gency\u3002example", "agency.example", who="Korean and Japanese keyboards"
            ),
            Spelling(
                "xn--a.example", told="It is no domain name that can be registered (IDNA 2008)."
            ),
            Spelling("☃.example", told="It is no domain name that can be registered (IDNA 2008)."),
            Spelling("https://agency.example/", told=_ADDRESS),
            Spelling("admin@agency.example", told=_ADDRESS),
            Spelling("agency.example:443", told=_ADDRESS),
            Spelling("agen\u00adcy.example", told=_unseen(5, "SOFT HYPHEN (U+00AD)")),
            Spelling("agency", told=_NO_DOMAIN),
        ),
    ),
    "Names and references": Field(
        CustomerBody,
        "name",
        _CUSTOMER,
        (
            Spelling("Harbor Authority", "Harbor Authority"),
            Spelling(" Harbor Authority\u00a0", "Harbor Authority"),
            Spelling("부산항만공사", "부산항만공사"),
            Spelling("\u1107\u116e\u1109\u1161\u11ab", "부산", who="macOS"),
            Spelling("Zu\u0308rich", "Zürich", who="macOS"),
            Spelling("☎️ Help", "☎️ Help"),
            Spelling("👩‍🚒 Rescue", "👩‍🚒 Rescue"),
            Spelling("می‌خواهم", "می‌خواهم"),
            Spelling("葛\U000e0100城市", "葛\U000e0100城市"),
            Spelling("<b>Co</b>", "<b>Co</b>"),
            Spelling('O\'Brien "A/B" #1 100% ?', 'O\'Brien "A/B" #1 100% ?'),
            Spelling("=1+1", "=1+1"),
            Spelling(" ", told=_EMPTY),
            Spelling("\u2800", told=_NOTHING),
            Spelling("\u200b", told=_unseen(1, "ZERO WIDTH SPACE (U+200B)")),
            Spelling("\u3164", told=_unseen(1, "HANGUL FILLER (U+3164)")),
            Spelling("\ufeffContoso", told=_unseen(1, "ZERO WIDTH NO-BREAK SPACE (U+FEFF)")),
            Spelling("Con\u200btoso", told=_unseen(4, "ZERO WIDTH SPACE (U+200B)")),
            Spelling("Con\u200dtoso", told=_unseen(4, "ZERO WIDTH JOINER (U+200D)")),
            Spelling("Con\ufe0ftoso", told=_unseen(4, "VARIATION SELECTOR-16 (U+FE0F)")),
            Spelling("Contoso\u200e", told=_unseen(8, "LEFT-TO-RIGHT MARK (U+200E)")),
            Spelling("Con\u202etoso", told=_unseen(4, "RIGHT-TO-LEFT OVERRIDE (U+202E)")),
            Spelling("Con\U000e0041toso", told=_unseen(4, "TAG LATIN CAPITAL LETTER A (U+E0041)")),
            Spelling("Con\ntoso", told=_unseen(4, "U+000A")),
            Spelling("Con\x00toso", told=_unseen(4, "U+0000")),
            Spelling(
                "Caf\ufffd",
                told="Character 4 stands for one that was lost: REPLACEMENT CHARACTER (U+FFFD)."
                " Whoever read the text before took it for another encoding.",
            ),
        ),
    ),
    "Prose: messages and reasons": Field(
        DeclineBody,
        "reason",
        {},
        (
            Spelling("two\r\nlines\rand\nmore", "two\nlines\nand\nmore", who="Windows"),
            Spelling(" \n", told=_EMPTY),
            Spelling("a\u200bb", told=_unseen(2, "ZERO WIDTH SPACE (U+200B)")),
        ),
    ),
    "Addresses of mail": Field(
        ContactBody,
        "email",
        {},
        (
            Spelling(" ada@harbor.example.gov ", "ada@harbor.example.gov"),
            Spelling("ada@hafen-zürich.example", "ada@hafen-zürich.example"),
            Spelling(
                "Ada Lee <ada@harbor.example.gov>",
                told="It must be an e-mail address, such as ada@harbor.example.gov.",
            ),
            Spelling("ada@harbor.example.gov\u200b", told=_unseen(23, "ZERO WIDTH SPACE (U+200B)")),
        ),
    ),
    "Times": Field(
        PartnerBody,
        "partnerAgreementSignedAt",
        _PARTNER,
        (
            Spelling("2026-11-01T08:00:00Z", "2026-11-01T08:00:00.000000Z"),
            Spelling(" 2026-11-01T08:00:00Z", "2026-11-01T08:00:00.000000Z"),
            Spelling("2026-11-01T17:00:00+09:00", "2026-11-01T08:00:00.000000Z"),
            Spelling("2026-11-01T08:00:00.1234567Z", "2026-11-01T08:00:00.123456Z", who=".NET"),
            Spelling(
                "2026-11-01T08:00:00",
                told="It is a time without an offset. Add Z, or one such as -05:00.",
                who="PowerShell",
            ),
            Spelling("2026-11-01", told=_NO_TIME),
            Spelling("11/1/2026", told=_NO_TIME, who="spreadsheets"),
            Spelling(1793520000, told=_NO_TIME),
            Spelling(
                "0001-01-01T00:00:00Z",
                told="The year is 1, as of a variable that was not set. Leave the field out, or"
                " send the time.",
                who="an unset `DateTime`",
            ),
            Spelling(
                "9999-12-31T23:59:59Z",
                told="The year is 9999, which stands for no end. Leave the field out where nothing"
                " ends.",
                who="Partner Center",
            ),
            Spelling(
                "1970-01-01T00:00:00Z", told="The year must lie between 2000 and 2100.", who="Unix"
            ),
        ),
    ),
    "Times in a query": Field(
        CustomersQuery,
        "updatedSince",
        {},
        (
            Spelling("2026-11-01T17:00:00 09:00", "2026-11-01T08:00:00.000000Z", who="a bare `+`"),
            Spelling("20261101", told=_NO_TIME),
        ),
    ),
    "Words of this API": Field(
        TermBody,
        "billingCycle",
        _TERM,
        (
            Spelling("annual ", "annual"),
            Spelling(
                "Annual",
                told="It must be one of: 'none', 'oneTime', 'monthly', 'annual', 'biennial',"
                " 'triennial'.",
            ),
        ),
    ),
    "Numbers": Field(
        SubscriptionBody,
        "quantity",
        sale_document(),
        (
            Spelling(25.0, 25),
            Spelling("25", told="It must be a whole number, without quotes."),
            Spelling(0, told="It must be at least 1."),
        ),
    ),
    "Languages of a contact": Field(
        ContactBody,
        "locale",
        {"email": "a@b.example"},
        (
            Spelling("ko", "ko"),
            Spelling("ko-KR", told="It must be en or ko."),
        ),
    ),
    "Search terms": Field(
        CustomersQuery,
        "search",
        {},
        (
            Spelling("Agency ", "Agency"),
            Spelling("\u1107\u116e\u1109\u1161\u11ab", "부산"),
            Spelling("  ", told=_EMPTY),
        ),
    ),
}
