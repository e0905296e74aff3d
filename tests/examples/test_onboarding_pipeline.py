"""The example of a pipeline: run, run again, killed and resumed, on the real system."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.cast.bodies import SIGNER, sale_document
from tests.running.client import GLOBAL_ADMINISTRATOR, Caller, World, ok
from tests.running.system import ROOT, System
from tests.running.waiting import STILL_SECONDS

EXAMPLES = ROOT / "examples/onboarding"
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MPN = re.compile(r"\b61204\d\d\b")


@pytest.fixture(scope="module")
def world(system: System) -> Iterator[World]:
    with httpx.Client(base_url=system.base_url, timeout=STILL_SECONDS) as http:
        yield World(system, http)


class Run:
    """The example in a folder of its own, with a source that nobody has used."""

    def __init__(self, system: System, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.jsonl"
        self.source = f"https://pipelines.example/{uuid4()}"
        self.port = str(httpx.URL(system.base_url).port)

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "examples.onboarding_pipeline", "--local"]
        command += ["--source", self.source, "--state", str(self.state), "--patience", "600"]
        command += ["--report", str(self.folder / "report.json"), *options]
        files = sorted(str(each) for each in self.folder.iterdir() if each.stem in SENT)
        # Whoever runs this in a shell's background ignores SIGINT, and a child would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return subprocess.Popen(
            [*command, *files],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PORT": self.port},
        )

    def report(self, expected: int, *options: str) -> dict[str, list[dict[str, Any]]]:
        """What it wrote, once it ended with that exit code."""
        running = self.start(*options)
        _, self.said = running.communicate()
        assert running.returncode == expected, self.said
        return json.loads((self.folder / "report.json").read_text())

    def interrupt(self, number: signal.Signals, *options: str) -> tuple[int, str]:
        """Its exit code and what it said, ended in the middle of sending."""
        running = self.start(*options)
        while not (self.state.exists() and self.state.read_text().count('"sent"') >= 10):
            assert running.poll() is None
            time.sleep(0.005)
        running.send_signal(number)
        return running.wait(), running.communicate()[1]


SENT = {"partners", "customers", "relationships", "invitations", "subscriptions", "statuses"}


@pytest.fixture
def example(system: System, tmp_path: Path) -> Run:
    return Run(system, tmp_path)


def sample(name: str, folder: Path) -> None:
    """That sample's data under ids that no other run has used."""
    ids: dict[str, str] = {}
    for path in (EXAMPLES / name).iterdir():
        text = GUID.sub(lambda found: ids.setdefault(found[0], str(uuid4())), path.read_text())
        numbers = MPN.sub(lambda found: ids.setdefault(found[0], str(uuid4().int % 10**9)), text)
        (folder / path.name).write_text(numbers)


def entries(customer: Caller) -> int:
    found = ok(customer.get(f"/customers/{customer.tenant}/ledger/verification"))
    assert found["valid"], found
    return found["verifiedThrough"]


def rules(group: list[dict[str, Any]]) -> list[str]:
    return [rule["code"] for each in group for rule in each["rules"]]


def test_the_sample_from_first_run_to_last(world: World, example: Run):
    sample("data", example.folder)
    first = example.report(1, "--register")
    assert [len(first[each]) for each in first] == [6, 4, 0, 0, 0]
    assert "10 sent now, 0 before" in example.said
    assert sorted(rules(first["refused"])) == ["ELG-1", "GOV-1", "SUB-1", "SUB-1"]
    assert all(rule["message"] for each in first["refused"] for rule in each["rules"])
    invitations = [
        each["resource"].removeprefix("/api")
        for each in first["accepted"]
        if each["type"] == "invitation-request"
    ]
    customers = [
        world.caller(GUID.findall(path)[0], wids=[GLOBAL_ADMINISTRATOR]) for path in invitations
    ]
    before = [entries(customer) for customer in customers]
    assert example.report(1) == first
    assert "0 sent now, 10 before" in example.said
    assert [entries(customer) for customer in customers] == before
    for customer, path in zip(customers, invitations, strict=True):
        ok(customer.post(f"{path}/accept", {"customerAgreement": SIGNER}))
    # Without its memory it learns from the feed what it did.
    example.state.unlink()
    assert example.report(1) == first
    last = example.report(1, "--again")
    assert [len(last[each]) for each in last] == [8, 2, 0, 0, 0]
    assert sorted(rules(last["refused"])) == ["ELG-1", "GOV-1"]
    assert [entries(customer) for customer in customers] == [number + 2 for number in before]


