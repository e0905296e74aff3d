"""Who is calling: from an `Authorization` header to verified claims to a principal.

```
issuers ─> keys (fetch) ─> tokens ─> VerifiedClaims ─> principal (roles of the role table)
```

One issuer per deployment, its keys kept between requests and refreshed with a rest, so that unknown
key ids cannot make it ask at will. `tokens` restates every check on purpose, with its order and its
reason; what it returns is a type of its own, so that nothing unverified can become a principal. A
refusal names the check that failed and repeats no part of the token.
"""
