"""What there is: the resources of the domain, a tenant's state, events and the ledger. Pure.

```
base ─┬─> models ──> state ──> events ──> ledger
      ├─> customers ──^  └──> claims
      └─> personal ───^
```

`models` and `customers` are the resources in the API's own field names: what an event carries is
what a row stores, without etag, URL, personal data or computed field. `state` holds one tenant: a
small head with one property per related partner, and the rows that a decision loaded or a replay
built. `events` say what happened, each with the resource after it, and whose feeds it goes to.
`ledger` chains them, one entry per commit, so that nothing can be changed afterwards without being
seen. `claims` derives from the state which ids the tenant holds that exist once everywhere.

Personal data is apart (`personal`): it lies outside ledger, replay and index, so that it can be
erased without breaking the chain. Nothing here reads a clock, a setting or storage, and nothing
decides: whether something may happen is for `policy`, what then happens for `deciding`.
"""
