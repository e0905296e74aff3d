"""Webhooks: a partner's event feed, pushed to an address of the partner's.

```
managing    made, changed, tested, deleted by its partner; the handshake proves who receives
deliveries  a turn: from the cursor in the feed on, in order, at least once
              messenger ─ signing ─ targets         what is sent, and where it may go
              attempts, steps                       what an answer means, and the state after it
              shares                                how much one partner may hold at once
upkeep      every minute: wakes what waits, re-seals secrets
dead, reporting                                     events given up, webhooks disabled
```

A webhook's row holds its cursor and whose turn it is, so that one process delivers at a time and
another takes over when that one dies; `deliveries` draws it. Order is kept: an event that fails
holds the later ones back, until it is given up and buried as a dead letter that can be put back.
`attempts` and `steps` are pure. Addresses are checked when a webhook is made and again where it
connects (`shared/outbound`): no address inside, no platform service, not this app itself.
"""
