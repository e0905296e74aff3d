"""Every recorded queue message through the running system, with its outcome as told."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.queues.pipelines import Storage
from tests.running.client import GLOBAL_ADMINISTRATOR, World, ok
from tests.running.waiting import eventually
from tests.senders.recorded import content, name_of, sent

MESSAGES = sent("queue")
HINTS = {
    6: "data: It is text that holds JSON.",
    7: "not in base64",
    8: "base64 twice",
    9: "A message is one event",
    14: "datacontenttype: It must be a type of JSON",
    15: "data: It is text that holds JSON.",
    27: "looks like UTF-16",
    30: "id: The field is required. It is there in other letters",
    31: "customerId: The field is required. It is there in other letters",
    37: "customerId: The empty GUID is no id",
    106: "term.startsAt: It is a time without an offset",
    108: "quantity: It must be a whole number, without quotes",
    109: "delegatedAdmin: It must be true or false, without quotes",
}
"""What the sender is told, by the number of its message: the likely mistake, in its place."""


TAKEN = {
    32: {"customerId": "c8b1f7d2-3a4e-4c5d-9e6f-000000000020", "name": "Senders 32"},
    34: {"customerId": "c8b1f7d2-3a4e-4c5d-9e6f-000000000022", "name": "Senders 34"},
}
"""What may be taken or refused, and is taken."""


def expected_of(entry: dict[str, Any]) -> dict[str, Any]:
    taken = TAKEN.get(entry["n"])
    return {"outcome": "succeeded", **taken} if taken else entry["expect"]


@pytest.fixture(scope="module")
def look(world: World, storage: Storage, pipeline: str) -> Callable[[dict[str, Any]], Any]:
    """What became of a message: its result, or the letter of one that has none."""
    texts = {each["n"]: content(each).decode() for each in MESSAGES}
    for text in texts.values():
        storage.put("onboarding", text)

    def look(entry: dict[str, Any]) -> Any:
        letters = [each for each in storage.letters() if each["text"] == texts[entry["n"]]]
        if letters:
            return letters[0]
        page = {"maxpagesize": 1000}
        found = ok(world.operator.get(f"/pipelines/{pipeline}/results", params=page))["value"]
        customer = expected_of(entry).get("customerId")
        place = f"/api/customers/{customer}" if customer else "/subscriptions"
        return next((each for each in found if each.get("resource", "").endswith(place)), None)

    return look


@pytest.mark.parametrize("entry", MESSAGES, ids=name_of)
def test_what_becomes_of_a_message(
    entry: dict[str, Any], look: Callable[[dict[str, Any]], Any], world: World
):
    expected = expected_of(entry)
    found = eventually(lambda: look(entry), bool)
    if entry["n"] in HINTS:
        assert "deadAt" in found, found
        assert HINTS[entry["n"]] in found["error"]["message"]
        return
    assert found.get("outcome") == expected["outcome"], found
    if expected["outcome"] == "refused":
        assert found["error"]["innererror"]["rules"] == [expected["rule"]]
        return
    customer = world.caller(expected["customerId"], wids=[GLOBAL_ADMINISTRATOR])
    profile = ok(customer.get(f"/customers/{customer.tenant}"))
    assert (profile["name"], profile["country"]) == (expected["name"], "US")


def test_every_failure_is_told_apart():
    failures = {each["n"] for each in MESSAGES if each["expect"]["outcome"] in {"failed", "either"}}
    assert failures - TAKEN.keys() == HINTS.keys()
