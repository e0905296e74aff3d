"""CSP regions: which countries one partner may sell to (ELG-6). Data, with its source inside."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parent / "data" / "csp-regions.json"


@cache
def _region_of_country() -> Mapping[str, str]:
    regions = json.loads(_DATA.read_text(encoding="utf-8"))["regions"]
    return {country: region for region, data in regions.items() for country in data["countries"]}


def region_of(country: str | None) -> str | None:
    """The CSP region's id, such as `united-states`; None where CSP is not offered."""
    return _region_of_country().get(country) if country else None
