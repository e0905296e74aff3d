"""What a deployment would contain. Only Azure can deploy it; what it says can be read here."""

import json
import re
from typing import Any

import pytest

from shared.settings import CLOUDS, Settings
from shared.storage.engine.clients import QUEUES, TABLES
from shared.telemetry.events import EVENTS, WARNINGS
from tests.infra.bicep import INFRA, Code, files, parse

FILES = files()
MAIN = FILES["main.bicep"]
RESOURCES = [
    (path, resource)
    for path, file in FILES.items()
    for resource in file.resources
    if not resource.existing
]

ROLES = {
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
    "974c5e8b-45b9-4653-ba55-5f855dd0fbe8": "Storage Queue Data Contributor",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
}
"""Every role that anything is given: the least with which the app and its host run."""

HOST_ALONE = {
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__credential",
    "PYTHON_ENABLE_OPENTELEMETRY",
}
"""Settings that the Functions host or its worker reads and the app does not."""

LOCAL_ALONE = {"AzureWebJobsStorage", "DEVELOPMENT_ISSUER", "WEBHOOK_LOOPBACK"}
"""Settings that a deployment must not have: a key, a foreign issuer of tokens, targets inside."""

PLATFORMS_OWN = {"WEBSITE_HOSTNAME"}
"""Settings that the platform gives every app."""

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUFFIX = re.compile(r"\.(?:net|us|com|cn|gov)\b")
SECRETLIKE = re.compile(r"(?i)(listkeys|accountkey|sharedaccess|secure\(\)|password\s*:|sig=)")


def of(type_name: str) -> list[tuple[str, dict[str, Any]]]:
    """File and properties of the resources of one type."""
    return [
        (path, resource.properties)
        for path, resource in RESOURCES
        if resource.type.split("@")[0] == type_name
    ]


def one(type_name: str) -> dict[str, Any]:
    """The properties of the only resource of a type."""
    [(_, properties)] = of(type_name)
    return properties


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
    for module in MAIN.modules:
        target, given = FILES[module.path], set(module.properties["params"])
        assert given >= target.required, module.symbol
        assert given <= target.required | target.optional, module.symbol
    assert {module.path for module in MAIN.modules} == FILES.keys() - {"main.bicep"}


def test_every_output_that_is_used_is_there():
    paths = {module.symbol: module.path for module in MAIN.modules}
    used = re.findall(r"(\w+)\.\??outputs\.(\w+)", MAIN.path.read_text(encoding="utf-8"))
    assert used
    assert [(name, out) for name, out in used if out not in FILES[paths[name]].outputs] == []


@pytest.mark.parametrize("cloud", CLOUDS)
def test_each_cloud_has_its_parameters(cloud: str):
    text = (INFRA / "parameters" / f"{cloud.lower()}.json").read_text(encoding="utf-8")
    given = json.loads(text)["parameters"]
    assert given.keys() <= MAIN.required | MAIN.optional
    assert given["cloud"]["value"] == cloud
    assert MAIN.required - given.keys() == {"environmentName", "clientId", "operatorTenantId"}


def test_azd_asks_for_what_has_no_default():
    given = json.loads((INFRA / "main.parameters.json").read_text(encoding="utf-8"))["parameters"]
    assert MAIN.required <= given.keys() <= MAIN.required | MAIN.optional
    service = (INFRA.parent / "azure.yaml").read_text(encoding="utf-8")
    assert re.search(r"^services:\n  api:$", service, re.MULTILINE)
    assert {"AZURE_LOCATION", "AZURE_TENANT_ID", "SERVICE_API_NAME"} <= MAIN.outputs


def test_everything_is_tagged():
    untaggable = ("Authorization", "diagnosticSettings", "sites/config", "privateDnsZoneGroups")
    for path, resource in RESOURCES:
        if "@" in resource.type and not any(word in resource.type for word in untaggable):
            assert resource.properties.get("tags") == "tags", (path, resource.symbol)
    assert MAIN.variables["tags"] == {"azd-env-name": "environmentName"}
    [api] = [module for module in MAIN.modules if module.symbol == "api"]
    assert api.properties["params"]["tags"] == "union(tags, { 'azd-service-name': 'api' })"


