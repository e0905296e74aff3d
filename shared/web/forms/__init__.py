"""Forms: how people change something, and what protects them from changing what they did not mean.

```
GET   ─> page with a form ── token sealed for tenant, person, action and resource
POST  ─> Origin ─> Sec-Fetch-Site ─> arrived? 411 ─> token 403 ─> size 413 ─> type 415 ─> fields 400
      ─> step ─┬─ preview   tried: what the API would say, beside what was typed
               ├─ review    tried, then every answer listed once more
               └─ confirm   the API's command, under the version that was shown ─> 303 to a GET
```

form            the records: fields bear the API's dotted names
tokens          what a form carries, and until when
submissions     from the bytes of a POST to the step and the API's body, or a refusal
outcomes        what the API answered, field by field
"""
