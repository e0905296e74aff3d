"""Tables and queues: Azure's by two clients, and this process's memory, behind one interface.

```
stores ──> table (interface, limits) <── memory
                                     <── remote_table <── protocol/      its protocol
                                                      <── tables, pages  its SDK
           queues (interface)        <── memory, protocol/, the SDK
```

`clients` makes them for one account; `failures` says what an error means, `entities` what a row is
in JSON, whoever read it.

Limits of the service are checked in the interface, so that memory and the emulator refuse what
Azure refuses.
"""
