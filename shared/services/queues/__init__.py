"""Messages of every queue: taken, put off, buried, put back.

```
host ─> inbox ─> put off? a replay? ─> work of the queue ─┬─> done
                 (messages) (replays)                     ├─> rejected: dead letter at once
                                                          ├─> not now: put off, no try burnt
                                                          └─> failed: tried again, then a letter
```

`cloud_events` reads what is taken, `envelopes` what a message says of itself though it is not, so
that its sender is told. `inbox` is the one way in; what a queue's messages are for is a `Work` of
the folder that owns them (`onboarding_queue`, `projections_queue`, `sweep_shards_queue`,
`webhook_deliveries_queue`). `crowds` gives each partner a share of the places in which messages are
in work. `rejections` lists why a message can never be processed, in its sender's language. A dead
letter (`dead_letters`) is recorded once, with its reason and, apart from it, its text, which
expires. Putting one back (`replays`) puts a reference into the queue, never the text: so it fits,
can be erased, and only the latest replay counts. `internal_messages` writes and reads the internal
queues' texts, in one place.
"""
