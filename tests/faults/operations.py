"""Every kind of write, and reads of whole tables."""

from shared.services.ports.scanning import Partitions
from shared.storage.encoding.keys.places import Key
from shared.storage.engine.table import Delete, Insert, Replace, Touch

KEY = Key("p", "row")
NEW = Key("p", "new")

WRITES = {
    "insert": lambda etag: [Insert(NEW, {"n": 2})],
    "replace": lambda etag: [Replace(KEY, {"n": 2}, etag)],
    "touch": lambda etag: [Touch(KEY, etag)],
    "delete": lambda etag: [Delete(KEY, etag)],
    "transaction": lambda etag: [Touch(KEY, etag), Insert(NEW, {"n": 2})],
}


async def whole(table):
    return [page async for page in table.pages(Partitions(), 9)]


async def heads(table):
    return [head async for head in table.scan("head")]
