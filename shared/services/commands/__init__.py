"""One command: load, decide, claim, commit; and its dry run. `execution` is the way in."""
