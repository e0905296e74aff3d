"""The services' REST protocol, spoken without their SDK for what every command does.

```
rest_table   rest_queues        what is asked, and what an answer means
entities  transactions          bodies: JSON of entities, multipart of transactions
account ──> signing, tokens     where the services are, and who asks
    └─────> connections         one session: a request is sent once
```

Four fifths of this app's processor time went into the SDK's pipeline. It stays for what is rare
(tables and queues are made with it, tests read queues through it), for credentials, and whole, as
`STORAGE_CLIENT=sdk`: tests hold both to one contract. Which rule of the services' documentation
stands where is in docs/decisions/0089.

Addresses are built once as they are sent, so that what is signed is what travels.
"""
