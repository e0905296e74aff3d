"""The JSON bodies that clients send, validated field by field."""

import re
from datetime import datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)

from shared.model.base import Country, Guid, Model, MpnId, Timestamp
from shared.model.models import PartnerType
from shared.wording import Words, unacceptable

_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_UNSEEN: Final = r"\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
"""Control characters, and those that break or turn a line: a name must look like what it is.

The last two are no characters: what the storage does with them is in no document.
"""

_LINE: Final = rf"[^\x00-\x1f{_UNSEEN}]*"
LINE_PATTERN: Final = rf"^{_LINE}[^\s\x00-\x1f{_UNSEEN}]{_LINE}$"
PROSE_PATTERN: Final = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f{_UNSEEN}]*$"
EMAIL_PATTERN: Final = rf"^[^@\s\x00-\x1f{_UNSEEN}]{{1,64}}@[^@\s\x00-\x1f{_UNSEEN}]{{1,189}}$"
MICROSOFT_URL_PATTERN: Final = r"^https://[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+(?:[/?#][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?$"
"""https, a host without user and port, printable ASCII: what it shows is where it leads."""
DOMAIN_PATTERN: Final = (
    r"^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$"
)


_NOT_SPELT: Final = Words(
    "It must be a time such as 2026-11-01T08:00:00Z.",
    "2026-11-01T08:00:00Z와 같은 형식의 시간이어야 합니다.",
)
_NO_OFFSET: Final = Words(
    "It is a time without an offset. Add Z, or one such as -05:00.",
    "오프셋이 없는 시간입니다. Z 또는 -05:00과 같은 오프셋을 붙이십시오.",
)
_IMPLAUSIBLE: Final = Words(
    "The year must lie between 2000 and 2100.", "연도는 2000년에서 2100년 사이여야 합니다."
)


def _rfc_3339(value: object) -> object:
    # Left to itself, pydantic also takes numbers for seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        return value
    without = isinstance(value, str) and _RFC_3339.fullmatch(f"{value}Z")
    raise unacceptable(_NO_OFFSET if without else _NOT_SPELT)


def _plausible(moment: Timestamp) -> Timestamp:
    if not 2000 <= moment.year <= 2100:  # noqa: PLR2004 - the contract's own bounds
        raise unacceptable(_IMPLAUSIBLE)
    return moment


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


type PlausibleTime = Annotated[
    Timestamp,
    BeforeValidator(_rfc_3339),
    AfterValidator(_plausible),
    Field(json_schema_extra={"pattern": "^(20[0-9]{2}|2100)-"}),
]
WHOLE: Final = BeforeValidator(_whole)
"""For a number: one that is written as 5.0 is 5."""
type Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=LINE_PATTERN),
]
type Domain = Annotated[
    str,
    StringConstraints(
        to_lower=True,
        max_length=253,
        pattern=DOMAIN_PATTERN,
    ),
]
type Email = Annotated[
    str,
    StringConstraints(
        max_length=254,
        pattern=EMAIL_PATTERN,
    ),
]
type MicrosoftUrl = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1024, pattern=MICROSOFT_URL_PATTERN),
]
type Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=128, pattern=LINE_PATTERN),
]
type Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=500, pattern=PROSE_PATTERN),
]


class PartnerBody(Model):
    """A partner as the operator enrols or replaces it."""

    name: Name
    """What the partner is called from now on; what was recorded before keeps its name."""
    type: PartnerType
    """How the partner sells; what it may register follows from that (SUB-1)."""
    mpn_id: MpnId
    """The partner's id in the Microsoft Partner Network, 1 to 10 digits; one account has it
    (ELG-8).
    """
    mpn_country: Country
    """The country of the MPN id, two letters of ISO 3166-1; it must be that of the account (ELG-7).
    """
    country: Country
    """The country of the CSP account, two letters of ISO 3166-1; its region is where the partner
    may sell (ELG-6). In the US Government cloud, US (GOV-3).
    """
    partner_agreement_signed_at: PlausibleTime | None = None
    """When the partner signed the Microsoft Partner Agreement; left out, it has not, and can
    neither invite nor register (AGR-1).
    """
    affiliated_tenant_ids: Annotated[tuple[Guid, ...], Field(max_length=50)] = ()
    """Further tenants of the same company, by their ids, at most 50: to these it cannot sell either
    (ELG-4), and no other partner may have them (ELG-8).
    """


class CustomerBody(Model):
    """What an organization says of itself."""

    name: Name
    """What your organization calls itself: partners with an active relationship see it."""
    domain: Domain
    """A domain of your organization, such as rivers.example.gov; nobody checks here that it is
    yours.
    """
    country: Country
    """Two letters, such as US or KR (ISO 3166-1). Partners of another CSP region cannot sell to you
    (ELG-6).
    """


