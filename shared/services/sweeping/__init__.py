"""The consistency sweep: proves the promises on all stored data, and repairs what is safe.

```
sweeps ──> shards ──> tenants · claims · index ──> shard_job ──> findings
(start)    (one       (each goes through a range    (counts,       ^
           message)    of one table)                 reports)      │
                        reader, denial, references, comparing      │
                        lapsed_rights, repairing                   │
finishing <── the last shard: compares totals, checkpoint, retention, disabled_webhooks
```

A sweep is a row and some messages; each message goes on with one shard for a few minutes and leaves
its position in the shard's row, so that a process may die anywhere. Tenants are streamed and held
against their own ledger (`shared/proving`). A tenant that looks wrong is read again alone, so that
writers cause no false alarm. What must lie elsewhere because of a tenant (claims, places, index
rows) is not looked for one by one: keyed sums of what is asked for and of what is there must agree,
and only where they differ are rows compared.

It repairs what ordinary commands and guarded writes can: overdue invitations, lost announcements,
orphan claims and places, stale index rows. It never touches a ledger or a subscription. A finding
is closed only by a finished sweep that covered its tenant. `wiring` puts it together.
"""
