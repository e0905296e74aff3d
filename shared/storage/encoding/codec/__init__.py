"""Entities to values and back, a module per table or partition, as `keys` has them.

A row is one string property `body`: compact JSON in the API's field names, beside `v` (the version
of this encoding) and `sequence`. A ledger entry is its canonical bytes in `body0` to `body7`.
A row that does not decode raises Undecodable, which names the row and never its content.
"""
