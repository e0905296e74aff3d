"""Tables as plain dictionaries: read behind the app's back, edited, examined, written back."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.deciding.evolve import replay
from shared.model.ledger import Entry
from shared.model.personal import commitment
from shared.model.state import Head, Tenant
from shared.proving.examination import Examination, Examined
from shared.proving.history import Leaf
from shared.proving.problems import placed_details, placed_entry, placed_row
from shared.services.ports.tenants import Projected
from shared.services.ports.values import Undecodable
from shared.storage.encoding.codec import tenants as tenants_codec
from shared.storage.encoding.keys import tenants as keys
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.memory import MemoryTable
from shared.storage.engine.table import Delete, Entity, write
from tests.running.backend import Backend
from tests.running.core import Core
from tests.running.instances import Storage, contents

type Properties = dict[str, object]
type Table = dict[tuple[str, str], Properties]
"""By partition and row key."""

NAMES: Final = ("tenants", "claims", "index", "operations")


@dataclass
class Tables:
    """All that is stored."""

    tenants: Table = field(default_factory=dict)
    claims: Table = field(default_factory=dict)
    index: Table = field(default_factory=dict)
    operations: Table = field(default_factory=dict)


def storage_of(backend: Backend) -> Storage:
    """What the backend's services stand on."""
    return Storage(backend.ports, backend.tables.__getitem__)


async def read(storage: Storage) -> Tables:
    """A copy of all that is stored."""
    return Tables(**{name: await contents(storage.table(name)) for name in NAMES})


async def write_back(storage: Storage, before: Tables, after: Tables) -> None:
    """Makes the storage what `after` is, without the app: raw inserts, replacements, deletes."""
    for name in NAMES:
        was, now = getattr(before, name), getattr(after, name)
        table = storage.table(name)
        for key in was.keys() | now.keys():
            if was.get(key) != now.get(key):
                await _put(table, Key(*key), now.get(key))


async def _put(table, key: Key, properties: Properties | None) -> None:
    if isinstance(table, MemoryTable):
        rows = table._partitions.setdefault(key.partition, {})
        rows.pop(key.row, None)
        if properties is not None:
            rows[key.row] = table._written(key, properties)
        return
    there = await table.get(key)
    if properties is not None:
        await table.transact([write(key, properties, there and there.etag)])
    elif there:
        await table.transact([Delete(key, there.etag)])


def of_core(core: Core) -> Tables:
    """The tenants of a pure core as storage would hold them, all of it served."""
    tables = Tables()
    for tenant_id, whole in core.tenants.items():
        _put_tenant(tables, tenant_id, core.ledgers[tenant_id])
        assert decoded(tables, tenant_id) == whole.head
    return tables


def _put_tenant(tables: Tables, tenant_id: str, ledger: list[Entry]) -> None:
    tenant = Tenant(Head(tenant_id))
    for entry in ledger:
        before, tenant = tenant, replay(tenant, entry)
        tables.tenants[keys.entry(tenant_id, entry.sequence)] = tenants_codec.encode_entry(entry)
        for key, row in tenant.rows.items():
            if before.rows.get(key) != row:
                written = tenants_codec.encode_row(row, entry.sequence)
                tables.tenants[keys.row(tenant_id, key)] = written
    tables.tenants[keys.head(tenant_id)] = tenants_codec.encode_head(tenant.head)
    tables.tenants[keys.projection(tenant_id)] = tenants_codec.encode_projected(
        Projected(len(ledger))
    )


def restored(tables: Tables, tenant_id: str, ledger: list[Entry]) -> None:
    """The tenant as it was when its ledger had only these entries; what is no row stays."""
    gone = [key for key in tables.tenants if key[0] == tenant_id and _replays(key[1])]
    for key in gone:
        del tables.tenants[key]
    served = tables.tenants[keys.projection(tenant_id)]
    _put_tenant(tables, tenant_id, ledger)
    tables.tenants[keys.projection(tenant_id)] = served


def _replays(row: str) -> bool:
    return row == keys.HEAD or placed_entry(row) is not None or placed_row(row) is not None


def ledger(tables: Tables, tenant_id: str) -> list[Entry]:
    """The tenant's entries."""
    found = sorted(key for key in tables.tenants if key[0] == tenant_id and placed_entry(key[1]))
    return [tenants_codec.decode_entry(Entity(Key(*key), tables.tenants[key], "")) for key in found]


def decoded(tables: Tables, tenant_id: str) -> Head:
    """The tenant's head."""
    key = keys.head(tenant_id)
    return tenants_codec.decode_head(Entity(key, tables.tenants[key], ""))


def examine(tables: Tables, tenant_id: str, now: datetime, leaf: Leaf | None) -> Examined:
    """The tenant's partition, streamed in key order as a sweep streams it."""
    examination = Examination(tenant_id, now, leaf)
    for key in sorted(key for key in tables.tenants if key[0] == tenant_id):
        entity = Entity(Key(*key), tables.tenants[key], "")
        try:
            _feed(examination, entity)
        except Undecodable:
            examination.undecodable(key[1], "Undecodable")
    return examination.finish()


def _feed(examination: Examination, entity: Entity) -> None:
    place = entity.key.row
    if sequence := placed_entry(place):
        examination.entry(sequence, tenants_codec.decode_entry(entity))
    elif place == keys.HEAD:
        examination.head(tenants_codec.decode_head(entity))
    elif (details_id := placed_details(place)) != place:
        details, salt, sequence = tenants_codec.decode_details(entity)
        examination.details(details_id, commitment(details, salt), sequence)
    elif key := placed_row(place):
        examination.row(key, *tenants_codec.decode_row(entity, key[0]))
    elif place == keys.projection(entity.key.partition).row:
        examination.projection(tenants_codec.decode_projected(entity).sequence)
