"""What is read and shown: nothing here writes.

```
customers · links · ledgers · events · explaining   from the tenant's partition: as it is now
records                                             beside these: what people typed about them
partners                                            from the index: some seconds behind
proofs                                              from the leaves of a checkpoint
```

What a viewer may not see is not there: it is left out before paging and counting. Shapes are made
by `views`, one function per resource; `listing` collects pages.
"""
