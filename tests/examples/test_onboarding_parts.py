"""The parts of the pipeline's example where the real system cannot be made to fail."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from rich.console import Console

from examples.client import ApiError, Client, Unable
from examples.onboarding import progress
from examples.onboarding.channels import MAX_MESSAGE, Application, RawQueue
from examples.onboarding.journal import BadState, Journal
from examples.onboarding.pipeline import Pipeline
from examples.onboarding.progress import Teller
from examples.onboarding.records import Record
from examples.onboarding.report import report, show

DATE = "Thu, 26 Nov 2026 12:00:00 GMT"
LATELY, LONG_AGO = "2026-11-26T11:00:00.000000Z", "2026-08-01T11:00:00.000000Z"


class Backend:
    """A feed of results, and a way in that puts a result for each message into it."""

    size = 2

    def __init__(self, *results: dict[str, Any]) -> None:
        self.feed = list(results)
        self.taken: list[str] = []
        self.lost: set[str] = set()
        http = httpx.Client(
            transport=httpx.MockTransport(self._answer), base_url="http://b.example"
        )
        self.client = Client(http, "token")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        after = int(request.url.params.get("after", 0))
        page = {"value": self.feed[after:], "cursor": str(len(self.feed))}
        return httpx.Response(200, json=page, headers={"Date": DATE})

    def send(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        for event in events:
            self.taken.append(event["id"])
            if event["id"] not in self.lost:
                self.feed.append(result(event["id"]))
        return {}

    def close(self) -> None: ...

    def run(self, state: Path, *records: Record, again: bool = False) -> Pipeline:
        journal = Journal(state, "here")
        pipeline = Pipeline("/source", "/feed", self, self.client, journal, patience=0)
        try:
            pipeline.recognise()
            pipeline.catch_up()
            if again:
                pipeline.again(list(records))
            pipeline.run(list(records), Teller(Console(file=io.StringIO())))
        finally:
            journal.close()
        return pipeline


def result(event_id: str, at: str = LATELY, outcome: str = "succeeded") -> dict[str, Any]:
    return {"messageId": event_id, "outcome": outcome, "at": at}


def record(customer: str, **data: Any) -> Record:
    return Record("customers.csv", 2, "customers", {"customerId": customer, **data})


ONE, TWO = record("one"), record("two")


def numbers(pipeline: Pipeline, *records: Record) -> list[int]:
    """Accepted, refused, failed, unanswered, unsent."""
    return [len(each) for each in report(list(records), pipeline).values()]


def test_what_has_a_result_is_not_sent_again(tmp_path: Path):
    backend = Backend()
    backend.run(tmp_path / "state", ONE)
    pipeline = backend.run(tmp_path / "state", ONE, TWO)
    assert backend.taken == [ONE.id, TWO.id]
    assert pipeline.sent == 1
    (tmp_path / "state").unlink()
    assert backend.run(tmp_path / "state", ONE, TWO).sent == 0


def test_a_state_of_another_storage_is_refused(tmp_path: Path):
    Backend().run(tmp_path / "state", ONE)
    other = Backend(result(ONE.id, "2026-11-26T11:30:00.000000Z"))
    with pytest.raises(BadState, match="state is of another storage than that of http://b"):
        other.run(tmp_path / "state", ONE)


def test_results_that_the_backend_forgot_by_now_are_remembered(tmp_path: Path):
    Backend(result(ONE.id, LONG_AGO)).run(tmp_path / "state")
    backend = Backend()
    assert numbers(backend.run(tmp_path / "state", ONE), ONE) == [1, 0, 0, 0, 0]
    assert backend.taken == []


def test_what_was_sent_to_nobody_knows_which_storage_is_sent_again(tmp_path: Path):
    journal = Journal(tmp_path / "state", "here")
    journal.was_sent(ONE.id)
    journal.close()
    backend = Backend()
    backend.run(tmp_path / "state", ONE)
    assert backend.taken == [ONE.id]


def test_without_an_answer_it_is_sent_again_when_asked_to(tmp_path: Path):
    backend = Backend()
    backend.run(tmp_path / "state", TWO)
    backend.lost = {ONE.id}
    assert numbers(backend.run(tmp_path / "state", ONE), ONE) == [0, 0, 0, 1, 0]
    backend.lost.clear()
    assert numbers(backend.run(tmp_path / "state", ONE), ONE) == [0, 0, 0, 1, 0]
    pipeline = backend.run(tmp_path / "state", ONE, again=True)
    assert numbers(pipeline, ONE) == [1, 0, 0, 0, 0]


def test_a_stage_that_is_not_answered_holds_the_next_one(tmp_path: Path):
    backend = Backend()
    backend.lost = {ONE.id}
    later = Record("statuses.csv", 2, "statuses", {})
    pipeline = backend.run(tmp_path / "state", ONE, later)
    assert numbers(pipeline, ONE, later) == [0, 0, 0, 1, 1]
    console = Console(file=io.StringIO(), width=200)
    show(report([ONE, later], pipeline), pipeline, Path("report.json"), console)
    said = console.file.getvalue()
    assert "1 unanswered: sent, but without a result" in said
    assert "look at the dead letters" in said
    assert "1 sent now, 0 before" in said


def test_what_is_too_large_is_told_and_the_others_go(tmp_path: Path):
    # In UTF-8 a letter of this has three bytes.
    large = record("large", name="항" * (MAX_MESSAGE // 3))
    backend = Backend()
    pipeline = backend.run(tmp_path / "state", large, ONE)
    assert backend.taken == [ONE.id]
    (failed,) = report([large, ONE], pipeline)["failed"]
    assert (failed["code"], failed["line"]) == ("TooLarge", 2)
    assert str(MAX_MESSAGE) in failed["message"]


def test_the_table_names_the_field_and_a_long_one_is_cut(tmp_path: Path):
    backend = Backend(*(refusal(each.id) for each in (ONE, TWO)))
    pipeline = backend.run(tmp_path / "state", ONE, TWO)
    console = Console(file=io.StringIO(), width=200)
    show(report([ONE, TWO] * 60, pipeline), pipeline, Path("all.json"), console)
    said = console.file.getvalue()
    assert [cell.strip() for cell in said.splitlines()[4].strip("│").split("│")] == [
        "customers.csv:2",
        "InvalidField",
        "[name]",
        "too [bold]long",
    ]
    assert "20 rows more: all.json has all" in said


def refusal(event_id: str) -> dict[str, Any]:
    detail = {"code": "InvalidField", "message": "too [bold]long", "target": "[name]"}
    error = {"code": "InvalidRequest", "message": "no", "details": [detail]}
    return {**result(event_id, outcome="failed"), "error": error}


def test_a_log_hears_of_progress_while_it_goes_on(monkeypatch: pytest.MonkeyPatch):
    console = Console(file=io.StringIO())
    with Teller(console) as teller:
        teller.stage("customers", 9)
        teller.at(3, 1)
        assert console.file.getvalue() == ""
        monkeypatch.setattr(progress, "_LINE_SECONDS", 0)
        teller.at(4, 1)
        teller.at(9, 9)
    assert console.file.getvalue().splitlines() == [
        "customers: 4 of 9 sent, 1 done",
        "customers: 9 of 9 sent, 9 done",
    ]


@pytest.mark.parametrize("content", [b'{"a": 1}\n', b"no state", b'{"target": "here"}\n{\n'])
@pytest.mark.parametrize("more", [b"", b'{"sent": 5}\n', b'{"results": [], "cursor": "x"}\n'])
def test_what_is_no_state_is_left_as_it_is(tmp_path: Path, content: bytes, more: bytes):
    path = tmp_path / "state"
    path.write_bytes(content + more)
    with pytest.raises(BadState, match=r"state, line \d: this is no line of a state file"):
        Journal(path, "here")
    assert path.read_bytes() == content + more


def test_a_state_of_another_target_is_left_alone(tmp_path: Path):
    Journal(tmp_path / "state", "one").close()
    with pytest.raises(BadState, match="state is not of other: name another file"):
        Journal(tmp_path / "state", "other")
    Journal(tmp_path / "state", "one").close()


class Taker:
    """`POST /api/onboarding`: refuses the batches that hold a bad event, naming two at most."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        transport = httpx.MockTransport(self._answer)
        self.channel = Application(
            Client(httpx.Client(transport=transport, base_url="http://b"), "t")
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        events = json.loads(request.content)
        assert len(request.content) < 2**16
        details = [
            {"code": "InvalidField", "message": "no", "target": f"[{place}].data.term.endsAt"}
            for place, event in enumerate(events)
            if event.get("bad")
        ]
        if details:
            error = {"code": "InvalidRequest", "message": "no", "details": details[:2]}
            return httpx.Response(400, json={"error": error})
        self.taken += [event["id"] for event in events]
        return httpx.Response(202)


def test_bad_events_of_a_batch_are_named_and_the_others_taken():
    taker = Taker()
    events = [{"id": each, "bad": each in {0, 3, 4, 7}} for each in range(9)]
    wrong = taker.channel.send(events)
    assert taker.taken == [1, 2, 5, 6, 8]
    assert list(wrong) == [0, 3, 4, 7]
    assert wrong[4]["details"] == [
        {"code": "InvalidField", "message": "no", "target": "term.endsAt"}
    ]


def test_a_batch_that_is_too_large_for_a_body_goes_in_parts():
    taker = Taker()
    assert taker.channel.send([{"id": each, "text": "x" * 40_000} for each in range(4)]) == {}
    assert taker.taken == [0, 1, 2, 3]


def test_another_error_of_a_batch_is_nobodys_in_it():
    error = {
        "code": "InvalidRequest",
        "message": "no",
        "details": [{"target": "x", "message": "y"}],
    }
    transport = httpx.MockTransport(lambda _: httpx.Response(400, json={"error": error}))
    channel = Application(Client(httpx.Client(transport=transport, base_url="http://b"), "t"))
    with pytest.raises(ApiError, match="x: y"):
        channel.send([{"id": "1"}])


def refused(status: int, code: str) -> HttpResponseError:
    error = HttpResponseError("<xml>\npages")
    error.status_code, error.error_code = status, code
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ServiceRequestError("no route\nand more"), "takes no message: no route$"),
        (refused(403, "AuthenticationFailed"), "403 AuthenticationFailed; check the key, or the"),
        (refused(404, "QueueNotFound"), "404 QueueNotFound$"),
        (HttpResponseError("a page"), "there is no identity to sign in with: `az login`"),
    ],
)
def test_why_the_storage_takes_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
):
    def fail(_: str) -> None:
        raise error

    channel = RawQueue("AccountName=a;AccountKey=;QueueEndpoint=http://s.example/a", "MY_STORAGE")
    monkeypatch.setattr(channel._queue, "send_message", fail)
    with pytest.raises(Unable, match=said) as raised:
        channel.send([{}])
    assert str(raised.value).startswith("MY_STORAGE: the queue onboarding at s.example/a takes no")
    channel.close()
