"""The templates are held against what Azure is known to take: roles, properties, limits, names."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.infra.bicep import INFRA
from tests.infra.facts import CASES, FACTS, TABLES, Case, deployed, minutes, run

ACCOUNTS = "Microsoft.Storage/storageAccounts"


def tables(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The innermost tables that are facts of their own."""
    if "source" in found:
        yield found
        return
    for inner in found.values():
        assert isinstance(inner, dict), found
        yield from tables(inner)


def test_every_fact_says_where_it_comes_from_and_when():
    facts = [*tables(FACTS), *tables(TABLES)]
    assert len(facts) > 15
    for fact in facts:
        assert len(fact["source"]) > 10
        assert date.fromisoformat(str(fact["day"]))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_site_has_only_what_its_plan_takes(case: Case):
    site = deployed(case).one("Microsoft.Web/sites")["properties"]
    settings = deployed(case).one("Microsoft.Web/sites/config")["properties"].keys()
    config = site["siteConfig"].keys()
    if case.hosting == "flexConsumption":
        assert config <= set(FACTS["flex"]["site_config"])
        assert not config & set(FACTS["flex"]["refused"])
        assert not settings & set(FACTS["flex"]["refused_settings"])
        assert site["functionAppConfig"]["runtime"] == {"name": "python", "version": "3.13"}
        assert "clientAffinityEnabled" not in site
    else:
        assert "functionAppConfig" not in site
        assert site["siteConfig"]["ftpsState"] == "Disabled"
        assert site["siteConfig"]["linuxFxVersion"] == "Python|3.13"
        assert settings >= {"FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE"}
        assert site["clientAffinityEnabled"] is False


@pytest.mark.parametrize("case", CASES, ids=str)
def test_elastic_premium_scales_by_queues_that_only_its_host_can_see(case: Case):
    config = deployed(case).one("Microsoft.Web/sites")["properties"]["siteConfig"]
    premium = case.hosting == "elasticPremium"
    assert config.get(FACTS["premium"]["private_scaling"], False) is (premium and case.private)
    assert config.get("vnetRouteAllEnabled", False) is (premium and case.private)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_instances_stay_within_the_plans_limits(case: Case):
    plan = deployed(case).one("Microsoft.Web/serverfarms")
    site = deployed(case).one("Microsoft.Web/sites")["properties"]
    if case.hosting == "flexConsumption":
        least, most = FACTS["flex"]["instances"]
        scale = site["functionAppConfig"]["scaleAndConcurrency"]
        assert least <= scale["maximumInstanceCount"] <= most
        assert plan["sku"]["name"] == "FC1"
        assert scale["triggers"]["http"]["perInstanceConcurrency"] > 1
    else:
        most = min(FACTS["premium"]["instances"].values())
        assert plan["properties"]["maximumElasticWorkerCount"] <= most
        assert plan["sku"]["name"] == "EP1"


@pytest.mark.parametrize("instances", [1, 20, 100])
def test_elastic_premium_can_be_given_each_number_it_may_have(instances: int):
    plan = run("usGovernment", premiumInstances=instances).one("Microsoft.Web/serverfarms")
    assert plan["properties"]["maximumElasticWorkerCount"] == instances


@pytest.mark.parametrize("instances", [0, 101])
def test_elastic_premium_is_given_no_number_that_it_cannot_have(instances: int):
    with pytest.raises(AssertionError, match="premiumInstances"):
        run("usGovernment", premiumInstances=instances)


@pytest.mark.parametrize("cloud", FACTS["clouds"])
def test_the_plan_is_one_that_the_cloud_has(cloud: str):
    plan = "EP1" if FACTS["clouds"][cloud]["name"] in FACTS["flex"]["absent_from"] else "FC1"
    assert run(cloud).one("Microsoft.Web/serverfarms")["sku"]["name"] == plan
    assert run(cloud, hosting="").one("Microsoft.Web/serverfarms")["sku"]["name"] == plan


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_cloud_knows_every_version(case: Case):
    newest = FACTS["versions"]["AzureUSGovernment"]["Microsoft.Web"]
    versions = {
        each.version for each in deployed(case).resources if each.type.startswith("Microsoft.Web/")
    }
    assert versions
    assert max(versions) <= newest
    places = [*(INFRA.parent / "docs").glob("*.md"), INFRA.parent / "tools" / "deploy"]
    asked = {
        version
        for path in places
        for version in re.findall(r"api-version=(20\d\d-\d\d-\d\d)", path.read_text("utf-8"))
        if version < "2026"  # the API's own is newer
    }
    assert asked == {newest}


