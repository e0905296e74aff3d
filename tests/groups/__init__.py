"""The system in processes as Azure's plans make them: one for each group of functions.

Flex Consumption runs all HTTP functions in one group and scales every other function by itself,
from zero, on instances of its own. `python -m tests.groups` does the same on one machine:

    requests ──> HTTP, always ready ──┐
    queue with a message ──> its own ─┼──> one storage
    schedule that is due ──> its own ─┘

A group's process starts when there is work for it and ends when there is none any more, so caches,
locks and wake-ups of one function are never another's. Black-box suites run over it as they are.
"""
