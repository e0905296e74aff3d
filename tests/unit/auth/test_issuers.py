from copy import replace

import pytest

from shared.auth.issuers import identity_provider_tenant, trusted_issuer
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


@pytest.mark.parametrize("tenant_id", ["9188040d-6c67-4c5b-b112-36a304b66dad"])
@pytest.mark.parametrize("cloud", ["usGovernment", "public"])
def test_personal_accounts_are_no_organization(settings, cloud, tenant_id):
    issuer = trusted_issuer(replace(settings, cloud=cloud))

    with pytest.raises(Unauthenticated, match="personal Microsoft account"):
        issuer.check(issuer.name(tenant_id), tenant_id)


@pytest.mark.parametrize(
    ("cloud", "name", "own"),
    [
        ("usGovernment", "microsoftonline.us", True),
        ("usGovernment", "login.microsoftonline.us", True),
        ("usGovernment", "microsoftonline.com", False),
        ("public", "microsoftonline.com", True),
        ("public", "microsoftonline.us", False),
        ("public", "partner.microsoftonline.cn", False),
        ("usGovernment", "", False),
        ("usGovernment", "us", False),
        ("usGovernment", "evilmicrosoftonline.us", False),
        ("usGovernment", "microsoftonline.us.example.org", False),
        ("usGovernment", "microsoftonline.us.", False),
    ],
)
def test_a_cloud_is_known_by_its_name_and_what_is_below_it(settings, cloud, name, own):
    assert trusted_issuer(replace(settings, cloud=cloud)).is_instance(name) is own


@pytest.mark.parametrize("end", ["", "/", "/v2.0", "/v2.0/"])
@pytest.mark.parametrize(
    ("cloud", "host"),
    [
        ("usGovernment", "sts.windows.net"),
        ("usGovernment", "sts.microsoftonline.us"),
        ("usGovernment", "login.microsoftonline.us"),
        ("public", "sts.windows.net"),
        ("public", "login.microsoftonline.com"),
    ],
)
def test_an_identity_provider_is_the_tenant_in_it(settings, cloud, host, end):
    settings = replace(settings, cloud=cloud)

    for spelled in (TENANT, TENANT.upper()):
        assert identity_provider_tenant(settings, f"https://{host}/{spelled}{end}") == TENANT
    assert identity_provider_tenant(settings, f"HTTPS://{host.upper()}/{TENANT}{end}") == TENANT


@pytest.mark.parametrize(
    "idp",
    [
        "",
        TENANT,
        "live.com",
        "mail",
        f"http://sts.windows.net/{TENANT}/",
        f"https://sts.windows.net/common/{TENANT}/",
        f"https://sts.windows.net/{TENANT}/v1.0",
        f"https://sts.windows.net/{TENANT}/v2.0/x",
        f"https://sts.windows.net/{TENANT}/?x",
        f"https://sts.windows.net/{TENANT}/\n",
        f"https://sts.windows.net//{TENANT}/",
        f"https://sts.windows.net:443/{TENANT}/",
        f"https://sts.windows.net@example.org/{TENANT}/",
        f"https://example.org/{TENANT}/",
        f"https://login.microsoftonline.us.example.org/{TENANT}/",
        f"https://login.microsoftonline.com/{TENANT}/v2.0",
        f"https://sts.windows.net/{TENANT[:-1]}\u0661/",
        f"http://127.0.0.1:7072/{TENANT}/v2.0",
    ],
)
def test_anything_else_names_no_tenant_of_this_cloud(settings, development, idp):
    assert identity_provider_tenant(settings, idp) is None
    assert identity_provider_tenant(development, idp) is None
