"""What an operator may choose, and what each choice comes to."""

import json
from typing import Any

import pytest

from tests.infra.bicep import INFRA
from tests.infra.facts import CASES, FACTS, REGION, Case, deployed, run

ACCOUNTS = "Microsoft.Storage/storageAccounts"
CONFIG = "Microsoft.Web/sites/config"
LIVE = "api/health/live"


def site(cloud: str, **parameters: Any) -> dict[str, Any]:
    return run(cloud, **parameters).one("Microsoft.Web/sites")["properties"]


def plan(cloud: str, **parameters: Any) -> dict[str, Any]:
    return run(cloud, **parameters).one("Microsoft.Web/serverfarms")


@pytest.mark.parametrize("cloud", REGION)
def test_the_ledgers_account_alone_can_be_locked(cloud: str):
    kind = "Microsoft.Authorization/locks"
    assert run(cloud).of(kind) == []
    lock = run(cloud, storageLock=True).one(kind)
    assert lock["properties"]["level"] == "CanNotDelete"
    (ledgers,) = (each for each in run(cloud).of(ACCOUNTS) if "encryption" in each["properties"])
    assert lock["scope"]["name"] == ledgers["name"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_deleted_comes_back_and_packages_have_versions(case: Case):
    blobs = [each["properties"] for each in deployed(case).of("blobServices")]
    assert len(blobs) == 2
    for each in blobs:
        assert each["deleteRetentionPolicy"]["enabled"] is True
        assert each["containerDeleteRetentionPolicy"]["enabled"] is True
    assert [each.get("isVersioningEnabled", False) for each in blobs] == [False, True]


def test_tables_and_queues_can_have_a_key_of_the_customers_later():
    """It cannot be chosen any more once the account is there."""
    (services,) = (
        each["properties"]["encryption"]["services"]
        for each in run("public").of(ACCOUNTS)
        if "encryption" in each["properties"]
    )
    assert {name: each["keyType"] for name, each in services.items()} == {
        "queue": "Account",
        "table": "Account",
    }


def test_flex_consumption_keeps_groups_ready_as_it_scales_them():
    chosen = site("public", alwaysReady="http=2, function:projections=1")
    scale = chosen["functionAppConfig"]["scaleAndConcurrency"]
    assert scale["alwaysReady"] == [
        {"name": "http", "instanceCount": 2},
        {"name": "function:projections", "instanceCount": 1},
    ]
    assert all(
        any(each["name"].startswith(group) for group in FACTS["flex"]["groups"])
        for each in scale["alwaysReady"]
    )
    assert site("public")["functionAppConfig"]["scaleAndConcurrency"]["alwaysReady"] == []


@pytest.mark.parametrize(
    ("ready", "zones", "least"),
    [(1, False, 1), (4, False, 4), (1, True, FACTS["premium"]["zone_redundant_least"])],
)
def test_elastic_premium_keeps_instances_ready_one_for_each_zone(
    ready: int, zones: bool, least: int
):
    given = {"premiumReady": ready, "zoneRedundant": zones}
    made = plan("usGovernment", **given)
    assert made["sku"]["capacity"] == least
    assert made["properties"]["zoneRedundant"] is zones
    assert site("usGovernment", **given)["siteConfig"]["minimumElasticInstanceCount"] == least
    few = plan("usGovernment", premiumInstances=1, **given)["properties"]
    assert few["maximumElasticWorkerCount"] == least


@pytest.mark.parametrize("zones", [False, True])
def test_flex_consumption_spreads_over_zones_where_it_is_asked_to(zones: bool):
    assert plan("public", zoneRedundant=zones)["properties"]["zoneRedundant"] is zones


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_platform_asks_the_app_for_life_not_for_its_storage(case: Case):
    config = deployed(case).one("Microsoft.Web/sites")["properties"]["siteConfig"]
    if case.hosting == "elasticPremium":
        assert config["healthCheckPath"] == f"/{LIVE}"
    routes = json.loads((INFRA.parent / "functions" / "routes.json").read_text("utf-8"))
    assert LIVE in {route for _, _, methods, route in routes if "GET" in methods}


@pytest.mark.parametrize("cloud", REGION)
def test_whoever_is_not_let_in_cannot_call(cloud: str):
    given = {"inboundAddresses": "203.0.113.0/24, AzureFrontDoor.Backend"}
    found = run(cloud, **given, deployerAddresses="198.51.100.7,198.51.100.16/30")
    (access,) = (each["properties"] for each in found.of(CONFIG) if each["name"] == "web")
    assert access["ipSecurityRestrictionsDefaultAction"] == "Deny"
    assert [(each["ipAddress"], each["tag"]) for each in access["ipSecurityRestrictions"]] == [
        ("203.0.113.0/24", "Default"),
        ("AzureFrontDoor.Backend", "ServiceTag"),
    ]
    assert "AzureFrontDoor.Backend" in FACTS["access"]["tags"]
    assert access["scmIpSecurityRestrictionsUseMain"] is False
    assert access["scmIpSecurityRestrictionsDefaultAction"] == "Deny"
    deployers = [each["ipAddress"] for each in access["scmIpSecurityRestrictions"]]
    assert deployers == ["198.51.100.7/32", "198.51.100.16/30"]
    priorities = [each["priority"] for each in access["ipSecurityRestrictions"]]
    assert len({*priorities}) == len(priorities)
    # Who asks from outside is not let in either, and would call that an outage.
    assert found.of("Microsoft.Insights/webtests") == []
    assert all(each["properties"]["networkAcls"]["ipRules"] == [] for each in found.of(ACCOUNTS))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_unless_it_is_asked_for_everybody_with_a_token_may_call(case: Case):
    assert {each["name"] for each in deployed(case).of(CONFIG)} == {"appsettings"}


@pytest.mark.parametrize("fixed", [False, True])
def test_the_app_may_go_out_by_one_address(fixed: bool):
    found = run("usGovernment", privateNetwork=True, fixedOutbound=fixed)
    app, _ = found.one("Microsoft.Network/virtualNetworks")["properties"]["subnets"]
    assert bool(app["properties"]["natGateway"]) is fixed
    assert len(found.of("Microsoft.Network/natGateways")) == int(fixed)
    assert len(found.of("Microsoft.Network/publicIPAddresses")) == int(fixed)


def test_endpoints_are_reached_by_tls_from_the_network_alone():
    found = run("usGovernment", privateNetwork=True)
    _, endpoints = found.one("Microsoft.Network/virtualNetworks")["properties"]["subnets"]
    # Without it the rules below would not hold for private endpoints.
    policies = endpoints["properties"]["privateEndpointNetworkPolicies"]
    assert policies == "NetworkSecurityGroupEnabled"
    (rules,) = (
        each["properties"]["securityRules"]
        for each in found.of("Microsoft.Network/networkSecurityGroups")
        if each["name"].endswith("-endpoints")
    )
    allowed, refused = (each["properties"] for each in rules)
    assert (allowed["access"], allowed["sourceAddressPrefix"]) == ("Allow", "VirtualNetwork")
    assert allowed["destinationPortRange"] == "443"
    assert (refused["access"], refused["sourceAddressPrefix"]) == ("Deny", "*")
    assert allowed["priority"] < refused["priority"]


@pytest.mark.parametrize("gigabytes", [-1, 5])
def test_logs_can_have_an_end(gigabytes: int):
    workspace = run("public", logDailyGigabytes=gigabytes).one(
        "Microsoft.OperationalInsights/workspaces"
    )
    assert workspace["properties"]["workspaceCapping"] == {"dailyQuotaGb": gigabytes}


THRESHOLDS = {
    "sweepHours": ("sweep-missing", 30),
    "lagSeconds": ("followers-behind", 77),
    "throttleLimit": ("storage-throttles", 777),
    "serverErrorPercent": ("server-errors", 7),
}


@pytest.mark.parametrize("parameter", THRESHOLDS)
def test_a_threshold_is_what_the_operator_says(parameter: str):
    name, number = THRESHOLDS[parameter]
    rules = run("public", **{parameter: number}).of("Microsoft.Insights/scheduledQueryRules")
    (rule,) = (each["properties"] for each in rules if each["name"] == f"csp-{name}")
    (criterion,) = rule["criteria"]["allOf"]
    assert str(number) in criterion["query"]
    assert str(number) in rule["description"]


def test_the_platforms_count_has_a_threshold_too():
    rules = run("usGovernment", serverErrorLimit=44).of("Microsoft.Insights/metricAlerts")
    (criterion,) = (
        each["properties"]["criteria"]["allOf"][0]
        for each in rules
        if each["name"] == "csp-http-5xx"
    )
    assert criterion["threshold"] == 44
