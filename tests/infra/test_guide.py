"""docs/operate.md is followed word for word: what it registers must be what the code demands."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.auth.claims import USER_SCOPE, VERSION, Claims, VerifiedClaims
from shared.auth.id_tokens import IdClaims
from shared.auth.issuers import AUTHORITIES
from shared.auth.principal import principal
from shared.errors import TokenCheck
from shared.policy.callers import CallerRole
from shared.policy.roles import Operation, allowed
from shared.settings import Settings
from shared.telemetry.events import EVENTS
from shared.web.sign_in.addresses import Addresses
from shared.web.sign_in.attempts import new_attempt
from shared.web.sign_in.credentials import AUDIENCES
from tests.infra.bicep import INFRA
from tests.infra.facts import FACTS, outputs, run

ROOT = INFRA.parent
GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")
SECTION = GUIDE[GUIDE.index("## 1.") : GUIDE.index("## 2.")]
TENANT = "00000000-0000-4000-8000-000000000009"

FROM_THE_DIRECTORY = {CallerRole.CUSTOMER_GLOBAL_ADMIN, CallerRole.CUSTOMER_READER}
"""Roles that no registration gives: `wids` says who has them."""


def heredoc(name: str) -> Any:
    """What the guide writes into a file."""
    match = re.search(rf"^cat > {name} <<'JSON'\n(.+?)\nJSON$", SECTION, re.DOTALL | re.MULTILINE)
    assert match
    return json.loads(match[1])


def bodies() -> list[dict[str, Any]]:
    """What the guide sends to Microsoft Graph, with its variables' names for their values."""
    texts = re.findall(r"--body '(\{.+?\})'$", SECTION, re.DOTALL | re.MULTILINE)
    return [json.loads(re.sub(r"'\"\$?(.+?)\"'", _name, text)) for text in texts]


def _name(match: re.Match[str]) -> str:
    return f"${match[1]}" if match[1].isupper() else "$ME"


APPLICATION, PREAUTHORIZED, ASSIGNMENT = bodies()
(PERMISSION,) = APPLICATION["api"]["oauth2PermissionScopes"]
APP_ROLES = heredoc("roles.json")


def settings() -> Settings:
    return Settings.model_validate(
        {
            "PUBLIC_BASE_URL": "https://csp.example",
            "CLIENT_ID": "00000000-0000-4000-8000-000000000001",
            "OPERATOR_TENANT_ID": TENANT,
            "SWEEP_SCHEDULE": "0 7 3 * * *",
        }
    )


def roles_of(role: dict[str, Any], kind: str) -> set[CallerRole]:
    """What a token with the app role makes of its bearer, in the operator's own tenant."""
    person = {"scp": PERMISSION["value"]} if kind == "User" else {"idtyp": "app"}
    told = {
        "ver": VERSION,
        "iss": "i",
        "aud": "a",
        "tid": TENANT,
        "oid": TENANT,
        "exp": 2,
        "nbf": 1,
    }
    claims = Claims.model_validate({**told, **person, "roles": frozenset({role["value"]})})
    caller = principal(VerifiedClaims(claims), settings())
    return {*caller.partner_roles, *([CallerRole.OPERATOR] if caller.operator else [])}


def test_the_permission_is_the_one_that_a_persons_token_must_carry():
    assert PERMISSION["value"] == USER_SCOPE
    assert PERMISSION["type"] == "User"
    assert PERMISSION["isEnabled"] is True


def test_a_token_is_asked_for_by_the_identifier_and_the_permission():
    (identifier,) = APPLICATION["identifierUris"]
    asked = re.findall(r'--scope "(api://[^"]+)"', GUIDE)
    assert {*asked} == {f"{identifier}/{PERMISSION['value']}"}


def test_consent_asks_for_the_permission_and_comes_back_to_a_registered_address():
    own, graph = PREAUTHORIZED["requiredResourceAccess"]
    assert own["resourceAppId"] == "$CLIENT_ID"
    assert own["resourceAccess"] == [{"id": PERMISSION["id"], "type": "Scope"}]
    known = FACTS["graph"]
    assert graph["resourceAppId"] == known["id"]
    asked = [{"id": known[name], "type": "Scope"} for name in ("openid", "profile")]
    assert graph["resourceAccess"] == asked
    (address,) = re.findall(r'echo "(\$LOGIN/[^"]+/v2\.0/adminconsent\?[^"]+)"', GUIDE)
    query = dict(parse_qsl(urlsplit(address).query))
    assert (query["client_id"], query["scope"]) == ("$CLIENT_ID", "$CLIENT_ID/.default")
    path = query["redirect_uri"].removeprefix("$BASE_URL")
    assert urlsplit(parameters(APP.consent)["redirect_uri"]).path == path
    assert parameters(APP.consent).keys() | {"state"} == query.keys()


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


