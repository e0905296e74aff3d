"""Ways to spoil what lies elsewhere because of a tenant: index rows, claims, places of a link."""

from shared.storage.encoding.codec import claims as codec
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys import places as places_keys
from tests.cast.ids import STRANGER, subscription_id
from tests.sweeps.scene import Found, Key, Scene, body, edited

LISTED = ("customer|", "invitation|", "subscription|", "partner|", "dispute|")
_SHOWN = {
    "customer": "name",
    "invitation": "partnerName",
    "subscription": "offerName",
    "partner": "name",
    "dispute": "offerName",
}
"""What of a row lies only in its body: the rest lies beside it too, and must say the same."""


def _listed(scene: Scene, *kinds: str) -> tuple[Key, str, str]:
    """A row that somebody lists, its tenant, and the key of a finding about it."""
    key = scene.pick(scene.tables.index, scene.chance.choice(kinds))
    found = index_keys.indexed(places_keys.Key(*key))
    return key, found.customer_id, f"index|{found.partner_id}|{found.kind}|{found.item_id}"


def index_deleted(scene: Scene) -> set[Found]:
    """A partner does not see what it has."""
    key, customer_id, place = _listed(scene, *LISTED)
    del scene.tables.index[key]
    return {("index-missing", customer_id, place)}


def index_stale(scene: Scene) -> set[Found]:
    """A partner sees something else than is so."""
    key, customer_id, place = _listed(scene, *LISTED)
    scene.tables.index[key] = edited(scene.tables.index[key], **{_SHOWN[key[1].split("|")[0]]: "?"})
    return {("index-stale", customer_id, place)}


def index_older(scene: Scene) -> set[Found]:
    """A row that says to be made before what it shows."""
    key, customer_id, place = _listed(scene, "invitation|", "subscription|", "dispute|")
    scene.tables.index[key] = {**scene.tables.index[key], "sequence": 0}
    return {("index-stale", customer_id, place)}


def index_doubled(scene: Scene) -> set[Found]:
    """A partner that has nothing to do with it sees a sale, or a sale is listed twice."""
    key, customer_id, place = _listed(scene, "subscription|")
    copy = scene.tables.index[key]
    if scene.chance.random() < 0.5:
        shard = index_keys.shard(STRANGER, customer_id[0])
        scene.tables.index[shard, key[1]] = dict(copy)
        scene.spoiled.add(shard)
        return {("index-orphan", customer_id, f"index|{STRANGER}|{place.split('|', 2)[2]}")}
    other = subscription_id(77)
    scene.tables.index[key[0], f"subscription|{customer_id}|{other}"] = edited(copy, id=other)
    return {("index-orphan", customer_id, f"{place.rpartition('|')[0]}|{other}")}


def claim_deleted(scene: Scene) -> set[Found]:
    """An id that is used could be taken by somebody else."""
    key = scene.pick(scene.tables.claims, "claim")
    holder = scene.tables.claims.pop(key)["holder"]
    return {("claim-missing", holder, key[0])}


def claim_orphan(scene: Scene) -> set[Found]:
    """An id that nobody can use."""
    key = scene.pick(scene.tables.claims, "claim", lambda key: key[0].startswith("subscription|"))
    claim, place = scene.tables.claims[key], f"subscription|{subscription_id(88)}"
    scene.tables.claims[place, "claim"] = dict(claim)
    scene.spoiled.add(place)
    return {("claim-orphan", claim["holder"], place)}


def claim_of_another(scene: Scene) -> set[Found]:
    """An id is held by a tenant that does not use it."""
    key = scene.pick(scene.tables.claims, "claim", lambda key: key[0].startswith("subscription|"))
    claim = scene.tables.claims[key]
    scene.tables.claims[key] = {**claim, "holder": STRANGER}
    return {("claim-missing", claim["holder"], key[0]), ("claim-orphan", STRANGER, key[0])}


def slot_orphan(scene: Scene) -> set[Found]:
    """A place of a limited link that no acceptance needs."""
    key = scene.pick(scene.tables.claims, "counter")
    counter = scene.tables.claims[key]
    scene.tables.claims[key] = codec.encode_count(counter["n"] + 1)
    slot = next(one for one in scene.tables.claims if one[0] == key[0] and one != key)
    scene.tables.claims[key[0], f"slot|{STRANGER}"] = dict(scene.tables.claims[slot])
    return {("link-slot-orphan", STRANGER, f"{key[0]}|slot|{STRANGER}")}


def slot_counter(scene: Scene) -> set[Found]:
    """More could accept by a link than it says."""
    key = scene.pick(scene.tables.claims, "counter")
    scene.tables.claims[key] = codec.encode_count(scene.tables.claims[key]["n"] - 1)
    return {("counter-wrong", key[0].split("|")[1], key[0])}


def corrupt_index(scene: Scene) -> set[Found]:
    """A row of an index that is no JSON."""
    key = scene.pick(scene.tables.index, "invitation|")
    was = scene.tables.index[key]
    assert body(was)
    scene.tables.index[key] = {**was, "body": was["body"][1:]}
    return {("undecodable-row", "", "|".join(key))}


def corrupt_claim(scene: Scene) -> set[Found]:
    """A claim in a state that does not exist."""
    key = scene.pick(scene.tables.claims, "claim")
    scene.tables.claims[key] = {**scene.tables.claims[key], "state": "lost"}
    return {("undecodable-row", "", "|".join(key))}
