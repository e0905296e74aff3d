"""Least privilege: which identity may do what to which resource, and that it needs it."""

import re
from fnmatch import fnmatch
from typing import Any

import pytest

from shared.storage.engine.clients import QUEUES
from shared.storage.engine.clients import TABLES as STORED
from tests.infra.facts import CASES, FACTS, Case, deployed

ROLE = re.compile(r"/Microsoft.Authorization/roleDefinitions/(.+)$")


def granted(case: Case, symbol: str) -> list[tuple[str, dict[str, Any]]]:
    """The roles that an identity has, with the resource that each is for."""
    identities = deployed(case).of("Microsoft.ManagedIdentity/userAssignedIdentities")
    (name,) = (
        each["name"] for each in identities if ("-package" in each["name"]) is (symbol != "app")
    )
    names = {role["id"]: known for known, role in FACTS["roles"].items()}
    found: list[tuple[str, dict[str, Any]]] = []
    for grant in deployed(case).of("Microsoft.Authorization/roleAssignments"):
        match = ROLE.search(grant["properties"]["roleDefinitionId"])
        if match and f" {name}." in grant["properties"]["principalId"]:
            found.append((names[match[1]], grant["scope"]))
    return found


def needs(whose: str) -> dict[str, str]:
    """What an identity does, by the actions that are asked for it."""
    found = FACTS["needs"][whose].items()
    return {what: need for what, need in found if what not in {"source", "day"}}


def actions(role: str) -> list[str]:
    return FACTS["roles"][role]["actions"]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("whose", ["app", "package"])
def test_an_identity_has_roles_for_all_that_it_does_and_none_besides(case: Case, whose: str):
    does = needs(whose if whose == "app" else case.hosting)
    roles = {role for role, _ in granted(case, whose)}
    assert does
    for need in does.values():
        assert any(fnmatch(need, each) for role in roles for each in actions(role)), need
    for role in roles:
        others = [each for other in roles - {role} for each in actions(other)]
        alone = [need for need in does.values() if not any(fnmatch(need, each) for each in others)]
        assert alone, f"{role} is not needed"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_the_app_runs_from_is_out_of_the_apps_reach(case: Case):
    packages = FACTS["roles"].keys() & {"Storage Blob Data Contributor", "Storage Blob Data Reader"}
    app, package = granted(case, "app"), granted(case, "package")
    reads_alone = case.hosting == "elasticPremium"
    (account,) = {scope["name"] for _, scope in package}
    assert {role for role, _ in package} == {
        "Storage Blob Data Reader" if reads_alone else "Storage Blob Data Contributor"
    }
    assert account not in {scope["name"] for _, scope in app}
    assert not packages & {role for role, _ in app}
    site = deployed(case).one("Microsoft.Web/sites")
    attached = site["identity"]["userAssignedIdentities"]
    assert len(attached) == 2
    (own,) = (each for each in attached if "-package" in each)
    settings = deployed(case).one("Microsoft.Web/sites/config")["properties"]
    deployment = site["properties"].get("functionAppConfig", {}).get("deployment", {})
    runs_as = [
        settings.get("WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID"),
        deployment.get("storage", {})
        .get("authentication", {})
        .get("userAssignedIdentityResourceId"),
    ]
    assert [each for each in runs_as if each] == [own]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_table_and_queue_is_given_by_itself(case: Case):
    """As they are in the code; the account as a whole is given for blobs alone."""
    given = granted(case, "app")
    by_role = {
        role: [scope["name"] for other, scope in given if other == role]
        for role, _ in given
        if "Table" in role or "Queue" in role
    }
    queues = [*QUEUES, *(f"{name}-poison" for name in QUEUES)]
    assert by_role == {
        "Storage Table Data Contributor": [*STORED],
        "Storage Queue Data Contributor": queues,
    }
    assert {role for role, scope in given if scope["symbol"] == "account"} == {
        "Storage Blob Data Owner"
    }
    settings = deployed(case).one("Microsoft.Web/sites/config")["properties"]
    flags = {name: text for name, text in FACTS["host"].items() if name not in {"source", "day"}}
    assert flags.items() <= settings.items()