APP = Addresses("https://login.microsoftonline.us", "https://csp.example", TENANT)


def test_every_address_that_people_come_back_to_is_registered():
    (output,) = re.findall(r"--web-redirect-uris \$\(of (\w+)\)", GUIDE)
    registered = outputs("usGovernment", publicBaseUrl=APP.public)[output].split(" ")
    assert sorted(registered) == sorted(
        [
            APP.callback,
            parameters(APP.consent)["redirect_uri"],
            parameters(APP.sign_out(None))["post_logout_redirect_uri"],
        ]
    )


def test_the_scopes_of_signing_in_are_those_that_consent_asks_for():
    attempt = new_attempt(Random(1), 0, "/", None)
    scopes = parameters(APP.authorize(attempt, None))["scope"].split(" ")
    assert scopes == ["openid", "profile", f"{TENANT}/{PERMISSION['value']}"]


def test_the_identity_is_trusted_by_the_audience_of_each_cloud():
    credential = GUIDE[GUIDE.index("cat > credential.json") : GUIDE.index("@credential.json")]
    audiences = FACTS["audiences"]["pages"]
    assert re.findall(r'"audiences": \["(.+?)"\]', credential) == ["$AUDIENCE"]
    assert '"issuer": "$LOGIN/' in credential
    assert clouds("AUDIENCE") == audiences == AUDIENCES
    (output,) = re.findall(r'"subject": "\$\(of (\w+)\)"', credential)
    grant, *_ = run("usGovernment").of("Microsoft.Authorization/roleAssignments")
    assert outputs("usGovernment")[output] == grant["properties"]["principalId"]


@pytest.mark.parametrize(
    ("variable", "fact"), [("AZ_CLOUD", "name"), ("LOGIN", "login"), ("GRAPH", "graph")]
)
def test_the_guide_calls_each_cloud_and_its_hosts_by_their_names(variable: str, fact: str):
    assert clouds(variable) == {cloud: known[fact] for cloud, known in FACTS["clouds"].items()}


def test_the_code_trusts_the_authority_of_each_cloud():
    assert {cloud: known["login"] for cloud, known in FACTS["clouds"].items()} == AUTHORITIES
    for known in FACTS["clouds"].values():
        assert f"`{{account}}.queue.{known['storage']}`" in GUIDE


def clouds(name: str) -> dict[str, str]:
    """What the guide's first block sets a variable to, for each cloud; its table says the same."""
    government, public = re.findall(rf"^(?=AZ_CLOUD=).*\b{name}=(\S+)", GUIDE, re.MULTILINE)
    assert re.search(
        rf"^\| `{name}`.* \| `{re.escape(government)}` \| `{re.escape(public)}` \|$",
        GUIDE,
        re.MULTILINE,
    )
    return {"usGovernment": government, "public": public}


def test_what_fails_is_listed_check_by_check_with_its_claim():
    causes = GUIDE[
        GUIDE.index("### Nobody can sign in") : GUIDE.index("### The app does not start")
    ]
    told = re.findall(r"^\| 401 `(\w+)`", causes, re.MULTILINE)
    assert {*told} == {*get_args(TokenCheck.__value__)}
    for event in re.findall(r"log event `(\S+)`", causes):
        assert event in EVENTS


def test_what_must_stay_unset_is_looked_at():
    query = re.search(r'az ad app show --id "\$CLIENT_ID" --query "(\{.+?\})"', SECTION, re.DOTALL)
    assert query
    for member in ("api.acceptMappedClaims", "tokenEncryptionKeyId", "groupMembershipClaims"):
        assert member in query[1]


def test_az_may_ask_for_it_without_consent():
    (client,) = PREAUTHORIZED["api"]["preAuthorizedApplications"]
    assert client["appId"] == FACTS["azure_cli"]["client"]
    assert client["delegatedPermissionIds"] == [PERMISSION["id"]]


