"""The ledger as people read it: each entry in sentences, with who did it and the ids.

```
entries     an entry of the API ─> what a template shows: when, who, sentences, ids
sentences   one sentence per type of event, in words of the catalog
breaks      one sentence per way in which a ledger can be broken
```

Nothing is left out: an entry that this version cannot read is shown as such, with its hash.
"""