class ContactBody(Model):
    """The person whom a partner wrote to with an invitation."""

    email: Email
    """The e-mail address of the person whom the partner wrote to; nothing is sent to it from here.
    """
    locale: Annotated[str, StringConstraints(pattern=r"^(en|ko)$")] = "en"
    """The language of the e-mail draft, `en` or `ko`."""


class InviteBody(Model):
    """What a partner asks of a customer; the partner is the caller's own tenant."""

    delegated_admin: StrictBool
    """Whether to ask for delegated admin privileges (DAP) beside the reseller relationship; in the
    US Government cloud an invitation has to (GOV-1).
    """
    indirect_reseller_id: Guid | None = None
    """The indirect reseller with which an indirect provider sells here, by its tenant id; their
    link must be active (INV-1, INV-6). A provider has to name one.
    """
    indirect_provider_id: Guid | None = None
    """The indirect provider for which an indirect reseller invites as well, by its tenant id; their
    link must be active (INV-1, INV-6).
    """
    country: Country | None = None
    """The customer's country as far as the partner knows it, two letters of ISO 3166-1, to check
    the region (ELG-6); not kept, and without effect where the customer's own is on record.
    """
    message: Prose | None = None
    """The partner's own words to the customer: plain text of at most 500 characters, without
    addresses (INV-9). The customer may have it erased.
    """
    contact: ContactBody | None = None
    """The person whom the partner writes to; the customer may have it erased."""
    external_reference: Reference | None = None
    """The partner's own reference, such as the number of its order or CRM record; it is kept and
    searched, and means nothing here.
    """
    microsoft_request_url: MicrosoftUrl | None = None
    """Where the customer accepts the partner's request at Microsoft itself, an `https` address of
    Microsoft's in this cloud; shown to it once it has accepted here.
    """
    expires_in_days: Annotated[StrictInt, Field(ge=1, le=365), WHOLE] = 90
    """After how many days the invitation expires unless it was answered, 1 to 365 (INV-4)."""


class LinkBody(Model):
    """What a partner offers by an invitation link."""

    delegated_admin: StrictBool
    """Whether accepting by the link grants delegated admin privileges (DAP) beside the reseller
    relationship; in the US Government cloud it has to (GOV-1).
    """
    indirect_reseller_id: Guid | None = None
    """The indirect reseller with which an indirect provider sells by this link, by its tenant id;
    their link must be active when a customer accepts (INV-6).
    """
    expires_in_days: Annotated[StrictInt, Field(ge=1, le=365), WHOLE] = 30
    """After how many days nobody can accept by the link any more, 1 to 365 (INV-5)."""
    max_acceptances: Annotated[StrictInt, Field(ge=1, le=10_000), WHOLE] = 100
    """How many customers can accept by the link in all, 1 to 10,000 (INV-5)."""


class SignerBody(Model):
    """The person who accepts the Microsoft Customer Agreement for the customer."""

    first_name: Name
    """The first name of the person who accepts the agreement for your organization; kept apart from
    the ledger, so that it can be erased.
    """
    last_name: Name
    """The last name of the person who accepts the agreement for your organization; kept apart from
    the ledger, so that it can be erased.
    """
    email: Email
    """The e-mail address of the person who accepts the agreement for your organization; kept apart
    from the ledger, so that it can be erased.
    """


class AcceptBody(Model):
    """What an acceptance brings; the partner relationship itself is as it was asked for."""

    customer_agreement: SignerBody | None = None
    """Who accepts the Microsoft Customer Agreement for the customer: has to be there while none is
    on record, and is ignored once one is (AGR-3).
    """
    country: Country | None = None
    """Your organization's country: two letters, such as US or KR (ISO 3166-1). It has to be there
    while none is on record, and decides which partners may sell to you (ELG-6).
    """
    name: Name | None = None
    """What your organization calls itself; left out, what is on record stays."""
    domain: Domain | None = None
    """A domain of your organization, such as rivers.example.gov; left out, what is on record stays.
    """
    delegated_admin_until: PlausibleTime | None = None
    """When the delegated admin privileges lapse by themselves; left out, they have no end."""


class DeclineBody(Model):
    """What goes with declining."""

    reason: Prose | None = None
    """Why you decline, in at most 500 characters: the partner can read it, until you have it
    erased. May stay empty.
    """
    block: StrictBool = False
    """Whether to refuse further invitations of this partner as well, until you unblock it (INV-9).
    """


class ImportBody(Model):
    """A relationship that stood before this system did.

    `evidence` is where the customer's consent is on file: a contract's number, never a person.
    """

    evidence: Reference
    indirect_reseller_id: Guid | None = None
    since: PlausibleTime | None = None
    customer_agreement_accepted_at: PlausibleTime | None = None


class ErasureBody(Model):
    """Which personal data to erase."""

    invitation_id: Guid | None = None
    """The last part of the invitation's address, to erase the personal data of that one alone. Left
    out, those of all invitations and of the agreement go.
    """
