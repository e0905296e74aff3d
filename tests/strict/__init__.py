"""Storage as the service has it: a thin proxy before Azurite, for every test that uses one.

    test ──> StrictProxy ──> Azurite

Azurite takes what the service refuses, answers at once and in whole pages, and names errors in a
header that the service's table layer does not send. The proxy stops the first, by the limits in
`data/storage-rules.json`, and takes away the rest:

    rules      what of a request the service would refuse, and how it would say so
    pages      pages cut short or empty, and continuation tokens of the service's form
    answers    error codes in the body alone; ETags and time stamps without their last zeros
    proxy      a port before a service; the faults of `tests/faults` stand on it too
    azurite    an Azurite behind it: `STRICT=off` in the environment leaves the proxy out
    devhost    `python -m devhost` over such an Azurite

What is cut is chosen by a hash of `STRICT_SEED`, the request and how often it came: so a failure
comes again with the same seed, whatever else runs at the time. Two ports lead to the tables, one
of them with whole pages, for tests that count requests.
"""
