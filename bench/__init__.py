"""Ratios to a floor that is measured in the same run; never absolute times.

```
commands      the product over HTTP, its followers, its queue  /  bare_storage: the same calls alone
cold_start    importing the app                                /  importing its libraries
sweep         a sweep with replay                              /  reading the same rows
pages         what a page takes by itself
shares        what another partner notices of a load          /  a bystander, the same system idle
throughput    resources per second of a worker's processor, absolute: for a default, not an aim
```

`make bench` runs all, prints each ratio beside its aim, and ends with 1 where one is missed.
docs/speed.md tells what was found.
"""
