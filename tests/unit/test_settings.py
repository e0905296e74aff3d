"""Settings: read once, and one clear line about what is wrong."""

import base64
import json

import pytest

from shared.settings import LOCAL_OPERATOR_TENANT, Endpoints, Settings, SettingsError, read
from tools.settings_document import PATH, document

CLIENT = "11111111-1111-4111-8111-111111111111"
OPERATOR = "22222222-2222-4222-8222-222222222222"
KEY = base64.b64encode(bytes(range(32))).decode()
LEAST = {
    "CLIENT_ID": CLIENT,
    "OPERATOR_TENANT_ID": OPERATOR,
    "PUBLIC_BASE_URL": "https://partners.example.gov",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "SWEEP_SCHEDULE": "0 7 3 * * *",
    "WEBHOOK_SECRET_KEY": KEY,
}
LOCAL = LEAST | {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "OPERATOR_TENANT_ID": LOCAL_OPERATOR_TENANT,
    "PUBLIC_BASE_URL": "http://127.0.0.1:7071",
    "DEVELOPMENT_ISSUER": "http://127.0.0.1:7072",
}


def test_the_least_with_its_defaults():
    assert read(LEAST) == Settings(
        client_id=CLIENT,
        operator_tenant_id=OPERATOR,
        public_base_url="https://partners.example.gov",
        storage_connection="UseDevelopmentStorage=true",
        sweep_schedule="0 7 3 * * *",
        cloud="usGovernment",
        role_preset="seed",
        development_issuer=None,
        azure_functions_environment="Production",
        member_access=False,
        feed_hold_seconds=15,
        profile_cache_seconds=60,
        webhook_secret_key=KEY,
        webhook_loopback=False,
    )


def test_all_of_them():
    settings = read(
        LOCAL
        | {
            "CLOUD": "public",
            "ROLE_PRESET": "permissions-overview",
            "MEMBER_ACCESS": "true",
            "FEED_HOLD_SECONDS": "0",
            "PROFILE_CACHE_SECONDS": "5",
            "UNRELATED": "ignored",
        }
    )
    assert settings.development
    assert settings.member_access
    assert (settings.cloud, settings.role_preset) == ("public", "permissions-overview")
    assert (settings.feed_hold_seconds, settings.profile_cache_seconds) == (0, 5)
    assert settings.development_issuer == "http://127.0.0.1:7072"
    assert settings.operator_tenant_id == LOCAL_OPERATOR_TENANT


def test_guids_and_addresses_are_kept_in_one_form():
    settings = read(
        LEAST
        | {"CLIENT_ID": CLIENT.upper(), "PUBLIC_BASE_URL": "https://partners.example.gov/base/"}
    )
    assert settings.client_id == CLIENT
    assert settings.public_base_url == "https://partners.example.gov/base"


@pytest.mark.parametrize("name", LEAST)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_one_is_named(name: str, value: str | None):
    environ = {key: text for key, text in LEAST.items() if key != name}
    with pytest.raises(SettingsError, match=rf"^The setting {name} is missing\.$"):
        read(environ if value is None else environ | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLIENT_ID", "nonsense"),
        ("OPERATOR_TENANT_ID", "1"),
        ("PUBLIC_BASE_URL", "partners.example.gov"),
        ("PUBLIC_BASE_URL", "ftp://partners.example.gov"),
        ("PUBLIC_BASE_URL", "https://"),
        ("PUBLIC_BASE_URL", "https://partners.example.gov?x=1"),
        ("PUBLIC_BASE_URL", "https://partners.example.gov#x"),
        ("AzureWebJobsStorage__tableServiceUri", "http://account.table.core.usgovcloudapi.net"),
        ("AzureWebJobsStorage__clientId", "me"),
        ("DEVELOPMENT_ISSUER", "issuer"),
        ("CLOUD", "china"),
        ("ROLE_PRESET", "none"),
        ("MEMBER_ACCESS", "yes"),
        ("FEED_HOLD_SECONDS", "-1"),
        ("FEED_HOLD_SECONDS", "1.5"),
        ("PROFILE_CACHE_SECONDS", "soon"),
        ("WEBHOOK_SECRET_KEY", "secret"),
        ("WEBHOOK_SECRET_KEY", "c2hvcnQ="),
        ("WEBHOOK_SECRET_KEY", f"{KEY},"),
        ("WEBHOOK_SECRET_KEY", f"{KEY},{KEY},{KEY}"),
        ("WEBHOOK_LOOPBACK", "1"),
        ("SESSION_KEYS", "c2hvcnQ="),
        ("SESSION_SECONDS", "-1"),
        ("FORM_SECONDS", "soon"),
        ("SUPPORT_CONTACT", "a\nb"),
        ("SUPPORT_CONTACT", "x" * 201),
        ("CUSTOMER_AGREEMENT_URL", "http://agreement.example"),
    ],
)
def test_an_unusable_one_is_named(name: str, value: str):
    with pytest.raises(SettingsError, match=rf"^The setting {name} .+\.$"):
        read(LEAST | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPERATOR_TENANT_ID", LOCAL_OPERATOR_TENANT),
        ("OPERATOR_TENANT_ID", LOCAL_OPERATOR_TENANT.replace("-", "")),
        ("DEVELOPMENT_ISSUER", "http://127.0.0.1:7072"),
        ("PUBLIC_BASE_URL", "http://127.0.0.1:7071"),
        ("WEBHOOK_LOOPBACK", "true"),
    ],
)
@pytest.mark.parametrize("environment", [{}, {"AZURE_FUNCTIONS_ENVIRONMENT": "Staging"}])
def test_what_is_for_a_developers_machine_alone(name: str, value: str, environment):
    with pytest.raises(SettingsError, match=name):
        read(LEAST | environment | {name: value})
    assert read(LOCAL | {name: value}).development


