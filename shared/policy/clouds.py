"""Cloud profiles: what differs between the clouds, as data. One deployment serves one (GOV-2)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "clouds.json"


@dataclass(frozen=True, slots=True)
class CloudProfile:
    """The rules' parameters in one cloud.

    `delegated_admin_required`: GOV-1. `partner_countries`: GOV-3; None where any country will do.
    `multi_partner`: whether a customer may have a second partner at all; sources disagree about
    the government cloud, so the day this changes is a change of data. `microsoft_hosts`: where
    administrators of this cloud accept a partner's request at Microsoft.
    """

    name: str
    delegated_admin_required: bool
    partner_countries: tuple[str, ...] | None
    multi_partner: bool
    microsoft_hosts: tuple[str, ...]


@cache
def cloud_profile(name: str) -> CloudProfile:
    """The profile called `name`. Raises KeyError for a cloud that the data does not have."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))[name]
    countries = data["partnerCountries"]
    return CloudProfile(
        name,
        data["delegatedAdminRequired"],
        None if countries is None else tuple(countries),
        data["multiPartner"],
        tuple(data["microsoftHosts"]),
    )
