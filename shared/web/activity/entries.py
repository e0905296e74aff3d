"""Entries of the ledger as templates show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, assert_never, cast

from babel.numbers import format_decimal
from markupsafe import Markup

from shared.canonical import JsonObject
from shared.clock import rfc3339
from shared.model.base import SYSTEM
from shared.model.customers import Customer, CustomerAgreement, Erasure, PartnerBlock
from shared.model.events import Event, Resource
from shared.model.models import (
    Invitation,
    InvitationLink,
    Partner,
    Relationship,
    ResellerLink,
    Subscription,
)
from shared.policy.callers import CallerRole
from shared.web.activity.sentences import SENTENCES
from shared.web.engine.moments import moment
from shared.web.engine.preferences import Preferences
from shared.web.engine.rendering import outside
from shared.web.engine.roles import ROLES
from shared.web.texts import text

type Names = Mapping[str, str]
"""What partners are called, by id."""

_SYSTEM: Final = text("This service, by itself")

_PARTNER: Final = text("Partner")
_OTHER: Final = text("Other partner")
_INVITATION: Final = text("Invitation")
_LINK: Final = text("Invitation link")
_SUBSCRIPTION: Final = text("Subscription")


@dataclass(frozen=True, slots=True)
class Said:
    """One event: a text of the catalog with what stands in its places, and ids by what they are."""

    text: str
    places: Mapping[str, object]
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `role` is a text of the catalog; `organization` a name, or the tenant's id.

    `own`: whoever did it belongs to the organization whose ledger it is. `said` is None where this
    version cannot read what happened; `more` events are not in it.
    """

    document: JsonObject
    role: str
    organization: Markup
    own: bool
    said: tuple[Said, ...] | None
    more: int

    @property
    def ids(self) -> tuple[tuple[str, str], ...]:
        """The ids of all that it is about, each once."""
        return tuple(dict.fromkeys(pair for each in self.said or () for pair in each.ids))


@dataclass(frozen=True, slots=True)
class Read:
    """An entry and its events, each of which takes longer to read than to show.

    None where this version does not know what happened, or somebody altered it.
    """

    document: JsonObject
    events: tuple[Event, ...] | None


def read(document: JsonObject) -> Read:
    """What is in an entry."""
    try:
        events = tuple(map(Event.parse, cast("list[object]", document["events"])))
    except (ValueError, TypeError):
        return Read(document, None)
    return Read(document, events)


def names(entries: Iterable[Read], relationships: JsonObject | None = None) -> Names:
    """What partners are called: where they have a relationship as that says, else the entries."""
    known: dict[str, str] = {}
    for entry in entries:
        for event in entry.events or ():
            known |= _named(event.data)
    for each in cast("list[dict[str, str]]", (relationships or {}).get("value", [])):
        known[each["partnerId"]] = each["partnerName"]
    return known


def entry_view(
    entry: Read, known: Names, preferences: Preferences, most: int | None = None
) -> EntryView:
    """One entry, for somebody with these preferences; `most`: of so many events, no more."""
    actor = cast("dict[str, Any]", entry.document["actor"])
    events = entry.events or ()
    said = tuple(_said(each, known, preferences) for each in events[:most])
    tenant_id = str(actor["tenantId"])
    return EntryView(
        entry.document,
        _role(str(actor["role"])),
        _whom(tenant_id, known),
        tenant_id == entry.document["tenantId"],
        said or None,
        len(events) - len(said),
    )


def _role(said: str) -> str:
    if said == SYSTEM.role:
        return _SYSTEM
    return ROLES[CallerRole(said)] if said in set(CallerRole) else said


def _named(resource: Resource) -> dict[str, str]:
    match resource:
        case Partner(id=partner_id, name=name):
            return {partner_id: name}
        case ResellerLink() as asked:
            return {
                asked.provider_id: asked.provider_name,
                asked.reseller_id: asked.reseller_name,
            }
        case Invitation(other_side=other) | Relationship(other_side=other):
            others = {other.partner_id: other.name} if other else {}
            return {resource.partner_id: resource.partner_name, **others}
        case PartnerBlock(partner_name=str(name)) | Subscription(partner_name=name):
            return {resource.partner_id: name}
        case _:
            return {}


def _said(event: Event, known: Names, preferences: Preferences) -> Said:
    places, ids = _places(event.data, preferences)
    whom = {name: _whom(value, known) for name, value in ids.items() if name in _WHOM}
    shown = tuple((_WHAT[name], value) for name, value in ids.items() if value)
    return Said(SENTENCES[event.type], {**places, **whom}, shown)


_WHOM: Final = frozenset({"partner", "other"})
_WHAT: Final[Mapping[str, str]] = {
    "partner": _PARTNER,
    "other": _OTHER,
    "invitation": _INVITATION,
    "link": _LINK,
    "subscription": _SUBSCRIPTION,
}


def _whom(partner_id: str | None, known: Names) -> Markup:
    return outside(known.get(partner_id, partner_id) if partner_id else "")


def _places(
    resource: Resource, preferences: Preferences
) -> tuple[Mapping[str, object], Mapping[str, str | None]]:
    """What stands in a sentence about it, and its ids by what they are of."""
    match resource:
        case Partner(id=partner_id):
            return {}, {"partner": partner_id}
        case Customer() | CustomerAgreement():
            return {}, {}
        case ResellerLink(provider_id=provider, reseller_id=reseller):
            return {}, {"partner": provider, "other": reseller}
        case InvitationLink() as link:
            ids = {"partner": link.partner_id, "other": link.indirect_reseller_id, "link": link.id}
            return {"until": _until(link.expires_at, preferences)}, ids
        case Invitation() as invitation:
            ids = {
                "partner": invitation.partner_id,
                "other": invitation.indirect_reseller_id or invitation.indirect_provider_id,
                "invitation": invitation.id,
            }
            return {"until": _until(invitation.expires_at, preferences)}, ids
        case PartnerBlock(partner_id=partner_id):
            return {}, {"partner": partner_id}
        case Relationship() as between:
            other = between.indirect_reseller_id or between.indirect_provider_id
            return {}, {"partner": between.partner_id, "other": other}
        case Subscription() as sold:
            return _sold(sold, preferences)
        case Erasure(invitation_id=invitation_id):
            return {}, {"invitation": invitation_id}
        case _:
            assert_never(resource)


def _sold(
    sold: Subscription, preferences: Preferences
) -> tuple[Mapping[str, object], Mapping[str, str | None]]:
    places = {
        "subscription": outside(sold.friendly_name or sold.offer_name),
        "quantity": format_decimal(sold.quantity, locale=preferences.locale),
        "record": sold.partner_of_record or "",
    }
    ids = {
        "partner": sold.partner_id,
        "other": sold.indirect_reseller_id,
        "subscription": sold.id,
    }
    return places, ids


def _until(at: datetime, preferences: Preferences) -> Markup:
    return moment(rfc3339(at), preferences.locale, preferences.zone)
