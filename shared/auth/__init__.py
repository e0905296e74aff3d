"""Who is calling: from an `Authorization` header to verified claims to a principal.

```
issuers ─> keys (fetch) ─> signatures ─┬─ tokens ──> VerifiedClaims ─> principal (role table)
                                       └─ id_tokens ─> IdClaims: who signed in, and when
```

One issuer per deployment, its keys kept between requests and refreshed with a rest, so that
unknown key ids cannot make it ask at will. `signatures` restates every check on purpose, with its
order and its reason. There are two kinds of token, each with a profile that refuses the other: an
access token says what its holder may do, an ID token that somebody signed in here just now. What
`tokens` returns is a type of its own, so that nothing unverified, and no ID token, can become a
principal. A refusal names the check that failed and repeats no part of the token.
"""
