"""HTTP without a host: from plain requests to plain answers, by one record per operation.

```
host ─> blueprint ─> pipeline ─┬─ access        token, role, whose path it is
                               ├─ query, body   what is sent, or a 4xx that names the field
                               ├─ conditional   If-Match, If-None-Match
                               └─ handler ─> negotiation, exports, paging ─> answer
commands      handlers of operations that execute one command and show its resource
errors        every failure in the one shape, in the caller's language
dry_runs      a command, admitted and built by its own record, and not done
shapes/       bodies, queries and representations, by resource
openapi/      the description, made from the same records
```

`endpoint` is the record: it routes, authorises, validates and documents, so that none of these can
disagree. `pipeline` is the order in which a request is served; it is that order because a refusal
must not reveal anything too early. `host` is the only module that knows the Functions library.
"""
