"""Who sees what, with real tokens and tables; the whole matrix is in `tests/unit/http`."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.running.client import Caller, World, code, ok

MISSING = (404, "ResourceNotFound")


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


def test_a_partner_is_no_customer(world: World):
    partner = world.partner()
    admin = world.caller(partner.tenant, wids=["62e90394-69f5-4237-9190-012177145e10"])
    assert code(admin.get(f"/customers/{partner.tenant}")) == MISSING
    profile = {"name": "Contoso", "domain": "contoso.example", "country": "US"}
    answer = admin.put(f"/customers/{partner.tenant}", profile)
    assert answer.json()["error"]["innererror"]["rules"] == ["ELG-3"]
