import re
from copy import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from shared.auth.claims import DELEGATED_PARTNER, Claims, VerifiedClaims
from shared.auth.principal import (
    DIRECT_CONNECT,
    GLOBAL_ADMINISTRATOR,
    GLOBAL_READER,
    GUEST,
    Kind,
    principal,
    require_directory_roles,
)
from shared.errors import Forbidden
from shared.policy.callers import CallerRole
from tests.unit.auth.minting import OPERATOR_TENANT, STRANGER, TENANT, USER

ORDINARY = "b79fbf4d-3ef9-4689-8143-76b194e85509"
CG = CallerRole.CUSTOMER_GLOBAL_ADMIN
CR = CallerRole.CUSTOMER_READER
APP_ROLES = [
    "GlobalAdmin",
    "UserManagementAdmin",
    "SalesAgent",
    "AdminAgent",
    "HelpdeskAgent",
    "OnboardingPipeline",
    "PlatformOperator",
]


@pytest.fixture
def caller(verifier, mint, settings):
    """The principal of a user token with these claims, made the only way there is."""

    async def make(*, application=False, with_settings=settings, **claims):
        token = mint.application(**claims) if application else mint.bearer(**claims)
        return principal(await verifier.verify(token), with_settings)

    return make


async def test_who_is_calling(caller):
    user = await caller()
    application = await caller(application=True)

    assert (user.tenant_id, user.object_id, user.kind) == (TENANT, USER, Kind.USER)
    assert application.kind is Kind.APPLICATION


async def test_the_ledgers_actor(caller):
    actor = (await caller(roles=["SalesAgent"])).actor(CallerRole.SALES_AGENT)

    assert (actor.tenant_id, actor.object_id, actor.role) == (TENANT, USER, "S")
    assert type(actor.role) is str


@pytest.mark.parametrize(
    ("role", "letter"),
    [
        ("GlobalAdmin", "G"),
        ("UserManagementAdmin", "U"),
        ("SalesAgent", "S"),
        ("AdminAgent", "A"),
        ("HelpdeskAgent", "H"),
    ],
)
async def test_app_roles_of_partners_people(caller, role, letter):
    assert (await caller(roles=[role, "SomethingElse"])).partner_roles == {letter}
    assert (await caller(roles=[role], application=True)).partner_roles == frozenset()


async def test_the_pipeline_role_is_for_applications(caller):
    assert (await caller(roles=APP_ROLES, application=True)).partner_roles == {"PL"}
    assert "PL" not in (await caller(roles=APP_ROLES)).partner_roles


@pytest.mark.parametrize("roles", [..., [], ["globaladmin"], ["G"], ["Global Admin"]])
async def test_no_or_other_app_roles(caller, roles):
    assert (await caller(roles=roles)).partner_roles == frozenset()


async def test_app_roles_never_make_a_customers_admin(caller):
    assert (await caller(roles=APP_ROLES, wids=[ORDINARY])).customer_roles == frozenset()


@pytest.mark.parametrize("application", [False, True])
async def test_the_operator_counts_only_at_home(caller, application):
    role = {"roles": ["PlatformOperator"], "application": application}

    assert (await caller(**role, tid=OPERATOR_TENANT)).operator
    assert (await caller(**role, tid=OPERATOR_TENANT.upper())).operator
    assert not (await caller(**role)).operator
    assert not (await caller(tid=OPERATOR_TENANT, application=application)).operator


async def test_a_customers_global_admin_reads_too(caller):
    assert (await caller(wids=[ORDINARY, GLOBAL_ADMINISTRATOR])).customer_roles == {CG, CR}


async def test_a_global_reader_only_reads(caller):
    assert (await caller(wids=[GLOBAL_READER])).customer_roles == {CR}
    assert (await caller(wids=[GLOBAL_READER.upper()])).customer_roles == {CR}


OUTSIDERS = [
    {"wids": [GLOBAL_ADMINISTRATOR, GLOBAL_READER, DELEGATED_PARTNER]},
    {"wids": [GLOBAL_ADMINISTRATOR, GLOBAL_READER, GUEST]},
    {"wids": [GLOBAL_ADMINISTRATOR, GLOBAL_READER, DIRECT_CONNECT]},
    {"acct": ...},
    {"acct": 1},
    {"acct": 2},
    {"acct": -1},
    {"idp": f"https://sts.windows.net/{STRANGER}/"},
    {"idp": f"https://login.microsoftonline.us/{STRANGER}/v2.0"},
    {"idp": f"https://login.microsoftonline.com/{TENANT}/v2.0"},
    {"idp": f"https://example.org/{TENANT}/"},
    {"idp": f"http://sts.windows.net/{TENANT}/"},
    {"idp": f"https://sts.windows.net/{TENANT}/v1.0"},
    {"idp": "live.com"},
    {"idp": TENANT},
    {"idp": ""},
    {"application": True},
    {"application": True, "roles": APP_ROLES},
]


