"""What people see in a browser, and how they are known there.

```
cookies ─> sealing ─> session     who is signed in: a sealed cookie, nothing on the server
sign_in/                          how people sign in and out
engine/                           from a page's record to HTML, by way of the API
forms/                            what a page's form carries, and how it is taken
templates/ locale/ texts          what pages say, in English and Korean
static/ style                     what they look like
activity/                         the ledger in sentences
documentation                     the page /docs and its files
drafts                            e-mails that partners send
```

A layer above `shared.http`: it makes answers for the host as that does. Nothing here decides what
somebody may do.
"""
