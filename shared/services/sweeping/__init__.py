"""The consistency sweep: proves the promises on all stored data, repairs what is safe.

sweeps ──> shards ──> tenants · claims · index ──> recording
(start,    (one      (each looks at a range       (findings)
finish)    message)   of one table)
"""
