"""Decisions: `decide(tenant, command, facts) → decision`, `evolve(tenant, event) → tenant`. Pure.

```
bodies ──> a command ──needs──> facts ──decide──> events ──evolve──> tenant ──guard──> commit
           (its room)                └──────────> every broken rule
```

A command is one room: the module of its decision holds the class (who asks, the rows that its path
names, its body), what else has to be read before it can be decided (`needs`) and the decision
itself. `commands` is the union of all, `decide` the one way in. What a decision may look at is an
argument: the tenant with the rows that were read, and `Facts` (the time, partners' profiles,
links). So a decision can be repeated, tried without doing it, and tested by properties.

`evolve` is the one place where a state change is written down; the sweep runs it over the ledger
again. `guard` looks at the state before and after and at nothing else: it knows who may touch what
(NIF-1 to NIF-5), not how a command decides, so that a mistake in a room cannot reach what another
partner sold.
"""
