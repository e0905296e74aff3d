"""When a relationship may come in or end, and a partner act at all: IMP, REM, DAP, PRT."""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.models import Partner, PartnerStatus, Relationship
from shared.policy.refusals import Refusal, refuse


def prt_1(partner: Partner, target: str = "partnerId") -> Refusal | None:
    """A partner that the operator suspended can do nothing."""
    return refuse("PRT-1", target) if partner.status is PartnerStatus.SUSPENDED else None


def imp_1(known: Relationship | None, target: str) -> Refusal | None:
    """An import adds what was never on record: what is, only its own parties change."""
    return refuse("IMP-1", target, status=known.status.value) if known else None


def rem_1(blocking: int, blockers: Iterable[str]) -> Refusal | None:
    """The partner's own subscriptions there have come to an end; others' never block.

    `blocking` decides; `blockers` are the ids that explain it.
    """
    if blocking == 0:
        return None
    ids = tuple(sorted(blockers))
    told = refuse("REM-1", "partnerId", count=blocking, subscriptions=", ".join(ids))
    return replace(told, subscription_ids=ids)


def rem_5(relationship: Relationship) -> Refusal | None:
    """In two tiers the provider removes, never the reseller."""
    provider_id = relationship.indirect_provider_id
    return refuse("REM-5", "partnerId", provider=provider_id) if provider_id else None
