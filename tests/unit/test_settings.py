"""Settings: read once, and one clear line about what is wrong."""

import pytest

from shared.settings import LOCAL_OPERATOR_TENANT, Settings, SettingsError, read

CLIENT = "11111111-1111-4111-8111-111111111111"
OPERATOR = "22222222-2222-4222-8222-222222222222"
LEAST = {
    "CLIENT_ID": CLIENT,
    "OPERATOR_TENANT_ID": OPERATOR,
    "PUBLIC_BASE_URL": "https://partners.example.gov",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
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
        cloud="usGovernment",
        role_preset="seed",
        development_issuer=None,
        azure_functions_environment="Production",
        member_access=False,
        feed_hold_seconds=15,
        profile_cache_seconds=60,
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
        ("CLOUD", "china"),
        ("ROLE_PRESET", "none"),
        ("MEMBER_ACCESS", "yes"),
        ("FEED_HOLD_SECONDS", "-1"),
        ("FEED_HOLD_SECONDS", "1.5"),
        ("PROFILE_CACHE_SECONDS", "soon"),
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
    ],
)
@pytest.mark.parametrize("environment", [{}, {"AZURE_FUNCTIONS_ENVIRONMENT": "Staging"}])
def test_what_is_for_a_developers_machine_alone(name: str, value: str, environment):
    with pytest.raises(SettingsError, match=name):
        read(LEAST | environment | {name: value})
    assert read(LOCAL | {name: value}).development
