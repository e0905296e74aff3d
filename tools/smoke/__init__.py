"""Looks whether a deployed backend is what the tests take it for: `make smoke BASE_URL=… TOKEN=…`.

    __main__   what the environment says, every check in turn, the verdict
    vectors    requests written to a raw socket, their answers held against the product's vectors
               (tests/devhost/data/product.json)
    checks     health, versions, the token, a trip through a queue, a text that is no message
    findings   what a check has seen: as it should be, not so (and where to look), or not to be
               seen from here

Nothing that it does harms: it sweeps a customer that does not exist, and leaves one dead letter
whose text begins with `smoke`. It prints no token. An answer that is not the vector's is written
down as a new vector: what the tests believe of Azure is corrected by the first deployment.
"""