@pytest.mark.parametrize("member_access", [False, True])
@pytest.mark.parametrize("outsider", OUTSIDERS)
async def test_guests_delegates_and_applications_are_never_the_customer(
    caller, settings, outsider, member_access
):
    claims = {"wids": [GLOBAL_ADMINISTRATOR, GLOBAL_READER]} | outsider
    with_settings = replace(settings, member_access=member_access)

    assert (await caller(**claims, with_settings=with_settings)).customer_roles == frozenset()


@pytest.mark.parametrize(
    "member",
    [
        {"acct": 0},
        {"idp": f"https://sts.windows.net/{TENANT}/"},
        {"idp": f"https://sts.windows.net/{TENANT.upper()}/"},
        {"idp": f"https://sts.windows.net/{TENANT}"},
        {"idp": f"https://sts.microsoftonline.us/{TENANT}/"},
        {"idp": f"https://login.microsoftonline.us/{TENANT}/"},
        {"idp": f"https://login.microsoftonline.us/{TENANT}/v2.0"},
    ],
)
async def test_members_by_any_sign(caller, member):
    assert CG in (await caller(wids=[GLOBAL_ADMINISTRATOR], **member)).customer_roles


async def test_other_members_read_only_by_setting(caller, settings):
    member_access = replace(settings, member_access=True)

    assert (await caller(wids=[ORDINARY])).customer_roles == frozenset()
    assert (await caller(wids=[ORDINARY], with_settings=member_access)).customer_roles == {CR}
    assert (await caller(wids=[], with_settings=member_access)).customer_roles == {CR}
    assert (await caller(with_settings=member_access)).customer_roles == frozenset()


@pytest.mark.parametrize(
    ("claims", "named"),
    [
        ({"acct": 0}, {"wids", "haswids", "groupMembershipClaims: DirectoryRole"}),
        ({"acct": 0, "haswids": True}, {"wids", "haswids", "groupMembershipClaims: DirectoryRole"}),
        ({"acct": ..., "wids": []}, {"acct"}),
        ({"acct": ..., "wids": [GLOBAL_ADMINISTRATOR]}, {"acct"}),
        ({"acct": ...}, {"wids", "haswids", "groupMembershipClaims: DirectoryRole", "acct"}),
    ],
)
async def test_a_token_that_leaves_out_who_is_a_member(caller, claims, named):
    user = await caller(**claims)

    assert user.customer_roles == frozenset()
    with pytest.raises(Forbidden) as caught:
        require_directory_roles(user)
    assert (caught.value.status, caught.value.code) == (403, "DirectoryRolesNotInToken")
    told = caught.value.words
    for name in ("wids", "haswids", "groupMembershipClaims: DirectoryRole", "acct"):
        pattern = rf"(?<![a-z]){name}(?![a-z])"
        assert [bool(re.search(pattern, text)) for text in (told.en, told.ko)] == [
            name in named
        ] * 2


@pytest.mark.parametrize(
    "claims",
    [
        {"wids": []},
        {"wids": [GUEST]},
        {"application": True},
        {"wids": [DELEGATED_PARTNER], "acct": ...},
        {"idp": "live.com", "acct": ...},
        {"acct": 1},
    ],
)
async def test_of_strangers_and_applications_nothing_is_missing(caller, claims):
    known = await caller(**claims)

    assert known.untold is None
    require_directory_roles(known)


async def test_the_principal_keeps_no_claims(caller):
    shown = repr(await caller(wids=[ORDINARY], idp="live.com", roles=["Unknown"]))
    assert not [text for text in (ORDINARY, "live.com", "Unknown") if text in shown]


CLAIMS = st.fixed_dictionaries(
    {
        "scp": st.sampled_from(["access_as_user", None]),
        "roles": st.frozensets(st.sampled_from(APP_ROLES)),
    },
    optional={
        "wids": st.frozensets(
            st.sampled_from(
                [
                    ORDINARY,
                    GLOBAL_ADMINISTRATOR,
                    GLOBAL_READER,
                    DELEGATED_PARTNER,
                    GUEST,
                    DIRECT_CONNECT,
                ]
            )
        ),
        "acct": st.integers(0, 1),
        "idp": st.sampled_from([f"https://sts.windows.net/{TENANT}/", "live.com"]),
    },
)


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CLAIMS, st.booleans())
def test_whatever_the_claims_hold(settings, given_claims, member_access):
    required = {"ver": "2.0", "iss": "", "aud": "", "tid": TENANT, "oid": USER, "exp": 0, "nbf": 0}
    present = {name: value for name, value in given_claims.items() if value is not None}
    claims = VerifiedClaims(Claims.model_validate(required | present))
    known = principal(claims, replace(settings, member_access=member_access))
    wids = present.get("wids", frozenset())
    outsider = (
        known.kind is Kind.APPLICATION
        or wids & {DELEGATED_PARTNER, GUEST, DIRECT_CONNECT}
        or present.get("acct") != 0
        or present.get("idp") == "live.com"
    )

    assert known.customer_roles <= {CG, CR}
    assert not (outsider and known.customer_roles)
    assert CG not in known.customer_roles or CR in known.customer_roles
    assert (CG in known.customer_roles) == (GLOBAL_ADMINISTRATOR in wids and not outsider)
    assert known.partner_roles <= ({"PL"} if known.kind is Kind.APPLICATION else set("GUSAH"))
    assert not known.operator
