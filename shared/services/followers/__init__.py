"""What follows the ledgers: partners' lists, partners' event feeds, and the wake-ups of webhooks.

```
commit ─> projections queue ─> projection ─┬─> index_rows   what each partner lists
                                           ├─> feeds        each event once, in order
                                           └─> wakes        deliveries that wait for the feed
```

A follower serves everything between what was projected and the head, whatever the message says: so
messages may come twice, late or out of order. Index rows are made from sequence n and overwritten
only by a higher one. A feed's mark moves in the very transaction that appends its rows, so two
followers that run at once write each event once. Wakes may be lost; the minute's timer makes up for
them.

Nothing here decides anything or changes a tenant.
"""
