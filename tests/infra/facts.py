"""What is known of Azure from outside, and deployments to hold against it."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final

from tests.infra.deployment import Deployment, deploy
from tests.infra.functions import ENVIRONMENTS

_HERE: Final = Path(__file__).parent
FACTS: Final[dict[str, Any]] = tomllib.loads((_HERE / "facts.toml").read_text("utf-8"))
TABLES: Final[dict[str, Any]] = json.loads((_HERE / "tables.json").read_text("utf-8"))

REQUIRED: Final = {
    "environmentName": "csp",
    "clientId": "00000000-0000-4000-8000-000000000001",
    "operatorTenantId": "00000000-0000-4000-8000-000000000002",
}
REGION: Final = {"usGovernment": "usgovvirginia", "public": "eastus2"}


@dataclass(frozen=True, slots=True)
class Case:
    """One way to deploy."""

    cloud: str
    hosting: str
    private: bool

    def __str__(self) -> str:
        return f"{self.cloud}-{self.hosting}-{'private' if self.private else 'open'}"


CASES: Final = [
    Case(cloud, hosting, private)
    for cloud, hosting, private in product(
        ENVIRONMENTS, ("flexConsumption", "elasticPremium"), (False, True)
    )
    if hosting == "elasticPremium" or cloud == "public"
]
"""Every way but for those of a plan in a cloud that lacks it."""


@cache
def deployed(case: Case) -> Deployment:
    """What the case comes to, with a package of version 7."""
    return run(case.cloud, hosting=case.hosting, privateNetwork=case.private, packageVersion="7")


def run(cloud: str, /, **parameters: Any) -> Deployment:
    """A deployment in the cloud's own region, unless another is given."""
    return _deployed(cloud, parameters)[0]


def outputs(cloud: str, /, **parameters: Any) -> dict[str, Any]:
    """What such a deployment prints."""
    return _deployed(cloud, parameters)[1]


def _deployed(cloud: str, given: dict[str, Any]) -> tuple[Deployment, dict[str, Any]]:
    return deploy(cloud, **({"location": REGION[cloud]} | REQUIRED | given))


def minutes(duration: str) -> int:
    """Of ISO 8601: `PT5M`, `PT1H`, `P2D`."""
    unit = {"M": 1, "H": 60, "D": 1440}[duration[-1]]
    return int(duration.lstrip("PT")[:-1]) * unit
