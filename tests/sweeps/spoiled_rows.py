"""Ways to spoil a tenant's rows and head behind the app's back."""

import json
from collections.abc import Callable

from shared.canonical import JsonObject
from shared.storage.encoding.keys import tenants as keys
from tests.cast.ids import BUREAU, OTHER_DIRECT
from tests.sweeps.scene import Found, Key, Scene, body, edited

# --- rows ------------------------------------------------------------------------------------


def _a_field(scene: Scene, **changes: object) -> set[Found]:
    key = scene.row(
        "subscription|", lambda was: any(was[name] != new for name, new in changes.items())
    )
    scene.tables.tenants[key] = edited(scene.tables.tenants[key], **changes)
    return {("state-diverged", *key)}


def partner_of_record(scene: Scene) -> set[Found]:
    """NIF-4."""
    return _a_field(scene, partnerOfRecord="424242")


def quantity(scene: Scene) -> set[Found]:
    """NIF-3."""
    return _a_field(scene, quantity=9_999_999)


def status(scene: Scene) -> set[Found]:
    """NIF-1."""
    return _a_field(scene, status="suspended")


def term(scene: Scene) -> set[Found]:
    """NIF-3: the customer owes until much later."""
    key = scene.row("subscription|")
    was = scene.tables.tenants[key]
    longer = {**body(was)["term"], "endsAt": "2099-01-01T00:00:00.000000Z"}
    scene.tables.tenants[key] = edited(was, term=longer)
    return {("state-diverged", *key)}


def owner(scene: Scene) -> set[Found]:
    """NIF-2: another partner transacts it from now on."""
    return _a_field(scene, partnerId=OTHER_DIRECT)


def moved(scene: Scene) -> set[Found]:
    """NIF-2: a subscription lies with another customer."""
    key = scene.row("subscription|")
    there, _ = scene.pick(scene.tables.tenants, "head")
    was = scene.tables.tenants.pop(key)
    scene.tables.tenants[there, key[1]] = edited(was, customerId=there)
    return {("state-diverged", *key), ("state-diverged", there, key[1])}


def lost(scene: Scene) -> set[Found]:
    """A row is gone, whatever it was."""
    key = scene.pick(scene.tables.tenants, scene.chance.choice(("invitation|", "subscription|")))
    del scene.tables.tenants[key]
    return {("state-diverged", *key)}


def invented(scene: Scene) -> set[Found]:
    """A row that the ledger knows nothing of."""
    key = scene.pick(scene.tables.tenants, "invitation|")
    new = f"invitation|{BUREAU}"
    scene.tables.tenants[key[0], new] = edited(scene.tables.tenants[key], id=BUREAU)
    return {("state-diverged", key[0], new)}


def older(scene: Scene) -> set[Found]:
    """A row says that an earlier entry wrote it."""
    key = scene.pick(
        scene.tables.tenants,
        "invitation|",
        lambda key: scene.tables.tenants[key]["sequence"] > 1,
    )
    was = scene.tables.tenants[key]
    scene.tables.tenants[key] = {**was, "sequence": was["sequence"] - 1}
    return {("state-diverged", *key)}


def corrupt_json(scene: Scene) -> set[Found]:
    """Half of a row."""
    key = scene.pick(scene.tables.tenants, scene.chance.choice(("invitation|", "subscription|")))
    was = scene.tables.tenants[key]
    scene.tables.tenants[key] = {**was, "body": was["body"][: len(was["body"]) // 2]}
    return {("undecodable-row", *key)}


def wrong_type(scene: Scene) -> set[Found]:
    """A number where text belongs, text where a number belongs."""
    name, value = scene.chance.choice((("sequence", "3"), ("body", 3), ("v", 2), ("v", "1")))
    key = scene.pick(scene.tables.tenants, "invitation|")
    scene.tables.tenants[key] = {**scene.tables.tenants[key], name: value}
    return {("undecodable-row", *key)}


# --- the head --------------------------------------------------------------------------------


def _of_a_partner(scene: Scene, fits: Callable[[JsonObject], bool]) -> tuple[Key, str, JsonObject]:
    """A head, the property of one of its partners that fits, and what that says."""

    def fitting(key: Key) -> list[str]:
        head = scene.tables.tenants[key]
        related = [name for name in head if name.startswith(keys.RELATED_PREFIX)]
        return sorted(name for name in related if fits(json.loads(head[name])))

    key = scene.pick(scene.tables.tenants, "head", lambda key: bool(fitting(key)))
    name = scene.chance.choice(fitting(key))
    return key, name, json.loads(scene.tables.tenants[key][name])


def counter(scene: Scene) -> set[Found]:
    """REM-1 would count wrongly, or a feed skip a number."""
    key, name, known = _of_a_partner(scene, lambda _: True)
    known[scene.chance.choice(("blocking", "feed", "removals", "subscriptions"))] += 1
    scene.tables.tenants[key] |= {name: json.dumps(known)}
    return {("counter-wrong", *key)}


def privileges(scene: Scene) -> set[Found]:
    """A partner holds delegated admin privileges that nobody gave it."""
    key, name, known = _of_a_partner(scene, lambda known: bool(known["relationship"]))
    held = known["relationship"]["delegatedAdmin"] == "granted"
    known["relationship"]["delegatedAdmin"] = "none" if held else "granted"
    scene.tables.tenants[key] |= {name: json.dumps(known)}
    return {("state-diverged", *key)}


def agreement(scene: Scene) -> set[Found]:
    """AGR-3: what was accepted is gone."""
    key = scene.pick(
        scene.tables.tenants, "head", lambda key: "agreement" in scene.tables.tenants[key]
    )
    del scene.tables.tenants[key]["agreement"]
    return {("state-diverged", *key)}


def headless(scene: Scene) -> set[Found]:
    """A ledger without the head that leads to it."""
    key = scene.pick(scene.tables.tenants, "head")
    del scene.tables.tenants[key]
    return {("chain-broken", *key)}


def corrupt_head(scene: Scene) -> set[Found]:
    """A head that says no kind."""
    key = scene.pick(scene.tables.tenants, "head")
    scene.tables.tenants[key] |= {"kind": "nobody"}
    return {("undecodable-row", *key)}
