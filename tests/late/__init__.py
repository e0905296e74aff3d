"""Writes that take effect after their client gave up, by a clock that tests move.

    storage    a table whose writes may be late or lost, seconds after which they land
    histories  processes with clocks apart, whose writes are late, and readers that never go back

Through the real adapter, lateness is in `tests/faults`: held by a proxy, released by hand.
"""
