"""Followers of the ledgers: what partners list and the feeds that they follow."""
