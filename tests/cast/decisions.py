"""The facts that a decision is made by, and what a decision came to, in few words."""

from collections.abc import Iterable
from datetime import datetime

from shared.deciding.facts import Decided, Decision, Facts, Refused
from shared.model.events import Event
from shared.model.models import InvitationLink, Partner, ResellerLink
from shared.policy.clouds import cloud_profile
from tests.cast.ids import AT


def facts(
    *partners: Partner,
    links: Iterable[ResellerLink] = (),
    invitation_links: Iterable[InvitationLink] = (),
    blockers: Iterable[str] = (),
    at: datetime = AT,
    cloud: str = "usGovernment",
) -> Facts:
    return Facts(
        at=at,
        cloud=cloud_profile(cloud),
        partners={item.id: item for item in partners},
        links={(item.provider_id, item.reseller_id): item for item in links},
        mpn_holders={item.mpn_id: item.id for item in partners},
        invitation_links={(item.partner_id, item.id): item for item in invitation_links},
        blockers=frozenset(blockers),
    )


def events_of(decision: Decision) -> tuple[Event, ...]:
    assert isinstance(decision, Decided), decision
    return decision.events


def types_of(decision: Decision) -> list[str]:
    return [item.type.value for item in events_of(decision)]


def rules_of(decision: Decision) -> list[str]:
    """The broken rules with their targets, as `ELG-1 customerId`."""
    assert isinstance(decision, Refused), decision
    return [f"{refusal.rule_id} {refusal.target}" for refusal in decision.refusals]
