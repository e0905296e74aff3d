"""The JSON bodies that clients send, validated field by field."""

from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StringConstraints

from shared.limit_settings import LEAST_MESSAGES_PER_SECOND
from shared.model.base import Model
from shared.model.models import PartnerType
from shared.text.characters import line
from shared.text.countries import Country
from shared.text.domains import Domain, Email, MicrosoftUrl
from shared.text.identifiers import CODE, Guid, MpnId
from shared.text.names import Name, Prose, Reference
from shared.text.times import PlausibleTime


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


LOCALE_PATTERN: Final = r"^(en|ko)$"
WHOLE: Final = BeforeValidator(_whole)
"""For a number: one that is written as 5.0 is 5."""


class PartnerBody(Model):
    """A partner as the operator enrols or replaces it."""

    name: Name
    """What the partner is called from now on; what was recorded before keeps its name."""
    type: Annotated[PartnerType, CODE]
    """How the partner sells; what it may register follows from that (SUB-1)."""
    mpn_id: MpnId
    """The partner's id in the Microsoft Partner Network, 1 to 10 digits, zeros before them aside;
    one account has it (ELG-8).
    """
    mpn_country: Country
    """The country of the MPN id, two letters of ISO 3166-1; it must be that of the account (ELG-7).
    """
    country: Country
    """The country of the CSP account, two letters of ISO 3166-1; its region is where the partner
    can begin relationships (ELG-6). In the US Government cloud, US (GOV-3).
    """
    partner_agreement_signed_at: PlausibleTime | None = None
    """When the partner signs the Microsoft Partner Agreement; left out, it has not. Before it the
    partner can neither invite nor register (AGR-1), nor become partner of record (AGR-2).
    """
    affiliated_tenant_ids: Annotated[tuple[Guid, ...], Field(max_length=50)] = ()
    """Further tenants of the same company, by their ids, at most 50; left out, there are none. With
    these it can begin no relationship (ELG-4), and no other partner may have them (ELG-8).
    """
    resources_per_second: Annotated[int, Field(ge=LEAST_MESSAGES_PER_SECOND, le=1000)] | None = None
    """How many resources a second its application may hand in at `POST /api/onboarding` on average,
    10 to 1,000; left out, as many as the deployment grants everybody.
    """


class CustomerBody(Model):
    """What an organization says of itself."""

    name: Name
    """What your organization calls itself: a partner sees it while the relationship is active, and
    after a removal as it was then.
    """
    domain: Domain
    """A domain of your organization, such as rivers.example.gov; nobody checks here that it is
    yours.
    """
    country: Country
    """Two letters, such as US or KR (ISO 3166-1), of a country where CSP is offered. No
    relationship with a partner of another CSP region can begin (ELG-6); one that stands goes on.
    """


class ContactBody(Model):
    """The person whom a partner wrote to with an invitation."""

    email: Email
    """The e-mail address of the person whom the partner wrote to; nothing is sent to it from here.
    """
    locale: Annotated[str, StringConstraints(pattern=LOCALE_PATTERN), BeforeValidator(line)] = "en"
    """The language of the e-mail draft, `en` or `ko`, where none is asked for with the draft."""


class InviteBody(Model):
    """What a partner asks of a customer; the partner is the caller's own tenant."""

    delegated_admin: StrictBool
    """Whether to ask for delegated admin privileges (DAP) beside the reseller relationship; in the
    US Government cloud an invitation has to (GOV-1).
    """
    indirect_reseller_id: Guid | None = None
    """The indirect reseller with which an indirect provider sells here, by its tenant id: their
    link must be active (INV-6), both in one region (ELG-6), and PRT-1, ELG-4 and the customer's
    blocks (INV-9) hold for it too. A provider has to name one; left out by all others (INV-1).
    """
    indirect_provider_id: Guid | None = None
    """The indirect provider for which an indirect reseller invites as well, by its tenant id: their
    link must be active (INV-6), both in one region (ELG-6), and PRT-1, ELG-4 and the customer's
    blocks (INV-9) hold for it too. Left out by all others (INV-1), and where the reseller invites
    for itself alone.
    """
    country: Country | None = None
    """The customer's country as far as the partner knows it, else left out, two letters of ISO
    3166-1, to check the region (ELG-6); not kept, and without effect where a relationship is active
    and the customer's own is on record.
    """
    message: Prose | None = None
    """The partner's own words to the customer: plain text of at most 500 characters, without web
    addresses (INV-9). May be left out; the customer may have it erased.
    """
    contact: ContactBody | None = None
    """The person whom the partner writes to; may be left out, and the customer may have it erased.
    """
    external_reference: Reference | None = None
    """The partner's own reference, such as the number of its order or CRM record; it is kept and
    searched, means nothing here, and may be left out.
    """
    microsoft_request_url: MicrosoftUrl | None = None
    """Where the customer accepts the partner's request at Microsoft itself, an `https` address of
    Microsoft's in this cloud: the invitation shows it once the customer has accepted here, its
    events from the start. May be left out.
    """
    expires_in_days: Annotated[StrictInt, Field(ge=1, le=365), WHOLE] = 90
    """After how many days the invitation expires unless it was closed before, 1 to 365 (INV-4)."""


class LinkBody(Model):
    """What a partner offers by an invitation link."""

    delegated_admin: StrictBool
    """Whether accepting by the link grants delegated admin privileges (DAP) beside the reseller
    relationship; in the US Government cloud it has to (GOV-1).
    """
    indirect_reseller_id: Guid | None = None
    """The indirect reseller with which an indirect provider sells by this link, by its tenant id;
    the two must be linked actively, now and when a customer accepts (INV-6). A provider has to name
    one; left out by all others (INV-1).
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
    """What an acceptance brings beside what was asked for."""

    customer_agreement: SignerBody | None = None
    """Who accepts the Microsoft Customer Agreement for the customer: has to be there while none is
    on record; else it may be left out, and is ignored (AGR-3).
    """
    country: Country | None = None
    """Your organization's country, one where CSP is offered: two letters, such as US or KR (ISO
    3166-1). It has to be there while none is on record; else it may be left out, or takes its
    place. It decides with which partners a relationship can begin (ELG-6).
    """
    name: Name | None = None
    """What your organization calls itself; left out, what is on record stays."""
    domain: Domain | None = None
    """A domain of your organization, such as rivers.example.gov; nobody checks here that it is
    yours. Left out, what is on record stays.
    """
    delegated_admin_until: PlausibleTime | None = None
    """When the delegated admin privileges lapse by themselves, a time to come; left out, they have
    no end. Only where the invitation asks for them; for a partner that holds them already, nothing
    changes.
    """


class DeclineBody(Model):
    """Why the customer declines, and whether it blocks the partner; both may be left out."""

    reason: Prose | None = None
    """Why you decline, in at most 500 characters: the partners that the invitation names can read
    it, until you have it erased. May be left out.
    """
    block: StrictBool = False
    """Whether to refuse further invitations of this partner as well, until you unblock it (INV-9).
    """


class ReasonBody(Model):
    """Why something is disputed, annulled or to end."""

    reason: Prose | None = None
    """Why, in at most 500 characters: all who see the record can read it, and the customer can have
    it erased. May be left out; a later one takes its place until the relationship is removed or the
    subscription annulled.
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
    out, all go: of every invitation, the reasons that were given, and of the agreement. Texts of
    dead letters about the same, and why these were closed, go with them.
    """
