"""Signing in to pages: OpenID Connect's code flow with PKCE, at the one trusted issuer.

```
/signin ─────────── attempt, sealed into a cookie of its own ──────> issuer
                                                                       │ code, state
/signin/callback <─────────────────────────────────────────────────────┘
   the cookie of that state ─> code redeemed once ─┬─ access token: who it is, and in which roles
                                                   └─ ID token: this very sign-in, when, what name
   both of the same person ─> session's cookie ─> the page that was asked for
```

addresses     of the issuer, and ours that it knows
attempts      what a sign-in has to come back to
credentials   how the application proves to the issuer that it is itself
redemption    from a code to the two tokens
start, callback, consent, sign_out    the handlers
returning     where a person goes on afterwards: a page of ours, never elsewhere
notices       what there is to say instead, for a page

No token is kept: the session has what the access token made of its person.
"""