def test_every_app_role_means_something_for_each_kind_of_caller():
    found: dict[str, set[CallerRole]] = {"User": set(), "Application": set()}
    for role in APP_ROLES:
        for kind in role["allowedMemberTypes"]:
            meant = roles_of(role, kind)
            assert meant, f"{role['value']} is nothing to a token of kind {kind}"
            found[kind] |= meant
    assert found["User"] | found["Application"] == set(CallerRole) - FROM_THE_DIRECTORY
    assert found["Application"] == {CallerRole.PIPELINE, CallerRole.OPERATOR}


def test_the_description_of_a_role_that_ends_subscriptions_says_so():
    """A partner's administrator, who gives the roles, is shown nothing else."""
    may = allowed("seed", Operation.SUBSCRIPTION_END)
    told = {
        role["value"]
        for role in APP_ROLES
        if re.search("deletes subscriptions|a sales agent may|Everything", role["description"])
    }
    assert told == {each["value"] for each in APP_ROLES if roles_of(each, "User") & may}


def test_ids_are_given_once_and_used_as_they_are():
    ids = [role["id"] for role in APP_ROLES]
    assert len({*ids, PERMISSION["id"]}) == len(ids) + 1
    operator = {role["value"]: role["id"] for role in APP_ROLES}["PlatformOperator"]
    assert ASSIGNMENT["appRoleId"] == operator


def test_tokens_get_every_claim_that_is_read_and_comes_on_request_only():
    facts = FACTS["registration"]
    read = Claims.model_fields.keys()
    claims, on_request = heredoc("claims.json"), set(facts["claims_on_request"])
    # Of an ID token it only counts that it has none of what makes it another kind.
    kinds = {
        "accessToken": Claims.model_fields,
        "idToken": IdClaims.model_fields.keys() - {"idtyp"},
    }
    for token, fields in kinds.items():
        asked = {claim["name"] for claim in claims[token]}
        assert asked == set(fields) & on_request
    for claim, membership in facts["claims_by_group_membership"].items():
        assert claim in read
        assert APPLICATION["groupMembershipClaims"] == membership


def test_tokens_are_of_the_version_that_is_verified():
    assert f"{APPLICATION['api']['requestedAccessTokenVersion']}.0" == VERSION
    assert f"--sign-in-audience {FACTS['registration']['any_organization']}" in SECTION


def test_the_guide_says_what_no_template_can():
    """Each line stands for what only a subscription could show."""
    facts = FACTS["management"]
    workflow = re.search(r"audience is `(.+?)` in every cloud", GUIDE)
    assert f"az provider register --namespace {FACTS['flex']['provider']} --wait" in GUIDE
    assert f"{facts['refresh']}?" in GUIDE
    assert f"{facts['status']}?" in GUIDE
    assert f"for {facts['deleted_vault_days']} days" in GUIDE
    assert "`RECOVER_VAULT` to `true`" in GUIDE
    assert "`DEPLOYER_ADDRESSES`" in GUIDE
    assert "not in US Gov Texas" in GUIDE
    assert FACTS["premium"]["absent_from"] == ["usgovtexas"]
    assert "without a content share" in GUIDE
    assert workflow
    assert workflow[1] == FACTS["audiences"]["workflow"]
    webhooks = (ROOT / "docs" / "webhooks.md").read_text("utf-8")
    assert "a new version of the secret `webhook-secret-key`, then the refresh" in webhooks


def test_the_worker_is_the_one_that_is_tested_and_takes_the_setting():
    facts = FACTS["worker"]
    pins = dict(re.findall(r"^([\w-]+)==(\S+)", _read("requirements.txt"), re.MULTILINE))
    tested = dict(re.findall(r"^([\w-]+)==(\S+)", _read("requirements-dev.txt"), re.MULTILINE))
    assert pins[facts["package"]] == tested[facts["package"]]
    assert _version(pins[facts["package"]]) >= _version(facts["minimum"])


def _read(name: str) -> str:
    return Path(ROOT / name).read_text("utf-8")


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@pytest.mark.parametrize(("key", "value"), FACTS["azd"]["no_build"].items())
def test_azd_deploys_the_package_as_it_is(key: str, value: bool):
    service = re.search(r"^  api:\n((?:    .+\n)+)", _read("azure.yaml"), re.MULTILINE)
    assert service
    assert f"    {key}: {str(value).lower()}\n" in service[1]
    assert "`azd up`" in _read("azure.yaml")
