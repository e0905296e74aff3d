"""What a decision may know besides the tenant that it changes, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from immutables import Map

from shared.model.events import Event
from shared.model.models import InvitationLink, Partner, ResellerLink
from shared.model.personal import Details
from shared.model.state import RowKey
from shared.policy.clouds import CloudProfile
from shared.policy.refusals import Refusal
from shared.wording import Words

type ProviderReseller = tuple[str, str]
"""Whose reseller link: the ids of the provider and the reseller."""
type InvitationLinkKey = tuple[str, str]
"""Which invitation link: the ids of the partner that issued it and of the link."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a command has to read before it can be decided; all of it by point reads."""

    rows: frozenset[RowKey] = frozenset()
    details: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    links: frozenset[ProviderReseller] = frozenset()
    blockers_of: str | None = None
    """The partner whose blocking subscriptions a refusal of REM-1 has to name."""
    partners_of_record: frozenset[tuple[str, str]] = frozenset()
    """Provider and MPN id: who holds the id, and that reseller's link with the provider."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Other tenants as of their reads, the cloud, and the time of the decision.

    An absent key of `partners` or `mpn_holders` is a partner that does not exist.
    """

    at: datetime
    cloud: CloudProfile
    partners: Mapping[str, Partner] = field(default_factory=dict[str, Partner])
    links: Mapping[ProviderReseller, ResellerLink] = field(
        default_factory=dict[ProviderReseller, ResellerLink]
    )
    mpn_holders: Mapping[str, str] = field(default_factory=dict[str, str])
    invitation_links: Mapping[InvitationLinkKey, InvitationLink] = field(
        default_factory=dict[InvitationLinkKey, InvitationLink]
    )
    blockers: frozenset[str] = frozenset()


NO_DETAILS: Final[Map[str, Details]] = Map()


@dataclass(frozen=True, slots=True)
class Decided:
    """It is done with these events; none means that things are so already.

    `details` are the personal data to be kept beside the events, by their ids; `erased` the ids
    of those that go. `unchecked`: as of `Refused`.
    """

    events: tuple[Event, ...] = ()
    details: Map[str, Details] = NO_DETAILS
    erased: frozenset[str] = frozenset()
    unchecked: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Every broken rule. `unchecked`: those that nobody can look at yet, and why not."""

    refusals: tuple[Refusal, ...]
    unchecked: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """What the command is about does not exist, or is not this actor's to act on."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Another resource, with other content, has this id."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Fields that are missing or implausible in a way that only the stored state shows: all."""

    fields: Mapping[str, Words]
    """What is wrong with each, by its name."""


@dataclass(frozen=True, slots=True)
class NotEnrolled:
    """The actor's tenant is not an enrolled partner, so its partner roles do not count."""


type Decision = Decided | Refused | Absent | Clash | Incomplete | NotEnrolled
