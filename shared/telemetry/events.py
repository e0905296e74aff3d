"""Every event that the app logs: what it says, what is counted by it, and which make a span.

One table for all of it. docs/telemetry.md is made from here; a test holds it against the code.
Measures have attributes of few values only: never a tenant, an id or a text that somebody wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """`counter` adds up; `histogram` also tells how values are spread."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Measure:
    """An instrument, and how an event counts in it.

    `value`: the field that is its amount, else 1. `by`: the fields that are its attributes.
    `each`: a field with a list, or with numbers by key, and the attribute that its items are.
    """

    name: str
    meaning: str
    kind: Kind = Kind.COUNTER
    unit: str = "1"
    value: str | None = None
    by: tuple[str, ...] = ()
    each: tuple[str, str] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of its attributes."""
        return (*self.by, *self.fixed, *([self.each[1]] if self.each else []))


@dataclass(frozen=True, slots=True)
class LogEvent:
    """An event. `span`: the field that names the span which ends with it; `out`: sent elsewhere."""

    meaning: str
    measures: tuple[Measure, ...] = ()
    span: str | None = None
    out: bool = False


def _took(name: str, meaning: str, *by: str) -> Measure:
    return Measure(name, meaning, Kind.HISTOGRAM, "s", "seconds", by)


def _command(outcome: str, *more: Measure) -> tuple[Measure, ...]:
    fixed = {"outcome": outcome}
    return (
        Measure("csp.commands", "commands, by outcome", by=("command",), fixed=fixed),
        Measure(
            "csp.command.duration",
            "how long commands took, waiting included",
            Kind.HISTOGRAM,
            "s",
            "seconds",
            ("command",),
            fixed=fixed,
        ),
        *more,
    )


WARNINGS: Final = Measure(
    "csp.warnings", "warnings and errors, by event; `library` for other people's", by=("event",)
)
"""Counts everything from WARNING on, whatever else it counts in."""

EVENTS: Final[Mapping[str, LogEvent]] = {
    "http.served": LogEvent(
        "a request was answered",
        (_took("csp.http.duration", "how long answers took", "endpoint", "status"),),
        span="endpoint",
    ),
    "http.unexpected-error": LogEvent(
        "a defect: answered with 500",
        (Measure("csp.http.defects", "unexpected errors", by=("error",)),),
    ),
    "message.taken": LogEvent(
        "a queue message was tried once",
        (_took("csp.message.duration", "how long tries took", "queue", "outcome"),),
        span="queue",
    ),
    "message.processed": LogEvent(
        "an onboarding message was decided",
        (Measure("csp.onboarding.results", "results", by=("type", "outcome")),),
    ),
    "message.put-off": LogEvent(
        "a message waits: the storage is busy, or its partner has its share in work",
        (Measure("csp.messages.put_off", "messages put off", by=("queue", "error")),),
    ),
    "message.dead": LogEvent(
        "a message could not be processed and is a dead letter",
        (Measure("csp.dead_letters", "dead letters", by=("queue", "reason")),),
    ),
    "limit.delayed": LogEvent(
        "a partner's messages are more than its rate and wait; the longest for `seconds`",
        (
            Measure(
                "csp.limits.delays",
                "how long messages beyond a partner's rate wait",
                Kind.HISTOGRAM,
                "s",
                "seconds",
                ("limit",),
            ),
        ),
    ),
    "limit.reached": LogEvent(
        "a request of a partner's was refused with 429: it has had its share",
        (Measure("csp.limits.reached", "requests beyond a share", by=("limit",)),),
    ),
    "letter.settled": LogEvent(
        "the replay of a dead letter ended",
        (Measure("csp.replays", "replays of dead letters", by=("outcome",)),),
    ),
    "letter.closed": LogEvent("an operator closed a dead letter"),
    "letter.stale": LogEvent("a replay came that is over already"),
    "letter.not-recorded": LogEvent("a poison message could not be made a dead letter; it stays"),
    "letters.expired": LogEvent("texts of dead letters were erased after 30 days"),
    "command.committed": LogEvent("a command took effect", _command("committed"), span="command"),
    "command.unchanged": LogEvent(
        "a command found things so already", _command("unchanged"), span="command"
    ),
    "command.refused": LogEvent(
        "a command was refused; `rules` say why",
        _command(
            "refused",
            Measure("csp.refusals", "broken rules", by=("command",), each=("rules", "rule")),
        ),
        span="command",
    ),
    "command.failed": LogEvent(
        "a command could not be decided or its outcome is unknown",
        _command("failed", Measure("csp.failures", "failed commands", by=("command", "code"))),
        span="command",
    ),
    "command.conflict": LogEvent(
        "another writer won; the command is decided again",
        (Measure("csp.conflicts", "lost races", by=("command",)),),
    ),
    "commit.repeated": LogEvent(
        "a transaction was sent again: its outcome was unknown, or the storage busy",
        (Measure("csp.commit.repeats", "transactions sent again", by=("cause",)),),
    ),
    "projection.served": LogEvent(
        "lists and feeds caught up with a tenant",
        (
            Measure(
                "csp.projection.lag",
                "age of the oldest command that was served",
                Kind.HISTOGRAM,
                "s",
                "lag",
            ),
        ),
    ),
    "webhook.attempt": LogEvent(
        "an event was sent to a webhook",
        (_took("csp.webhook.duration", "how long attempts took", "verdict"),),
        span="verdict",
        out=True,
    ),
    "webhook.disabled": LogEvent(
        "a webhook is no longer tried",
        (Measure("csp.webhooks.disabled", "webhooks disabled"),),
    ),
    "webhook.wake-failed": LogEvent("a webhook was not woken; the timer does it"),
    "webhook.upkeep-failed": LogEvent("a webhook was not looked after; the next minute does it"),
    "webhook.finding-failed": LogEvent("a disabled webhook could not be reported"),
    "storage.request": LogEvent(
        "a request to Table or Queue Storage",
        (
            _took(
                "csp.storage.duration",
                "how long storage took; status 0 is no answer",
                "service",
                "operation",
                "status",
            ),
        ),
    ),
    "storage.throttled": LogEvent(
        "the storage asks to slow down",
        (Measure("csp.storage.throttles", "429 and 503", by=("service", "operation", "status")),),
    ),
    "storage.token-kept": LogEvent(
        "no new token was given; the one that is still good goes on being used"
    ),
    "sweep.started": LogEvent("a sweep began"),
    "sweep.not-started": LogEvent("the timer found another sweep running"),
    "sweep.superseded": LogEvent("a sweep that had stopped was given up for a new one"),
    "sweep.comparing": LogEvent("a sweep looks row by row at what differs"),
    "sweep.shard-of-none": LogEvent("a message named a sweep that is over"),
    "sweep.repair-failed": LogEvent("a repair has to wait for the next sweep"),
    "sweep.finished": LogEvent(
        "a sweep ended; `findings` are numbers by kind",
        (
            Measure("csp.sweeps", "sweeps", by=("status",)),
            Measure("csp.sweep.findings", "findings met by sweeps", each=("findings", "kind")),
        ),
    ),
    "checkpoint.made": LogEvent("a sweep left a checkpoint, here to be kept elsewhere"),
    "retention.done": LogEvent("what is over its time was removed"),
    "retention.failed": LogEvent("that has to wait for the next sweep"),
    "contest.not-recorded": LogEvent("a contested id could not be told to the operator"),
    "claim.release-failed": LogEvent("a claim stays until the sweep releases it"),
    "slot.release-failed": LogEvent(
        "a place of a limited link stays taken until the sweep frees it"
    ),
    "auth.key.other-cloud": LogEvent(
        "a good signature by a key (`kid`) of another cloud (`cloud_instance`) was refused"
    ),
    "page.served": LogEvent(
        "a request for a page, or of signing in or out, was answered",
        (_took("csp.page.duration", "how long pages took", "page", "status"),),
        span="page",
    ),
    "sign-in.done": LogEvent(
        "somebody signed in to pages",
        (Measure("csp.sign_ins", "sign-ins, by outcome", fixed={"outcome": "done"}),),
    ),
    "sign-in.failed": LogEvent(
        "a sign-in ended in a notice (`outcome`); the issuer's `error` and `codes`, the failed"
        " `check`, or a `reason`. A warning where an operator has to look",
        (Measure("csp.sign_ins", "sign-ins, by outcome", by=("outcome",)),),
    ),
    "sign-in.not-set-up": LogEvent("nobody can sign in to pages: a `setting` is missing"),
    "auth.keys.refresh_failed": LogEvent("the issuer's keys could not be fetched"),
    "telemetry.failed": LogEvent("telemetry could not be switched on; the app works without"),
    "settings.unusable": LogEvent(
        "nothing runs: the line names the setting. In the host's log alone, `FunctionAppLogs`"
    ),
}