def test_the_storage_account_opens_to_no_key_and_no_stranger():
    account = one("Microsoft.Storage/storageAccounts")["properties"]
    assert account["allowSharedKeyAccess"] is False
    assert account["allowBlobPublicAccess"] is False
    assert account["minimumTlsVersion"] == "TLS1_2"
    assert account["supportsHttpsTrafficOnly"] is True
    assert one("containers")["properties"] == {"publicAccess": "None"}


def test_the_account_has_the_tables_and_queues_of_the_app():
    variables = FILES["app/storage.bicep"].variables
    assert tuple(variables["tables"]) == TABLES
    assert tuple(variables["queues"]) == QUEUES


def test_the_app_speaks_tls_and_knows_no_password():
    site = one("Microsoft.Web/sites")["properties"]
    assert site.startswith("union(")
    for line in ("httpsOnly: true", "minTlsVersion: '1.2'", "ftpsState: 'Disabled'"):
        assert line in site
    publishing = [props for _, props in of("basicPublishingCredentialsPolicies")]
    assert {props["name"] for props in publishing} == {"ftp", "scm"}
    assert all(props["properties"] == {"allow": False} for props in publishing)


def test_logs_are_closed_to_keys_too():
    assert one("Microsoft.Insights/components")["properties"]["DisableLocalAuth"] is True
    workspace = one("Microsoft.OperationalInsights/workspaces")["properties"]
    assert workspace["features"] == {"disableLocalAuth": True}
    assert one("Microsoft.KeyVault/vaults")["properties"]["enableRbacAuthorization"] is True


def test_the_identity_has_the_least_roles_on_single_resources():
    grants = of("Microsoft.Authorization/roleAssignments")
    assert {path for path, _ in grants} == {
        "app/storage.bicep",
        "app/vault.bicep",
        "app/monitoring.bicep",
    }
    for _, grant in grants:
        assert isinstance(grant["scope"], Code)
        assert grant["scope"] in {"account", "vault", "insights"}
        assert grant["properties"]["principalType"] == "ServicePrincipal"
    named = {text for file in FILES.values() for text in file.strings if GUID.fullmatch(text)}
    assert named == ROLES.keys()


def test_the_app_is_given_every_setting_that_it_reads_and_no_other():
    variables = FILES["app/api.bicep"].variables
    read = {str(field.alias) for field in Settings.model_fields.values()}
    assert variables["appSettings"].keys() == read - LOCAL_ALONE - PLATFORMS_OWN
    assert variables["hostSettings"].keys() == HOST_ALONE
    assert variables["appSettings"]["AZURE_FUNCTIONS_ENVIRONMENT"] == "Production"


def test_instances_work_on_more_than_one_request():
    flex = FILES["app/api.bicep"].variables["flexProperties"]["functionAppConfig"]
    assert flex["runtime"] == {"name": "python", "version": "3.13"}
    assert flex["scaleAndConcurrency"]["triggers"]["http"] == {
        "perInstanceConcurrency": "requestsPerInstance"
    }
    authentication = flex["deployment"]["storage"]["authentication"]
    assert authentication["type"] == "UserAssignedIdentity"


def test_what_happens_is_kept():
    watched = {props["scope"] for _, props in of("Microsoft.Insights/diagnosticSettings")}
    assert watched == {"account::tableService", "account::queueService", "vault", "site"}


def test_there_is_an_alert_for_each_thing_that_needs_a_person():
    rules = FILES["app/alerts.bicep"].variables["rules"]
    assert {rule["name"] for rule in rules} == {
        "dead-letters",
        "sweep-findings",
        "server-errors",
        "poison-growth",
        "followers-behind",
        "storage-throttles",
    }
    tables = ("AppTraces | ", "AppRequests | ", "AppMetrics | ")
    assert all(rule["query"].startswith(tables) for rule in rules)
    measures = {name for rule in rules for name in re.findall(r'Name == "(.+?)"', rule["query"])}
    assert measures
    assert measures <= measured()
    events = {event for rule in rules for event in re.findall(r'Message == "(.+?)"', rule["query"])}
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
    """The names of what the app writes to its log."""
    sources = (INFRA.parent / "shared").rglob("*.py")
    call = re.compile(r"log\.\w+\(\s*(?:[\w. ]+,\s*)?\"([a-z._-]+)\"")
    return {name for path in sources for name in call.findall(path.read_text("utf-8"))}
