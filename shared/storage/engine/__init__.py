"""Tables and queues: Azure's through its SDK, and this process's memory, behind one interface.

```
stores ──> table (interface, limits) <── tables (Azure) ──> clients, pages
                                     <── memory
```

Limits of the service are checked in the interface, so that memory and the emulator refuse what
Azure refuses.
"""
