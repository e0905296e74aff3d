"""A local Functions host for development and tests: real HTTP, queue and timer triggers.

Drives Microsoft's own Python worker library; only the host around it is ours. Never deployed.
"""