def test_an_existing_estate(world: World, example: Run):
    """Nobody but the operator does anything, and the customer finds all of it."""
    sample("estate", example.folder)
    found = example.report(0, "--register")
    assert [len(found[each]) for each in found] == [10, 0, 0, 0, 0]
    places = {
        GUID.findall(each["resource"])[0]
        for each in found["accepted"]
        if "relationships" in each["resource"]
    }
    seen: list[tuple[str, int]] = []
    for tenant in sorted(places):
        customer = world.caller(tenant, wids=[GLOBAL_ADMINISTRATOR])
        relationships = ok(customer.get(f"/customers/{tenant}/relationships"))["value"]
        assert {each["origin"] for each in relationships} == {"imported"}
        assert {each["delegatedAdmin"] for each in relationships} == {"none"}
        assert all(each["evidence"].startswith("contract 20") for each in relationships)
        sold = ok(customer.get(f"/customers/{tenant}/subscriptions"))["value"]
        seen.append((len(relationships), len(sold)))
        entries(customer)
    assert sorted(seen) == [(1, 1), (2, 2)]


def sales(world: World, number: int) -> tuple[Caller, Caller, list[dict[str, Any]]]:
    """A partner, a customer of its, and what to sell in between."""
    partner, customer = world.partner(), world.customer()
    world.hired(partner, customer)
    ids = {"actingPartnerId": partner.tenant, "customerId": customer.tenant}
    sold = [{**ids, "subscriptionId": str(uuid4()), **sale_document()} for _ in range(number)]
    return partner, customer, sold


def put(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(each) + "\n" for each in records))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_ended_and_resumed(world: World, example: Run, number: signal.Signals):
    _, customer, sold = sales(world, 60)
    put(example.folder / "subscriptions.jsonl", sold)
    (example.folder / "report.json").write_text("of an earlier run")
    before = entries(customer)
    code, said = example.interrupt(number, "--register")
    if number is signal.SIGKILL:
        assert not (example.folder / "report.json").exists()
        with example.state.open("a") as state:
            state.write('{"sent": "half a li')
    else:
        assert (code, said.splitlines()[-1]) == (
            130,
            "onboarding: interrupted; the same command goes on",
        )
        left = json.loads((example.folder / "report.json").read_text())
        assert sum(len(each) for each in left.values()) == 60
        assert left["unanswered"]
    found = example.report(0)
    assert [each["line"] for each in found["accepted"]] == list(range(1, 61))
    assert entries(customer) == before + 60


def test_a_file_that_grew_sends_only_what_is_new(world: World, example: Run):
    partner, customer, sold = sales(world, 2)
    put(example.folder / "subscriptions.jsonl", sold)
    example.report(0, "--register")
    names = ("actingPartnerId", "customerId", "subscriptionId")
    wanted = [{name: each[name] for name in names} | {"status": "suspended"} for each in sold]
    put(example.folder / "statuses.jsonl", wanted[:1])
    example.report(0, "--register")
    path = f"/customers/{customer.tenant}/subscriptions/{sold[0]['subscriptionId']}"
    admin = world.caller(partner.tenant, roles=["AdminAgent"])
    ok(admin.post(f"{path}/reactivate"))
    put(example.folder / "statuses.jsonl", wanted[::-1])
    example.report(0)
    assert "1 sent now, 3 before" in example.said
    assert ok(admin.get(path))["status"] == "active"


def test_a_partners_own_application(world: World, example: Run):
    partner, customer, sold = sales(world, 4)
    sold.append({**sold[0], "customerId": str(uuid4())})
    sold[1]["quantity"] = 0
    put(example.folder / "subscriptions.jsonl", sold)
    before = entries(customer)
    found = example.report(1, "--partner", partner.tenant)
    assert [each["line"] for each in found["accepted"]] == [1, 3, 4]
    assert rules(found["refused"]) == ["SUB-1"]
    (failed,) = found["failed"]
    assert (failed["line"], failed["rules"][0]["target"]) == (2, "quantity")
    assert example.report(1, "--partner", partner.tenant) == found
    assert entries(customer) == before + 3


def test_who_is_not_registered_is_told_how(example: Run):
    (example.folder / "customers.csv").write_text(
        f"customerId,name,domain,country\n{uuid4()},One,one.example,US\n"
    )
    running = example.start()
    _, said = running.communicate()
    assert running.returncode == 2
    wanted = f"onboarding: the source {example.source} is not registered; use --register\n"
    assert said == wanted


def test_every_bad_line_is_named_before_anything_is_sent(example: Run):
    (example.folder / "customers.csv").write_text(
        f"customerId,name,domain,country\n1,One,one.example,US\n{uuid4()},Two,Three\n"
    )
    running = example.start()
    _, said = running.communicate()
    assert running.returncode == 2
    assert "customers.csv, line 2" in said
    assert "customers.csv, line 3" in said
    assert not example.state.exists()
