"""Who sees what: everybody else's is 404, as if it were not there."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.http.client import Caller, World, code, ok

MISSING = (404, "ResourceNotFound")
FORBIDDEN = (403, "AuthorizationFailed")


@dataclass(frozen=True)
class Scene:
    """A customer with a direct partner, and a provider with its reseller."""

    customer: Caller
    direct: Caller
    provider: Caller
    reseller: Caller
    invitations: dict[str, str]
    subscriptions: dict[str, str]

    @property
    def path(self) -> str:
        return f"/customers/{self.customer.tenant}"


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    customer, direct = world.customer(), world.partner()
    provider, reseller = world.linked()
    invitations = {
        "direct": world.hired(direct, customer),
        "two-tier": world.hired(provider, customer, indirectResellerId=reseller.tenant),
    }
    subscriptions = {
        "direct": world.sold(direct, customer),
        "provider": world.sold(provider, customer),
        "two-tier": world.sold(provider, customer, partnerOfRecord=reseller.mpn_id),
    }
    return Scene(customer, direct, provider, reseller, invitations, subscriptions)


def ids(answer: Any, name: str = "id") -> set[str]:
    return {item[name] for item in ok(answer)["value"]}


def named(paths: dict[str, str], *names: str) -> set[str]:
    return {paths[name][-36:] for name in names}


def test_the_customer_sees_all(scene: Scene):
    customer = scene.customer
    assert ids(customer.get(f"{scene.path}/invitations")) == named(
        scene.invitations, "direct", "two-tier"
    )
    assert ids(customer.get(f"{scene.path}/subscriptions")) == named(
        scene.subscriptions, "direct", "provider", "two-tier"
    )
    assert ids(customer.get(f"{scene.path}/relationships"), "partnerId") == {
        scene.direct.tenant,
        scene.provider.tenant,
        scene.reseller.tenant,
    }


@pytest.mark.parametrize(
    ("who", "invitations", "subscriptions", "partners"),
    [
        ("direct", ["direct"], ["direct"], ["direct"]),
        ("provider", ["two-tier"], ["provider", "two-tier"], ["provider", "reseller"]),
        ("reseller", ["two-tier"], ["two-tier"], ["provider", "reseller"]),
    ],
)
def test_a_partner_sees_what_names_it(
    scene: Scene, who: str, invitations: list[str], subscriptions: list[str], partners: list[str]
):
    caller: Caller = getattr(scene, who)
    assert ids(caller.get(f"{scene.path}/invitations")) == named(scene.invitations, *invitations)
    assert ids(caller.get(f"{scene.path}/subscriptions")) == named(
        scene.subscriptions, *subscriptions
    )
    assert ids(caller.get(f"{scene.path}/relationships"), "partnerId") == {
        getattr(scene, name).tenant for name in partners
    }
    for name, path in scene.invitations.items():
        answer = caller.get(path)
        assert ok(answer) if name in invitations else code(answer) == MISSING
    for name, path in scene.subscriptions.items():
        answer = caller.get(path)
        assert ok(answer) if name in subscriptions else code(answer) == MISSING
    for name in ("direct", "provider", "reseller"):
        answer = caller.get(f"{scene.path}/relationships/{getattr(scene, name).tenant}")
        assert ok(answer) if name in partners else code(answer) == MISSING
    assert ok(caller.get(scene.path))["id"] == scene.customer.tenant
    assert code(caller.get(f"{scene.path}/ledger")) == FORBIDDEN
    assert code(caller.get(f"{scene.path}/ledger/verification")) == FORBIDDEN


def test_before_there_is_a_relationship_a_partner_sees_its_invitation_only(
    world: World, scene: Scene
):
    newcomer = world.partner()
    path = world.invited(newcomer, scene.customer)
    assert ids(newcomer.get(f"{scene.path}/invitations")) == {path[-36:]}
    assert code(newcomer.get(scene.path)) == MISSING
    assert ids(newcomer.get(f"{scene.path}/subscriptions")) == set()
    assert ids(newcomer.get(f"{scene.path}/relationships")) == set()


@pytest.mark.parametrize("kind", ["partner", "customer"])
def test_a_stranger_cannot_tell_it_from_nothing(world: World, scene: Scene, kind: str):
    stranger = world.partner() if kind == "partner" else world.customer()
    nothing = f"/customers/{uuid4()}"
    items = [*scene.invitations.values(), *scene.subscriptions.values()]
    for path in [
        "",
        "/invitations",
        "/subscriptions",
        "/relationships",
        f"/relationships/{scene.direct.tenant}",
        *(item.removeprefix(scene.path) for item in items),
    ]:
        there, absent = stranger.get(f"{scene.path}{path}"), stranger.get(f"{nothing}{path}")
        assert code(there) == code(absent) == MISSING
        assert there.json() == absent.json()


def test_actions_on_what_is_not_ones_own(world: World, scene: Scene):
    stranger = world.partner()
    for path in scene.invitations.values():
        assert code(stranger.post(f"{path}/cancel")) == MISSING
        assert code(world.customer().post(f"{path}/decline")) == MISSING


def test_the_operator_sees_ledgers_and_partners_and_no_business(world: World, scene: Scene):
    operator = world.operator
    assert ok(operator.get(f"{scene.path}/ledger/verification"))["valid"]
    assert ok(operator.get(f"/partners/{scene.direct.tenant}"))
    for path in ("", "/invitations", "/subscriptions", "/relationships"):
        assert code(operator.get(f"{scene.path}{path}")) == FORBIDDEN
    for path in ("/customers", "/invitations"):
        assert code(operator.get(f"/partners/{scene.direct.tenant}{path}")) == FORBIDDEN


def test_a_partners_own_lists_are_its_own(scene: Scene):
    for path in ("", "/customers", "/invitations", "/resellers"):
        foreign = f"/partners/{scene.provider.tenant}{path}"
        assert code(scene.direct.get(foreign)) == MISSING
        assert code(scene.customer.get(foreign)) == FORBIDDEN


def test_pipelines_are_the_operators(scene: Scene):
    for path in ("/pipelines", "/pipelines/erp", "/pipelines/erp/results"):
        assert code(scene.direct.get(path)) == FORBIDDEN


def test_a_partner_is_no_customer(world: World):
    partner = world.partner()
    admin = world.caller(partner.tenant, wids=["62e90394-69f5-4237-9190-012177145e10"])
    assert code(admin.get(f"/customers/{partner.tenant}")) == MISSING
    profile = {"name": "Contoso", "domain": "contoso.example", "country": "US"}
    answer = admin.put(f"/customers/{partner.tenant}", profile)
    assert answer.json()["error"]["innererror"]["rules"] == ["ELG-3"]