@pytest.mark.parametrize("seconds", ["0", "9"])
def test_a_hold_that_writes_cannot_keep_is_for_the_development_issuer_alone(seconds: str):
    with pytest.raises(SettingsError, match=r"FEED_HOLD_SECONDS must be 10 or more"):
        read(LEAST | {"FEED_HOLD_SECONDS": seconds})
    bare = {name: text for name, text in LOCAL.items() if name != "DEVELOPMENT_ISSUER"}
    with pytest.raises(SettingsError, match="FEED_HOLD_SECONDS"):
        read(bare | {"FEED_HOLD_SECONDS": seconds})
    assert read(LOCAL | {"FEED_HOLD_SECONDS": seconds}).feed_hold_seconds == int(seconds)
    assert read(LEAST | {"FEED_HOLD_SECONDS": "10"}).feed_hold_seconds == 10


IDENTITY = {
    "AzureWebJobsStorage__tableServiceUri": "https://account.table.core.usgovcloudapi.net",
    "AzureWebJobsStorage__queueServiceUri": "https://account.queue.core.usgovcloudapi.net/",
}


def test_an_account_reached_without_a_key():
    least = {name: text for name, text in LEAST.items() if name != "AzureWebJobsStorage"}
    expected = Endpoints(
        tables="https://account.table.core.usgovcloudapi.net",
        queues="https://account.queue.core.usgovcloudapi.net",
    )
    assert read(least | IDENTITY).storage == expected
    own = read(least | IDENTITY | {"AzureWebJobsStorage__clientId": CLIENT}).storage
    assert own == Endpoints(expected.tables, expected.queues, CLIENT)
    assert read(LEAST | IDENTITY).storage == LEAST["AzureWebJobsStorage"]


@pytest.mark.parametrize("name", IDENTITY)
def test_half_an_account_is_named(name: str):
    least = {name: text for name, text in LEAST.items() if name != "AzureWebJobsStorage"}
    other = {key: text for key, text in IDENTITY.items() if key != name}
    with pytest.raises(SettingsError, match=rf"^The setting {name} is missing\.$"):
        read(least | other)


def test_keys_of_webhooks_secrets():
    other = base64.b64encode(b"x" * 32).decode()
    assert read(LEAST | {"WEBHOOK_SECRET_KEY": f"{other},{KEY}"}).webhook_keys == (
        b"x" * 32,
        bytes(range(32)),
    )
    (local,) = read(LOCAL | {"WEBHOOK_SECRET_KEY": ""}).webhook_keys
    assert len(local) == 32


@pytest.mark.parametrize("name", ["SESSION_KEYS", "SIGN_IN_SECRET"])
def test_what_pages_alone_need_stops_nothing_while_the_vault_has_it_not(name: str):
    reference = "@Microsoft.KeyVault(SecretUri=https://v.vault.usgovcloudapi.net/secrets/s)"
    found = read(LEAST | {name: reference})
    assert found.session_keys(development=False) == ()
    assert found.sign_in_secret is None
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET_KEY"):
        read(LEAST | {"WEBHOOK_SECRET_KEY": reference})


def test_keys_of_sessions():
    other = base64.b64encode(b"x" * 32).decode()
    both = read(LEAST | {"SESSION_KEYS": f"{other},{KEY}"})
    assert both.session_keys(development=False) == (b"x" * 32, bytes(range(32)))
    assert both.session_keys(development=True) == both.session_keys(development=False)
    assert read(LEAST).session_keys(development=False) == ()
    (local,) = read(LOCAL).session_keys(development=True)
    assert len(local) == 32


def test_no_setting_is_shown_by_accident():
    secret = "AccountKey=c2VjcmV0"
    shown = read(LEAST | {"AzureWebJobsStorage": secret, "SIGN_IN_SECRET": secret})
    assert secret not in repr(shown)
    assert KEY not in repr(read(LEAST | {"SESSION_KEYS": KEY}))
    with pytest.raises(SettingsError) as caught:
        read(LEAST | {"CLIENT_ID": secret})
    assert secret not in str(caught.value)


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document()


def test_the_sample_has_what_is_required_and_nothing_unknown():
    sample = json.loads((PATH.parents[1] / "local.settings.json.sample").read_text("utf-8"))
    names = set(sample["Values"])
    assert read(sample["Values"]).development
    assert names - {field.alias for field in Settings.model_fields.values()} == {
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",  # as in infra/: the host's own is 100 MB
        "AzureWebJobsDisableHomepage",  # else `/` is the host's page for whoever set it up
    }


SIGNED = (
    "TableEndpoint=https://a.table.core.windows.net;QueueEndpoint=https://a.queue.core.windows.net"
    ";SharedAccessSignature=sv=2019-02-02&sig=secret"
)


def test_a_shared_access_signature_needs_the_sdk():
    signed = LEAST | {"AzureWebJobsStorage": SIGNED}
    with pytest.raises(
        SettingsError, match=r"^The setting AzureWebJobsStorage .+ STORAGE_CLIENT"
    ) as no:
        read(signed)
    assert "secret" not in str(no.value)
    assert read(signed | {"STORAGE_CLIENT": "sdk"}).storage == SIGNED
