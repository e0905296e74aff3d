"""Proofs that what is stored is what the ledger says. Pure.

```
entries ──> history (chain, replay by evolve, recheck) ──> examination ──> problems
rows ──────────────────────────────────────────────────────────^   differences
```

`history` goes through a tenant's ledger entry by entry: is the chain whole, does each entry keep
within what its command could touch (`recheck`, the commit guard's promise read from the record),
and which state does it lead to. `examination` holds every stored row and field against that state,
in one pass over the partition. `differences` compares any two values field by field, so that a new
field is compared unasked. `problems` are what can be found, how grave each is, and the name of the
row that it is about. `lapsing` asks today's rules about rights that were granted earlier.
`checkpoints` sum up all ledgers in one hash (a Merkle tree, RFC 6962) that can be kept elsewhere.

Nothing here reads storage: `shared/services/sweeping` does, and hands the rows over.
"""
