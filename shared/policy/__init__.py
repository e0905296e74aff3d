"""The rules, one function each, named by its id: `elg_6` is ELG-6. Pure.

```
catalogue  <── data/rules.json     texts in two languages, source, retryable, resolvableBy
roles      <── data/roles.json     which role may use which operation
clouds     <── data/clouds.json    what differs between the clouds
regions    <── data/csp-regions.json
refusals   <── eligibility · agreements · invitations · relationships · subscriptions
```

A rule is given what it looks at and yields a `Refusal` for each way in which it is broken, or
nothing; it never raises and never stops at the first. A decision in `deciding` collects the
refusals of all rules that bear on it, so a caller learns of everything that is wrong at once. What
a refusal says lies in the catalogue, in both languages, with whether the same thing may work later
and who can resolve it; a test holds every refusal in the code against it, and every text there
against the code.

`access` explains which roles follow from a relationship, and because of which rule. `callers` and
`roles` are the role table: they say who may ask, not whether the answer is yes.
"""
