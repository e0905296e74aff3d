"""Who and what the tests are about: one cast, so that a name means the same in every test.

    ids          tenants by name (a direct-bill partner, a provider with its reseller, two
                 customers), numbered ids of everything else, one fixed moment
    bodies       what callers send, as JSON documents and as the edge parses them
    resources    what is on record: partners, invitations, relationships, subscriptions, tenants
    decisions    the facts that a decision is made by, and what it came to, in few words
    commands     commands by what they do, for anybody
    every_command   one command of each kind
    messages     onboarding messages, as pipelines send them

Each takes what matters to a test as an argument and has a plain answer for the rest. Everything
here is made, nothing is stored or sent: what runs the app is in `tests/running`.
"""
