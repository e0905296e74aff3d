"""The served description against the running system: schemathesis asks, and checks each answer."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.running.client import Caller, World
from tests.running.system import System
from tests.running.waiting import STILL_SECONDS

HOOKS = """
import schemathesis


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # An operation answers what it names; the answer for any other status would let all pass.
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            del operation["responses"]["default"]


@schemathesis.hook
def filter_query(context, query):
    # The Functions host hands on no parameter without a value.
    return "" not in (query or {}).values()


@schemathesis.hook
def filter_headers(context, headers):
    # Conditions are plain texts in the description, since generators make a class of anything
    # else; what a PUT may say there is in words, and tests/unit/http/test_conditional.py holds it.
    names = {name.lower(): value for name, value in (headers or {}).items()}
    condition = names.get("if-none-match", "*")
    return context.operation.method.upper() != "PUT" or condition == "*"
"""
BOUNDS = ["--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--max-failures", "5"]
CONFIG = """
hooks = "hooks.py"

[parameters]
"path.partnerId" = "{partner}"
"path.customerId" = "{customer}"
"query.api-version" = "2026-11-01"

# A version that If-Match or If-None-Match names may be another one, or none may be named.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412, 428, 429, "5xx"]

[checks.missing_required_header]
expected-statuses = ["4xx"]

# What no schema can say: a page token comes from an earlier answer, a term ends after it begins,
# which ids a dry run needs depends on its command, and a webhook's target is a public address.
[[operations]]
include-operation-id-regex = "(_List|Impact|Verification|(Subscriptions|Webhooks)_Create|_Evaluate)"
checks.positive_data_acceptance.expected-statuses = [
    "2xx", "3xx", 400, 401, 403, 404, 409, 412, 428, 429, "5xx"
]
"""


@pytest.fixture(scope="module")
def parties(world: World) -> dict[str, Caller]:
    """Callers by the role that tells what may be asked as each of them."""
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    world.sold(partner, customer)
    customers = "the customer's Global admin"
    return {"GlobalAdmin": partner, customers: customer, "PlatformOperator": world.operator}


def operations(system: System, role: str, roles: list[str]) -> list[str]:
    """What is asked in that role: whatever no role before it may ask."""
    described = httpx.get(f"{system.base_url}/api/openapi.json", timeout=STILL_SECONDS).json()
    found: list[str] = []
    for each in (each for methods in described["paths"].values() for each in methods.values()):
        said = each["description"].partition("Roles: ")[2].removesuffix(".").split(", ")
        able = [one for one in roles if one in said] or roles[-1:]
        if able[0] == role:
            found.append(each["operationId"])
    return found


@pytest.mark.parametrize("role", ["GlobalAdmin", "the customer's Global admin", "PlatformOperator"])
def test_every_answer_is_as_described(
    role: str, parties: dict[str, Caller], system: System, tmp_path: Path
):
    asked = operations(system, role, list(parties))
    assert asked
    config = tmp_path / "schemathesis.toml"
    ids: dict[str, Any] = {
        "partner": parties["GlobalAdmin"].tenant,
        "customer": parties["the customer's Global admin"].tenant,
    }
    (tmp_path / "hooks.py").write_text(HOOKS, encoding="utf-8")
    config.write_text(CONFIG.format(**ids), encoding="utf-8")
    command = [
        *(sys.executable, "-W", "ignore", "-m", "schemathesis.cli"),
        *("--config-file", str(config)),
        *("run", f"{system.base_url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {parties[role].token}"),
        *("--include-operation-id-regex", f"^({'|'.join(asked)})$"),
        *(*BOUNDS, "--generation-deterministic", "--no-color", "--warnings", "off"),
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    assert f"Tested: {len(asked)}" in result.stdout
