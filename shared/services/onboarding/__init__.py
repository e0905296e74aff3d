"""Onboarding messages: the same commands and rules as HTTP, at least once in, one effect.

```
queue `onboarding`   onboarding_queue ─> sources (who may?) ─> orders (which command?) ─> executor
POST /api/onboarding submissions ─> stamps ─> budgets ─> the partner's queue, `onboarding-0` …
```

A message is a CloudEvent. Its `source` belongs to a pipeline that the operator registered
(`pipelines`), or it carries the stamp (`stamps`) that this app puts on what a partner's application
hands in: whoever can write to the queue cannot forge either. `orders` turns its data into the very
command that HTTP would execute, with the same digests, so both ways in recognise each other's work.

A success is remembered in the transaction of its effect, under the source and id; so a message that
comes twice has one effect. Every message ends in a result that its sender can follow, with the
broken rules and whether sending it again helps (`retryability`), or, if nobody knows whose it is,
as a dead letter.
"""
