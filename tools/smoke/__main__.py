"""`make smoke BASE_URL=… TOKEN=…`, or `python -m tools.smoke` with both in the environment.

QUEUES (the account's queue endpoint) and SITE (the function app's resource id) let it look at more,
with `az` signed in; PORT, where a backend of this machine is behind something else; SMOKE_SECONDS
is its patience. Ends with 1 where something is wrong, with 2
where it could not begin.
"""

import json
import os
import sys
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

from examples.client import TIMEOUT, Client, Unable, token_setting, url_setting
from tools.smoke.checks import PATIENCE, Checks
from tools.smoke.findings import Finding
from tools.smoke.vectors import Place, Vector, compare

LEARNT: Final = Path("dist") / "smoke-vectors.json"


def main() -> int:
    """Every check in turn, whatever the one before has found."""
    try:
        url, token = url_setting("BASE_URL"), token_setting("TOKEN")
    except Unable as unable:
        print(f"smoke: {unable}", file=sys.stderr)
        return 2
    place, learnt = Place(url, token), list[Vector]()
    patience = float(os.environ.get("SMOKE_SECONDS") or PATIENCE)
    queues, site = os.environ.get("QUEUES", ""), os.environ.get("SITE", "")
    port = int(os.environ.get("PORT") or urlsplit(url).port or 0)
    found: list[Finding] = []
    with httpx.Client(base_url=url, timeout=TIMEOUT) as http:
        checks = Checks(place, Client(http, token), queues, site, port, patience)
        for finding in chain(checks.all(), compare(place, learnt)):
            print("\n".join(finding.lines()), flush=True)
            found.append(finding)
    if learnt:
        LEARNT.parent.mkdir(exist_ok=True)
        LEARNT.write_text("[\n" + ",\n".join(map(json.dumps, learnt)) + "\n]\n", encoding="utf-8")
        print(f"What answered otherwise is in {LEARNT}; tests/devhost/data/README.md: what then")
    count = Counter(each.verdict for each in found)
    told = f"{count['ok']} as they should be, {count['WRONG']} wrong"
    print(f"{told}, {count['not here']} not to be seen here")
    return 1 if count["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main())
