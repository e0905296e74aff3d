"""Webhooks: the feed, pushed."""
