"""Ways to spoil a tenant's ledger, and what says how far it was followed."""

from shared.model.ledger import Entry
from shared.proving.problems import entry_place
from shared.services.ports.tenants import Projected
from shared.storage.encoding.codec import tenants as tenants_codec
from shared.storage.encoding.keys import index as index_keys
from shared.storage.encoding.keys import tenants as keys
from tests.cast.ids import OTHER_DIRECT
from tests.sweeps.raw import ledger, restored
from tests.sweeps.scene import Found, Key, NothingFits, Scene, body, edited, rehashed

# --- the ledger ------------------------------------------------------------------------------


def entry_deleted(scene: Scene) -> set[Found]:
    """Any entry but the last."""
    tenant_id, entries = scene.entries(2)
    sequence = scene.chance.randrange(1, len(entries))
    del scene.tables.tenants[keys.entry(tenant_id, sequence)]
    broken = ("chain-broken", tenant_id, entry_place(sequence))
    return {broken} | scene.checkpointed(tenant_id, sequence)


def last_entry_deleted(scene: Scene) -> set[Found]:
    """The head leads to nothing."""
    tenant_id, entries = scene.entries(1)
    del scene.tables.tenants[keys.entry(tenant_id, len(entries))]
    return {("chain-broken", tenant_id, "head")} | scene.checkpointed(tenant_id, len(entries))


def entry_edited(scene: Scene) -> set[Found]:
    """What an entry says is not what it hashes to."""
    tenant_id, entries = scene.entries(1)
    entry = scene.chance.choice(entries)
    changed = Entry(entry.document | {"commandId": "f" * 32})
    scene.tables.tenants[keys.entry(tenant_id, entry.sequence)] = tenants_codec.encode_entry(
        changed
    )
    return {("chain-broken", tenant_id, entry_place(entry.sequence))}


def entry_rewritten(scene: Scene) -> set[Found]:
    """An entry with other content and the right hash of it: its follower does not fit any more."""
    tenant_id, entries = scene.entries(1)
    entry = scene.chance.choice(entries)
    changed = rehashed(entry.document | {"commandId": "f" * 32})
    scene.tables.tenants[keys.entry(tenant_id, entry.sequence)] = tenants_codec.encode_entry(
        changed
    )
    last = entry.sequence == len(entries)
    place = "head" if last else entry_place(entry.sequence + 1)
    broken = ("chain-broken", tenant_id, place)
    return {broken} | scene.checkpointed(tenant_id, entry.sequence)


def corrupt_entry(scene: Scene) -> set[Found]:
    """An entry of which half is left."""
    key = scene.pick(scene.tables.tenants, "entry|")
    data = scene.tables.tenants[key]["body0"]
    scene.tables.tenants[key] = {"v": 1, "body0": data[: len(data) // 2]}
    return {("undecodable-row", *key)}


def cut_back(scene: Scene) -> set[Found]:
    """The last entries are gone, head and rows as they were before: only a checkpoint knows."""
    heads = scene.tables.tenants

    def fits(key: Key) -> bool:
        # A partner's profile and links are what others' rights rest on; those would be told too.
        leaf = scene.leaves.get(key[0])
        return leaf is not None and leaf.sequence > 1 and heads[key]["kind"] != "partner"

    tenant_id, _ = scene.pick(heads, "head", fits)
    sequence = scene.leaves[tenant_id].sequence
    kept = ledger(scene.tables, tenant_id)[: scene.chance.randrange(1, sequence)]
    restored(scene.tables, tenant_id, kept)
    return scene.checkpointed(tenant_id, sequence)


def rewritten_to_the_end(scene: Scene) -> set[Found]:
    """An entry and all behind it, consistently: only a checkpoint knows."""
    tenant_id, entries = scene.entries(1)
    leaf = scene.leaves.get(tenant_id)
    if leaf is None:
        raise NothingFits
    first = scene.chance.randrange(leaf.sequence)
    kept, previous = entries[:first], entries[first].previous_hash
    for entry in entries[first:]:
        other = {"commandId": "f" * 32, "previousHash": previous}
        kept.append(rehashed(entry.document | other))
        previous = kept[-1].hash
    restored(scene.tables, tenant_id, kept)
    return scene.checkpointed(tenant_id, leaf.sequence)


def taken_over(scene: Scene) -> set[Found]:
    """A whole and consistent ledger in which another partner changed what it does not own."""
    key = scene.row("subscription|", lambda was: was["partnerId"] != OTHER_DIRECT)
    tenant_id, entries = key[0], ledger(scene.tables, key[0])
    sold = body(scene.tables.tenants[key]) | {"offerName": "Other"}
    theft = {
        "sequence": len(entries) + 1,
        "previousHash": entries[-1].hash,
        "command": "update-subscription",
        "actor": {"tenantId": OTHER_DIRECT, "objectId": "person", "role": "G"},
        "events": [{"type": "subscription-updated", "data": sold}],
    }
    restored(scene.tables, tenant_id, [*entries, rehashed(entries[-1].document | theft)])
    place = keys.projection(tenant_id)
    scene.tables.tenants[place] = tenants_codec.encode_projected(Projected(len(entries) + 1))
    listed = f"{key[1].replace('|', f'|{tenant_id}|')}"
    for one, row in scene.tables.index.items():
        if one[1] == listed:
            scene.tables.index[one] = {**edited(row, **sold), "sequence": len(entries) + 1}
    for partner_id in {sold["partnerId"], sold["indirectResellerId"]} - {None}:
        mark = index_keys.feed_mark(partner_id, tenant_id)
        if mark not in scene.tables.index:
            continue  # a scene of tenants alone
        told = {"n": scene.tables.index[mark]["n"] + 1, "sequence": len(entries) + 1, "position": 1}
        scene.tables.index[mark] = scene.tables.index[mark] | told
    return {("interference", tenant_id, entry_place(len(entries) + 1))}


# --- followers -------------------------------------------------------------------------------


def behind(scene: Scene) -> set[Found]:
    """Followers were served nothing for a long time."""
    tenant_id, _ = scene.entries(1)
    scene.tables.tenants[keys.projection(tenant_id)] = tenants_codec.encode_projected(Projected(0))
    return {("projection-behind", tenant_id, "projection")}


def ahead(scene: Scene) -> set[Found]:
    """Followers were served what there is not, so what comes next would be left out."""
    tenant_id, entries = scene.entries(1)
    scene.tables.tenants[keys.projection(tenant_id)] = tenants_codec.encode_projected(
        Projected(len(entries) + 1)
    )
    return {("counter-wrong", tenant_id, "projection")}
