"""What each page asks of storage: the rows of the endpoints that it asks.

A page is opened by its name alone; a form's page also `reviewed`, where it is tried first, and
`recorded`. Nothing else may come on top: pages have no way to storage but the API.
"""

from collections.abc import Mapping
from typing import Final

from tests.requests_of_endpoints import ENDPOINTS
from tests.requests_table import Cost

_INVITATION: Final = ("invitations_get", "invitations_impact", "customers_get")
_OFFER: Final = ("invitation_offers_get", "invitation_offers_impact", "customers_get")

PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "page_home": ("me_get",),
    "page_home: of whom only an invitation knows": ("me_get", "invitations_list: one that waits"),
    "page_invitation": _INVITATION,
    "page_invitation_accept": _INVITATION,
    "page_invitation_accept: reviewed": ("policy_evaluate: of accepting", *_INVITATION),
    "page_invitation_accept: recorded": ("invitations_accept",),
    "page_invitation_decline": _INVITATION,
    "page_invitation_decline: reviewed": ("policy_evaluate: of declining", *_INVITATION),
    "page_invitation_decline: recorded": ("invitations_decline",),
    "page_offer": _OFFER,
    "page_offer_accept": _OFFER,
    "page_offer_accept: reviewed": ("policy_evaluate: of accepting by link", *_OFFER),
    "page_offer_accept: recorded": ("invitation_links_accept: what was shown",),
}
"""By the rows of `ENDPOINTS`."""


def total(rows: tuple[str, ...]) -> Cost:
    """What these endpoints cost together."""
    return Cost(*map(sum, zip(*(ENDPOINTS[each].cost for each in rows), strict=True)))