@pytest.mark.parametrize("spelling", [str, lambda name: name.lower().replace(" ", "")])
@pytest.mark.parametrize(
    ("names", "redundancy"), [("with", "Standard_ZRS"), ("without", "Standard_GRS")]
)
def test_redundancy_is_one_that_the_region_has(names: str, redundancy: str, spelling: Any):
    for name in FACTS["zones"][names]:
        cloud = "usGovernment" if name.startswith("US Gov") else "public"
        accounts = run(cloud, location=spelling(name)).of(ACCOUNTS)
        assert [each["sku"] for each in accounts] == [{"name": redundancy}] * 2, name


def test_redundancy_that_is_asked_for_is_given():
    accounts = run("usGovernment", storageRedundancy="Standard_RAGRS").of(ACCOUNTS)
    assert [each["sku"] for each in accounts] == [{"name": "Standard_RAGRS"}] * 2


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_private_names_are_those_of_the_cloud(case: Case):
    zones = [zone["name"] for zone in deployed(case).of("Microsoft.Network/privateDnsZones")]
    assert sorted(zones) == (FACTS["private_zones"][case.cloud] if case.private else [])


def test_the_subnet_is_delegated_to_the_plans_provider():
    for hosting, provider in [
        ("flexConsumption", f"{FACTS['flex']['provider']}/environments"),
        ("elasticPremium", "Microsoft.Web/serverFarms"),
    ]:
        network = deployed(Case("public", hosting, private=True)).one(
            "Microsoft.Network/virtualNetworks"
        )["properties"]
        (delegation,) = network["subnets"][0]["properties"]["delegations"]
        assert delegation["properties"]["serviceName"] == provider


@pytest.mark.parametrize("case", CASES, ids=str)
def test_metric_alerts_name_metrics_that_the_plan_has(case: Case):
    """A rule with another name is refused, and the whole deployment with it."""
    rules = [each["properties"] for each in deployed(case).of("Microsoft.Insights/metricAlerts")]
    named = [each["metricName"] for rule in rules for each in rule["criteria"].get("allOf", [])]
    assert set(named) <= set(FACTS["metrics"][case.hosting])
    assert (named == ["Http5xx"]) is (case.hosting == "elasticPremium")
    for rule in rules:
        assert rule["evaluationFrequency"] in FACTS["metric_alerts"]["frequencies"]
        assert rule["windowSize"] in FACTS["metric_alerts"]["windows"]


def log_alerts(case: Case) -> dict[str, dict[str, Any]]:
    """The properties of each, by name."""
    rules = deployed(case).of("Microsoft.Insights/scheduledQueryRules")
    assert len(rules) > 5
    return {rule["name"].removeprefix("csp-"): rule["properties"] for rule in rules}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_log_alerts_lose_no_row_that_is_late(case: Case):
    facts = FACTS["alerts"]
    for name, rule in log_alerts(case).items():
        every, back = rule["evaluationFrequency"], rule["windowSize"]
        assert every in facts["frequencies"]
        assert back in facts["windows"]
        assert minutes(back) - minutes(every) >= facts["late_minutes"], name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_log_alerts_close_nothing_that_is_open_and_tell_it_once(case: Case):
    rules = log_alerts(case)
    stay = {name for name, rule in rules.items() if not rule["autoMitigate"]}
    assert stay == {"dead-letters", "sweep-findings", "poison-growth", "sign-in-not-set-up"}
    for name, rule in rules.items():
        mute = rule["muteActionsDuration"]
        assert (mute is None) is rule["autoMitigate"], name
        assert mute is None or mute in FACTS["alerts"]["mutes"], name
        assert mute is None or minutes(mute) >= minutes(rule["windowSize"]), name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_log_alerts_can_be_made_before_the_first_row(case: Case):
    assert {rule.get("skipQueryValidation") for rule in log_alerts(case).values()} == {True}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_poison_is_seen_by_what_the_app_itself_tells(case: Case):
    (criterion,) = log_alerts(case)["poison-growth"]["criteria"]["allOf"]
    assert re.search(r'^AppTraces \| where Message == "([\w.-]+)"$', criterion["query"])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_somebody_outside_asks_whether_the_app_answers(case: Case):
    test = deployed(case).one("Microsoft.Insights/webtests")
    assert [place["Id"] for place in test["properties"]["Locations"]]
    assert {place["Id"] for place in test["properties"]["Locations"]} == set(
        FACTS["availability"][case.cloud]
    )
    assert test["properties"]["Request"]["RequestUrl"].endswith("/api/health/live")
    (rule,) = [
        each["properties"]
        for each in deployed(case).of("Microsoft.Insights/metricAlerts")
        if "webTestId" in each["properties"]["criteria"]
    ]
    assert rule["scopes"] == [rule["criteria"]["webTestId"], rule["criteria"]["componentId"]]
    assert f"hidden-link:{rule['criteria']['componentId']}" in test["tags"]
    assert run(case.cloud, availabilityTest=False).of("Microsoft.Insights/webtests") == []
