"""What people see in a browser, and how they are known there.

```
cookies ─> sealing ─> session     who is signed in: a sealed cookie, nothing on the server
documentation                     the page /docs and its files
drafts                            e-mails that partners send
```

A layer above `shared.http`: it makes answers for the host as that does. Nothing here decides what
somebody may do.
"""
