"""Rows of a partner's index, as a follower would have written them."""

from typing import Any


def shown(customer_id: str, name: str) -> dict[str, Any]:
    """A partner's customer as its index has it."""
    return {
        "customerId": customer_id,
        "name": name,
        "lastKnownName": name,
        "domain": None,
        "status": "active",
        "delegatedAdmin": "none",
        "delegatedAdminUntil": None,
        "indirectResellerId": None,
        "otherSide": None,
        "externalReference": None,
        "pendingInvitation": None,
        "since": "2026-11-01T08:00:00.000000Z",
        "updatedAt": "2026-11-01T08:00:00.000000Z",
    }
