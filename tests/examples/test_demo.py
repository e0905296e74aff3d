"""The demo: plays on the real system, and notices whatever differs from its story."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from typing import Any

import httpx
import pytest

from devhost.people import README
from examples.backend import Backend
from examples.demo import Demo, flat
from examples.story import Step, Story
from tests.running.system import ROOT, System


def test_the_whole_story_is_as_expected_on_a_running_system(system: System):
    port = system.base_url.rsplit(":", 1)[1]
    played = subprocess.run(
        [sys.executable, "-m", "examples.demo"],
        cwd=ROOT,
        env={**os.environ, "PORT": port},
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-2000:]
    assert f"Playing on {system.base_url}" in played.stdout
    assert "entries, valid" in played.stdout
    assert "DIFFERS" not in played.stdout
    # Whom it names at the end can be picked where one signs in; the story's people before the
    # README's, of whom the operator is one.
    said = " ".join(played.stdout.split())
    named = re.findall(r'as "(.+?)"', said[said.index(f"Open {system.base_url}/") :])
    begun = httpx.get(f"{system.base_url}/signin?return=/", timeout=60)
    form = unescape(httpx.get(begun.headers["location"], timeout=60).text)
    places = {name: form.index(f"<button>{name}</button>") for name in named}
    assert len(places) == 3
    first = min(form.index(f"<button>{person.name}</button>") for person in README)
    assert [name for name, place in places.items() if place > first] == ["The operator"]


def played(monkeypatch: pytest.MonkeyPatch, answer: int, rules: list[str]) -> Demo:
    """A demo of one step, `PUT` expecting 409 INV-3, that got `answer`."""
    step = Step(ask="asks", expect=409, rules=("INV-3",), by="operator", call="PUT /x")
    story = Story()
    monkeypatch.setattr(Story, "steps", lambda _: iter([step]))
    demo = Demo(story, Backend(1))
    monkeypatch.setattr(demo, "call", lambda _: (answer, rules))
    sold = {"id": "1", "offerName": "Mail", "quantity": 5, "term": {"endsAt": "2027"}}
    profile = {"id": "c", "name": "Agency"}
    for when in ("before", "after"):
        demo.kept[f"subscriptions {when}"] = {"value": [sold]}
        demo.kept[f"relationships {when}"] = {"value": []}
        demo.kept[f"profile {when}"] = profile
    demo.kept["verification"] = {"valid": True, "verifiedThrough": 1, "head": {"hash": "0" * 64}}
    return demo


def test_an_answer_as_expected_is_no_surprise(monkeypatch: pytest.MonkeyPatch):
    assert played(monkeypatch, 409, ["INV-3"]).play()


@pytest.mark.parametrize(
    ("answer", "rules"), [(201, []), (409, []), (409, ["INV-3", "GOV-1"]), (409, ["INV-4"])]
)
def test_any_other_answer_is_one(monkeypatch: pytest.MonkeyPatch, answer: int, rules: list[str]):
    assert not played(monkeypatch, answer, rules).play()


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "1", "offerName": "Mail", "quantity": 6, "term": {"endsAt": "2027"}},
        {"id": "1", "offerName": "Mail", "quantity": 5, "term": {"endsAt": "2028"}},
        {"id": "1", "offerName": "Mail", "quantity": 5, "term": {}},
        {"id": "2", "offerName": "Mail", "quantity": 5, "term": {"endsAt": "2027"}},
    ],
)
def test_a_changed_or_missing_subscription_is_one(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, object]
):
    demo = played(monkeypatch, 409, ["INV-3"])
    demo.kept["subscriptions after"] = {"value": [changed]}
    assert not demo.play()


def test_a_broken_ledger_is_one(monkeypatch: pytest.MonkeyPatch):
    demo = played(monkeypatch, 409, ["INV-3"])
    demo.kept["verification"] = {
        "valid": False,
        "verifiedThrough": 0,
        "head": {"hash": "0" * 64},
        "firstBreak": {"sequence": 1, "kind": "gap"},
    }
    assert not demo.play()


class Feed(Backend):
    """A backend that writes down a result of every message but those sent again: they have more."""

    def __init__(self, results_of_another: int) -> None:
        super().__init__(1)
        self.of_another = results_of_another
        self.sent: list[str] = []
        self.written: list[str] = []

    def token(self, wanted: dict[str, Any]) -> str:
        return ""

    def send(self, source: str, kind: str, data: dict[str, Any], event_id: str) -> None:
        self.written += [event_id] * (self.of_another if event_id in self.sent else 1)
        self.sent.append(event_id)

    def results(self, pipeline: str, token: str, after: str | None) -> tuple[list[Any], str]:
        new = self.written[int(after or 0) :]
        page = [{"messageId": each, "outcome": "succeeded"} for each in new]
        return page, str(len(self.written))


@pytest.mark.parametrize(("of_another", "told"), [(0, "succeeded"), (1, "2 results")])
def test_a_message_sent_twice_has_one_result(
    monkeypatch: pytest.MonkeyPatch, of_another: int, told: str
):
    monkeypatch.setattr(Demo, "_worked", lambda _: True)
    backend = Feed(of_another)
    demo = Demo(Story(), backend)
    step = Step(ask="sends", expect="succeeded", send="customer-profile", body="agency")
    assert demo.send(step) == ("succeeded", [])
    assert demo.send(replace(step, again=True)) == (told, [])
    first, second, marker = backend.sent
    assert first == second != marker


def test_a_message_that_nobody_works_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Demo, "_worked", lambda _: False)
    demo = Demo(Story(), Feed(0))
    step = Step(ask="sends", expect="succeeded", send="customer-profile", body="agency")
    demo.send(step)
    assert demo.send(replace(step, again=True)) == ("not worked", [])


def test_a_document_is_flattened_by_paths():
    assert flat({"a": {"b": 1, "c": None}, "d": "x"}) == {"a.b": "1", "a.c": "-", "d": "x"}


def test_a_name_is_the_same_id_throughout_a_run_and_another_one_in_the_next():
    one, other = Story(), Story()
    assert one.fill({"x": ["{agency}"]}) == {"x": [one.id_of("agency")]}
    assert one.id_of("agency") != other.id_of("agency")
