"""What the app does, over ports: no HTTP, no storage SDK, no host.

```
webhooks   onboarding            what partners' machines do
sweeping                         what proves and repairs
commands   followers             what writes a tenant, what follows its ledger
queues     queries               what comes in as messages, what is read
findings   listing   feed_events   readiness
active_partners   documents   views   profiles   field_words
ports                            what all of them ask of storage
```

Every arrow points down; the import check holds it. A folder is a use, and says at its top how it
works. A service is a small frozen value made of ports and other services; `shared/wiring.py` puts
them together, and `application.Services` is what endpoints and triggers are given.
"""
