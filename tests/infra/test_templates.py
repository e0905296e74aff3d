"""What is deployed: nothing with a key, everything that the app needs, and no more."""

import json
import re
from typing import Any

import pytest

from shared.settings import Settings
from shared.storage.engine.clients import QUEUES, TABLES
from shared.telemetry.events import EVENTS, WARNINGS
from tests.infra.bicep import INFRA, files, parse, text_of
from tests.infra.facts import CASES, FACTS, Case, deployed, run

FILES = files()
MAIN = FILES["main.bicep"]

HOST_ALONE = set(FACTS["settings"]["host"])
"""Settings that the Functions host or its worker reads and the app does not."""

PREMIUM_ALONE = set(FACTS["flex"]["refused_settings"])
"""What Elastic Premium must be told besides."""

LOCAL_ALONE = {"AzureWebJobsStorage", "DEVELOPMENT_ISSUER", "SIGN_IN_SECRET", "WEBHOOK_LOOPBACK"}
"""Settings that a deployment must not have: keys, a foreign issuer of tokens, targets inside."""

PLATFORMS_OWN = {"WEBSITE_HOSTNAME"}
"""Settings that the platform gives every app."""

ACCOUNTS = "Microsoft.Storage/storageAccounts"
SUFFIX = re.compile(r"\.(?:net|us|com|cn|gov)\b")
SECRETLIKE = re.compile(r"(?i)(listkeys|accountkey|sharedaccess|secure\(\)|password\s*:|sig=)")


@pytest.mark.parametrize("path", FILES)
def test_it_is_bicep(path: str):
    assert FILES[path].errors == []
    assert parse("resource x = {", INFRA / "broken.bicep").errors


@pytest.mark.parametrize("path", FILES)
def test_no_key_no_secret_no_address_of_one_cloud(path: str):
    text = FILES[path].path.read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    assert not SECRETLIKE.search(code)
    assert [text for text in FILES[path].strings if SUFFIX.search(text)] == []


