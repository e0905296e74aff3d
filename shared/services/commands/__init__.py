"""One command, from the question to the transaction; and its dry run.

```
execution   announce ─> load ─> decide ─> claim ─> commit ─> answer
              loading ────┘       │         │         └─ committing (unknown outcomes are settled)
              deciding, changes ──┘         └─ claiming, reserving (ids and places that exist once)
evaluating  load ─> decide, and nothing is written
```

`execution` is the one way in, for HTTP, queue and sweep alike. The announcement to the followers is
acknowledged before the transaction is sent, so whatever commits is followed even if this process
dies. Loading uses point reads only. A decision is a pure function of what was read; all that it
rests on is in the one transaction under its own ETag, so a lost race means loading and deciding
again, never a half-right answer. A write without an answer is sent again, identically, until the
ledger says whose commit is there.

`turns` says which of a process's commands for a tenant is next. `claiming` and `reserving` draw
their races as timelines above the writes that close them: read these before changing either.
`erasures` and `contesting` are commands with a tail: personal data in several transactions, and
what an operator must hear of a refused registration. `answers` and `outcomes` say what the caller
and the log are told.
"""
