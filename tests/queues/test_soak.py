"""Thousands of messages from four senders, while the host is killed again and again.

`SOAK_MESSAGES` sets how many, `SOAK_CUSTOMERS` to how many customers of twenty partners
(`make soak`: 10,000 and 2,000, without kills and with them). Before the sales, and after everything
has settled, a sweep of the whole store over HTTP and queues finds nothing.
"""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.client import ok
from tests.running.waiting import eventually

from .soaking import Soak, Swept

MESSAGES = int(os.environ.get("SOAK_MESSAGES", "1000"))
CUSTOMERS = int(os.environ.get("SOAK_CUSTOMERS", "0"))
KILLS = [0, 10] if "SOAK_MESSAGES" in os.environ else [10]


@pytest.fixture(params=KILLS, ids=lambda kills: f"{kills}-kills")
def soak(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Soak]:
    made = Soak(tmp_path, MESSAGES, CUSTOMERS, kills=request.param)
    yield made
    made.close()


@pytest.mark.timeout(900 + MESSAGES // 2)
def test_every_message_takes_effect_once(soak: Soak, request: pytest.FixtureRequest):
    plan, expected = soak.plan, soak.plan.expected
    for texts in plan.before():
        soak.phase(texts, set(expected.succeeded), 0)
    for customer, partner, invitation in plan.invitations:
        soak.accept(customer, partner, invitation)
    before = soak.sweep()
    started, sent_before = time.monotonic(), soak.sent
    for texts in plan.after():
        soak.phase(texts, expected.succeeded | expected.refused.keys(), len(expected.malformed))
    soak.settle()
    rate = (soak.sent - sent_before) / (time.monotonic() - started)

    assert soak.kills == request.node.callspec.params["soak"]
    each_has_its_result(soak)
    customers_see_what_was_sold(soak)
    no_ledger_has_more(soak)
    partners_are_told(soak)
    after = soak.sweep()
    assert after.rows > before.rows
    report(soak, rate, (before, after))


def each_has_its_result(soak: Soak) -> None:
    """One for each success, however often it was sent; of what was malformed, a dead letter."""
    expected = soak.plan.expected
    outcomes = {(key, each["outcome"]) for key, found in soak.results.items() for each in found}
    assert outcomes == {
        *((key, "succeeded") for key in expected.succeeded),
        *((key, "refused") for key in expected.refused),
        *((key, "failed") for key in expected.failed),
    }
    assert {len(soak.results[key]) for key in expected.succeeded} == {1}
    for key, rule in expected.refused.items():
        assert soak.results[key][0]["error"]["innererror"]["rules"] == [rule]
    assert {letter["text"] for letter in soak.storage.letters()} == set(expected.malformed)


def customers_see_what_was_sold(soak: Soak) -> None:
    """In their own lists."""
    for customer in soak.plan.customers:
        pages = soak.admin(customer).pages(f"/customers/{customer}/subscriptions", maxpagesize=1000)
        found = {
            row["id"]: (row["partnerId"], row["status"], row["quantity"])
            for page in pages
            for row in page
        }
        assert found == soak.plan.expected.sold.get(customer, {})


def no_ledger_has_more(soak: Soak) -> None:
    """Every tenant's verifies, with one entry for each command that took effect."""
    for tenant, entries in soak.plan.expected.entries.items():
        found = ok(soak.world.operator.get(f"/customers/{tenant}/ledger/verification"))
        while "nextLink" in found:
            found = ok(soak.world.operator.get(found["nextLink"]))
        assert (found["valid"], found["verifiedThrough"]) == (True, entries), found


def partners_are_told(soak: Soak) -> None:
    """In their lists, and of every effect once in their feeds, when followers have caught up."""
    expected = soak.plan.expected
    sold = {key: row for rows in expected.sold.values() for key, row in rows.items()}
    assert eventually(lambda: listed(soak), lambda found: found == sold) == sold
    told = sum(expected.events.values())
    followed = eventually(lambda: fed(soak), lambda found: sum(found.values()) >= told)
    assert followed == expected.events


def listed(soak: Soak) -> dict[str, tuple[str, str, int]]:
    """What all partners' lists show."""
    return {
        row["id"]: (row["partnerId"], row["status"], row["quantity"])
        for partner in soak.plan.partners
        for page in soak.partner(partner).pages(
            f"/partners/{partner}/subscriptions", maxpagesize=1000
        )
        for row in page
    }


def fed(soak: Soak) -> Counter[tuple[str, str, str]]:
    """How often each event is in its partner's feed; there, each customer's have no gap."""
    kinds = {kind for _, kind, _ in soak.plan.expected.events}
    found: Counter[tuple[str, str, str]] = Counter()
    for partner in soak.plan.partners:
        seen: Counter[str] = Counter()
        known: set[str] = set()
        for page in soak.partner(partner).pages(f"/partners/{partner}/events", maxpagesize=1000):
            for event in page:
                if event["id"] in known:
                    continue  # It landed late, and was published again.
                known.add(event["id"])
                seen[event["customerid"]] += 1
                assert event["feedsequence"] == seen[event["customerid"]]
                if event["type"] in kinds:
                    found[partner, event["type"], event["data"]["id"]] += 1
    return found


def report(soak: Soak, rate: float, sweeps: tuple[Swept, Swept]) -> None:
    """For whoever runs `make soak`."""
    letters, failed = soak.storage.letters(), len(soak.plan.expected.malformed)
    again = sum(len(found) - 1 for found in soak.results.values()) + len(letters) - failed
    swept = " and ".join(f"{each.rows} rows in {each.seconds:.1f} s" for each in sweeps)
    sys.stderr.write(
        f"\n{MESSAGES} messages for {len(soak.plan.customers)} customers of"
        f" {len(soak.plan.partners)} partners, {soak.kills} kills: {rate:.1f} messages/s after the"
        f" acceptances; {failed} dead letters; {soak.doubled} duplicates sent, none took effect,"
        f" {again} answered again; {sum(soak.plan.expected.events.values())} events in feeds, each"
        f" once; host at most {soak.peak // 1024} MiB;"
        f" sweeps without findings before and after: {swept}\n"
    )
