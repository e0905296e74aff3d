"""The only author of partition and row keys: whatever makes or reads one is in this folder.

A module per table or partition; `places` has what they share.
"""
