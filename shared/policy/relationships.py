"""When a relationship may end, and a partner act at all: REM, DAP, PRT."""

from collections.abc import Iterable

from shared.domain.models import Partner, PartnerStatus, Relationship
from shared.policy.refusals import Refusal, refuse


def prt_1(partner: Partner, target: str = "partnerId") -> Refusal | None:
    """A partner that the operator suspended can do nothing."""
    return refuse("PRT-1", target) if partner.status is PartnerStatus.SUSPENDED else None


def rem_1(blocking: int, blockers: Iterable[str]) -> Refusal | None:
    """The partner's own subscriptions there have come to an end; others' never block.

    `blocking` decides; `blockers` are the ids that explain it.
    """
    if blocking == 0:
        return None
    ids = ", ".join(sorted(blockers))
    return refuse("REM-1", "partnerId", count=blocking, subscriptions=ids)


def rem_5(relationship: Relationship) -> Refusal | None:
    """In two tiers the provider removes, never the reseller."""
    provider_id = relationship.indirect_provider_id
    return refuse("REM-5", "partnerId", provider=provider_id) if provider_id else None
