"""ISO-1 by purging: what a caller is told is the same in a world without what it may not see.

```
history ──everything──────────────────────> one world ──> the caller's own requests, answered
   └──only what `visibility` says it may see──> its twin ──> the same requests: the same bytes
```

`history` makes up what everybody asks, `visibility` says from the roles and rules alone, never from
the product, which of it a caller may notice, and `facts` names what is told on purpose. `worlds`
plays both over the whole pipeline, with the clock frozen and ids seeded, and `probes` are the
caller's requests once everything has happened. How long an answer takes is not compared.
"""