def test_every_module_is_given_what_it_asks_for():
    for module in MAIN.modules.values():
        target = FILES[module.kind]
        given = set(re.findall(r"^    (\w+):", text_of(module.value), re.MULTILINE))
        assert given >= target.required, module.symbol
        assert given <= target.parameters.keys(), module.symbol
    assert {each.kind for each in MAIN.modules.values()} == FILES.keys() - {"main.bicep"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_everything_is_tagged(case: Case):
    untaggable = (
        *("Authorization", "diagnosticSettings", "sites/config", "privateDnsZoneGroups"),
        *("tableServices/tables", "queueServices/queues"),
    )
    for each in deployed(case).resources:
        if each.version and not any(word in each.type for word in untaggable):
            assert each.body["tags"]["azd-env-name"] == "csp", each
    services = [
        each.type
        for each in deployed(case).resources
        if "azd-service-name" in each.body.get("tags", {})
    ]
    assert services == ["Microsoft.Web/sites"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_names_are_short_enough(case: Case):
    long = run(case.cloud, environmentName="e" * 32)
    limits = {kind: most for kind, most in FACTS["names"].items() if "/" in kind}
    for kind, most in limits.items():
        assert all(len(each["name"]) <= most for each in long.of(kind))
        assert long.of(kind)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_storage_and_vault_open_to_no_key_and_no_stranger(case: Case):
    accounts = [each["properties"] for each in deployed(case).of(ACCOUNTS)]
    vault = deployed(case).one("Microsoft.KeyVault/vaults")["properties"]
    assert len(accounts) == 2
    for account in accounts:
        assert account["allowSharedKeyAccess"] is False
        assert account["allowBlobPublicAccess"] is False
        assert account["minimumTlsVersion"] == "TLS1_2"
        assert account["supportsHttpsTrafficOnly"] is True
    assert vault["enableRbacAuthorization"] is True
    for each in (*accounts, vault):
        assert each["publicNetworkAccess"] == ("Disabled" if case.private else "Enabled")
        assert each["networkAcls"]["defaultAction"] == ("Deny" if case.private else "Allow")
        assert each["networkAcls"]["ipRules"] == []
    for container in deployed(case).of("containers"):
        assert container["properties"] == {"publicAccess": "None"}


@pytest.mark.parametrize("cloud", ["usGovernment", "public"])
def test_a_private_network_lets_the_deployer_in_and_nobody_else(cloud: str):
    found = run(cloud, privateNetwork=True, deployerAddresses="203.0.113.17, 198.51.100.0/29")
    for each in (*found.of(ACCOUNTS), found.one("Microsoft.KeyVault/vaults")):
        properties = each["properties"]
        assert properties["publicNetworkAccess"] == "Enabled"
        assert properties["networkAcls"]["defaultAction"] == "Deny"
        allowed = [rule["value"] for rule in properties["networkAcls"]["ipRules"]]
        assert allowed == ["203.0.113.17", "198.51.100.0/29"]


def test_the_network_can_be_peered_with_one_that_has_the_same_range():
    found = run("usGovernment", privateNetwork=True, networkPrefix="172.20.4.0/23")
    network = found.one("Microsoft.Network/virtualNetworks")["properties"]
    assert network["addressSpace"] == {"addressPrefixes": ["172.20.4.0/23"]}
    subnets = [each["properties"]["addressPrefix"] for each in network["subnets"]]
    assert subnets == ["172.20.4.0/24", "172.20.5.0/24"]


def test_a_vault_whose_name_is_kept_can_be_recovered():
    modes = [
        run("usGovernment", **given).one("Microsoft.KeyVault/vaults")["properties"]["createMode"]
        for given in ({}, {"recoverVault": True})
    ]
    assert modes == ["default", "recover"]


def test_the_account_has_the_tables_and_queues_of_the_app():
    found = run("public")
    tables = found.of(f"{ACCOUNTS}/tableServices/tables")
    assert tuple(each["name"] for each in tables) == TABLES
    queues = [each["name"] for each in found.of(f"{ACCOUNTS}/queueServices/queues")]
    assert queues == [*QUEUES, *(f"{name}-poison" for name in QUEUES)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_app_speaks_tls_and_knows_no_password(case: Case):
    site = deployed(case).one("Microsoft.Web/sites")["properties"]
    assert site["httpsOnly"] is True
    assert site["siteConfig"]["minTlsVersion"] == "1.2"
    publishing = deployed(case).of("basicPublishingCredentialsPolicies")
    assert {props["name"] for props in publishing} == {"ftp", "scm"}
    assert all(props["properties"] == {"allow": False} for props in publishing)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_identity_has_its_roles_on_single_resources(case: Case):
    for grant in deployed(case).of("Microsoft.Authorization/roleAssignments"):
        assert grant["scope"]["symbol"] in {"account", "table", "queue", "vault", "insights"}
        assert grant["properties"]["principalType"] == "ServicePrincipal"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_app_is_given_every_setting_that_it_reads_and_no_other(case: Case):
    given = deployed(case).one("Microsoft.Web/sites/config")["properties"]
    read = {str(field.alias) for field in Settings.model_fields.values()}
    assert read >= set(FACTS["settings"]["shared"])
    expected = (read - LOCAL_ALONE - PLATFORMS_OWN) | HOST_ALONE
    assert given.keys() == expected | (PREMIUM_ALONE if case.hosting == "elasticPremium" else set())
    assert given["AZURE_FUNCTIONS_ENVIRONMENT"] == "Production"
    assert given["AzureWebJobsDisableHomepage"] == "true"
    assert given["CLOUD"] == case.cloud
    sample = json.loads((INFRA.parent / "local.settings.json.sample").read_text("utf-8"))["Values"]
    limit = "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"
    assert given[limit] == sample[limit] == str(1024 * 1024)


def test_elastic_premium_runs_the_version_that_is_named_and_none_before():
    def setting(version: str) -> Any:
        settings = run("usGovernment", packageVersion=version).one("Microsoft.Web/sites/config")
        return settings["properties"].get("WEBSITE_RUN_FROM_PACKAGE")

    assert setting("4f2a").endswith("packages/app-4f2a.zip")
    assert setting("") is None


def test_flex_consumption_takes_the_package_as_the_identity():
    site = run("public").one("Microsoft.Web/sites")["properties"]
    storage = site["functionAppConfig"]["deployment"]["storage"]
    assert storage["authentication"]["type"] == "UserAssignedIdentity"
    names = [each["name"] for each in run("public").of("containers")]
    assert storage["value"].rpartition("blob>")[2] in names


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_happens_is_kept(case: Case):
    insights = deployed(case).one("Microsoft.Insights/components")["properties"]
    workspace = deployed(case).one("Microsoft.OperationalInsights/workspaces")["properties"]
    assert insights["DisableLocalAuth"] is True
    assert workspace["features"] == {"disableLocalAuth": True}
    watched = deployed(case).of("Microsoft.Insights/diagnosticSettings")
    logs = [
        (each["scope"]["symbol"], {log["category"] for log in each["properties"].get("logs", [])})
        for each in watched
    ]
    changes = {"StorageWrite", "StorageDelete"}
    assert sorted(logs, key=lambda pair: pair[0]) == [
        ("blobs", changes),
        ("blobs", changes),
        ("queueService", {"StorageWrite"}),
        ("site", {"FunctionAppLogs"}),
        ("tableService", changes),
        ("vault", {"AuditEvent"}),
    ]


def test_there_is_an_alert_for_each_thing_that_needs_a_person():
    rules = run("public").of("Microsoft.Insights/scheduledQueryRules")
    assert {rule["name"].removeprefix("csp-") for rule in rules} == {
        "dead-letters",
        "sweep-findings",
        "sweep-missing",
        "no-telemetry",
        "settings-unusable",
        "server-errors",
        "poison-growth",
        "followers-behind",
        "storage-throttles",
        "sign-ins-failing",
        "sign-in-not-set-up",
    }
    queries = [rule["properties"]["criteria"]["allOf"][0]["query"] for rule in rules]
    measures = {name for query in queries for name in re.findall(r'Name == "(.+?)"', query)}
    assert measures
    assert measures <= measured()
    events = {event for query in queries for event in re.findall(r'Message == "(.+?)"', query)}
    assert events
    assert events <= logged()


def test_the_workbook_is_one():
    workbook = json.loads((INFRA / "workbook.json").read_text(encoding="utf-8"))
    queries = [item["content"]["query"] for item in workbook["items"] if item["type"] == 3]
    assert workbook["version"] == "Notebook/1.0"
    assert len(queries) == len(set(queries)) > 0
    names = {name for query in queries for name in re.findall(r"'([a-z]+\.[a-z_.-]+)'", query)}
    measures = {name for name in names if name.startswith("csp.")}
    assert measures
    assert measures <= measured()
    assert names - measures
    assert names - measures <= logged()


def measured() -> set[str]:
    """The names of what the app measures."""
    return {each.name for told in EVENTS.values() for each in (*told.measures, WARNINGS)}


def logged() -> set[str]:
    """The names of what the app writes to its log, but for what is measured only."""
    sources = (INFRA.parent / "shared").rglob("*.py")
    call = re.compile(r"log\.\w+\(\s*(?:[\w. ]+,\s*)?\"([a-z._-]+)\"")
    return {name for path in sources for name in call.findall(path.read_text("utf-8"))}
