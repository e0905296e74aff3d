"""The ports of `shared/services/ports` over Azure Table and Queue Storage, or over memory.

```
stores/    one per port ─> encoding/ (keys, codec) ─> engine/ (tables, queues; Azure's or memory)
wiring     which engine the stores stand on
```

Every write is insert-only or under an ETag; there is no upsert. Errors are translated where they
arise, by type and status, never by text. A write without an answer is unknown, and nothing below
sends it again: a silently re-sent conditional write would report the failure of its own success.
The import check lets nobody else see the storage SDKs.
"""
