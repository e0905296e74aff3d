from copy import replace

import pytest

from shared.auth.issuers import home_identity_providers, trusted_issuer
from shared.errors import Unauthenticated
from tests.unit.auth.minting import STRANGER, TENANT

US = "https://login.microsoftonline.us"
PUBLIC = "https://login.microsoftonline.com"


@pytest.mark.parametrize(("cloud", "authority"), [("usGovernment", US), ("public", PUBLIC)])
def test_each_cloud_has_its_own_authority(settings, cloud, authority):
    issuer = trusted_issuer(replace(settings, cloud=cloud))

    assert issuer.keys_url == f"{authority}/common/discovery/v2.0/keys"
    assert issuer.name(TENANT) == f"{authority}/{TENANT}/v2.0"
    issuer.check(f"{authority}/{TENANT}/v2.0", TENANT)


def test_a_development_issuer_is_trusted_alone(development):
    issuer = trusted_issuer(development)

    assert issuer.keys_url == "http://127.0.0.1:7072/discovery/v2.0/keys"
    issuer.check(f"http://127.0.0.1:7072/{TENANT}/v2.0", TENANT)
    with pytest.raises(Unauthenticated):
        issuer.check(f"{US}/{TENANT}/v2.0", TENANT)


def test_the_tenant_in_the_issuer_may_be_in_upper_case(settings):
    trusted_issuer(settings).check(f"{US}/{TENANT.upper()}/v2.0", TENANT)


@pytest.mark.parametrize(("cloud", "foreign"), [("usGovernment", PUBLIC), ("public", US)])
def test_the_other_cloud_is_told_that_clouds_never_mix(settings, cloud, foreign):
    issuer = trusted_issuer(replace(settings, cloud=cloud))

    with pytest.raises(Unauthenticated, match="Clouds never mix"):
        issuer.check(f"{foreign}/{TENANT}/v2.0", TENANT)


def test_the_other_cloud_is_recognised_in_development_too(development):
    with pytest.raises(Unauthenticated, match="Clouds never mix"):
        trusted_issuer(development).check(f"{PUBLIC}/{TENANT}/v2.0", TENANT)


@pytest.mark.parametrize(
    "iss",
    [
        "",
        TENANT,
        f"{US}/{STRANGER}/v2.0",
        f"{US}/{TENANT}",
        f"{US}/{TENANT}/v2.0/",
        f"{US}/{TENANT}/v1.0",
        f"{US}/common/v2.0",
        f"{US}//{TENANT}/v2.0",
        f"{US.upper()}/{TENANT}/v2.0",
        f"https://login.microsoftonline.us.example.org/{TENANT}/v2.0",
        f"http://login.microsoftonline.us/{TENANT}/v2.0",
        f"https://sts.windows.net/{TENANT}/",
    ],
)
def test_any_other_issuer_is_refused(settings, iss):
    with pytest.raises(Unauthenticated, match="not the trusted one"):
        trusted_issuer(settings).check(iss, TENANT)


def test_home_is_named_in_either_form(settings, development):
    assert home_identity_providers(settings, TENANT) == {
        f"https://sts.windows.net/{TENANT}/",
        f"{US}/{TENANT}/v2.0",
    }
    assert f"http://127.0.0.1:7072/{TENANT}/v2.0" in home_identity_providers(development, TENANT)
