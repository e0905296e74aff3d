"""ISO-1: whatever the others do, a caller is told the same, to the byte."""

import os
from collections import Counter
from typing import Final

from tests.twins.facts import FACTS
from tests.twins.pairs import pair

SEED: Final = int(os.environ.get("TWINS_SEED", "1"))
PAIRS: Final = int(os.environ.get("TWINS_PAIRS", "33"))


async def test_what_others_do_is_not_told():
    facts, statuses, compared = Counter[str](), Counter[int](), 0
    for number in range(PAIRS):
        one = pair(number, SEED)
        await one.play()
        assert not one.differences, "\n".join(
            (f"pair {number} of seed {SEED}, {one.caller}:", *one.differences[:5])
        )
        facts += one.facts
        statuses += one.statuses
        compared += one.compared
    assert {200, 201, 404, 409} <= statuses.keys()
    assert facts.keys() <= set(FACTS)
