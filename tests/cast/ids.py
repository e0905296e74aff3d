"""Names in place of GUIDs, and one fixed time."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from shared.model.base import Actor
from shared.model.models import PartnerType

AT: Final = datetime(2026, 11, 1, 8, tzinfo=UTC)
PRECISE_AT: Final = AT.replace(microsecond=123456)
"""For what must keep a time as exactly as it was given."""
DAY: Final = timedelta(days=1)

DIRECT: Final = "d1000000-0000-4000-8000-000000000001"
OTHER_DIRECT: Final = "d2000000-0000-4000-8000-000000000002"
PROVIDER: Final = "a1000000-0000-4000-8000-000000000003"
RESELLER: Final = "e1000000-0000-4000-8000-000000000004"
OTHER_RESELLER: Final = "e2000000-0000-4000-8000-000000000005"
AGENCY: Final = "c1000000-0000-4000-8000-000000000011"
BUREAU: Final = "c2000000-0000-4000-8000-000000000012"
STRANGER: Final = "f1000000-0000-4000-8000-000000000021"
OPERATOR: Final = "00000000-0000-4000-8000-000000000001"

MPN: Final = {
    DIRECT: "1001",
    OTHER_DIRECT: "1002",
    PROVIDER: "2001",
    RESELLER: "3001",
    OTHER_RESELLER: "3002",
}
TYPES: Final = {
    PROVIDER: PartnerType.INDIRECT_PROVIDER,
    RESELLER: PartnerType.INDIRECT_RESELLER,
    OTHER_RESELLER: PartnerType.INDIRECT_RESELLER,
}


def invitation_id(number: int = 1) -> str:
    return f"10000000-0000-4000-8000-{number:012d}"


def subscription_id(number: int = 1) -> str:
    return f"50000000-0000-4000-8000-{number:012d}"


def link_id(number: int = 1) -> str:
    """Of an invitation link."""
    return f"70000000-0000-4000-8000-{number:012d}"


def customer_id(number: int) -> str:
    """Any number of customers, in many shards of an index."""
    return f"{number % 16:x}{number:07x}-0000-4000-8000-000000000000"


def guid(number: int | None = None) -> str:
    """The GUID of that number, in the order of numbers; without one, a random GUID."""
    return str(uuid4() if number is None else UUID(int=number))


def actor(tenant_id: str = DIRECT, role: str = "G") -> Actor:
    """Who asks: by default a partner's Global admin."""
    return Actor(tenant_id=tenant_id, object_id="person", role=role)


def operator() -> Actor:
    return actor(OPERATOR, "OP")


PATH_IDS: Final = {
    "pipelineId": "x",
    "deadLetterId": "0" * 64,
    "findingId": "0" * 64,
    "sequence": "1",
}
"""Of the path parameters that are no GUIDs."""
