"""What an operator does about a finding or a dead letter, told once.

Pages show it, and the tables of docs/sweep.md and docs/operate.md are written from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, cast

from pydantic import BaseModel

from shared.http.openapi.sentences import of_member
from shared.web.texts import text


@dataclass(frozen=True, slots=True)
class Step:
    """A person's step about a finding; `itself`: what the sweep does. Texts of the catalog."""

    itself: str
    person: str


_NOTHING: Final = text("Nothing.")
_NO_LEDGER: Final = text("Nothing: nothing repairs a ledger.")
_WATCH: Final = text("Nothing. If it comes again, find out who writes to the table `index`.")
_DIED: Final = text("Nothing: a command had died on its way.")

FINDINGS: Final[Mapping[str, Step]] = {
    "chain-broken": Step(
        _NO_LEDGER,
        text(
            "Stop writing to the account by hand. `key` says which entry it is, or that the head"
            " names another last one. Compare with the customer's own export and with the last"
            " checkpoint; then restore the partition from a backup."
        ),
    ),
    "state-diverged": Step(
        text("Nothing: it never repairs a subscription, nor what the ledger is in doubt of."),
        text(
            "`fields` has both values; the ledger's is the truth. Of personal data (`details|…`)"
            " only commitments are told: they were altered, removed or brought back. Find out in"
            " the logs of the storage who wrote it, and put the row back by hand, under its ETag."
        ),
    ),
    "interference": Step(
        _NOTHING,
        text(
            "The entry names actor and command: it is a defect, or a forged entry. Tell both"
            " partners and the customer."
        ),
    ),
    "rolled-back": Step(
        _NO_LEDGER,
        text(
            "As for `chain-broken`. The checkpoint that was kept outside of the account is the"
            " evidence."
        ),
    ),
    "checkpoint-broken": Step(
        text("It stays open for 30 days, since the next sweep rests on other leaves."),
        text(
            "Someone wrote to the table `operations`; `key` names the checkpoint. Compare with the"
            " hashes that were kept outside. Until they agree, trust no proof, and no absence of"
            " `rolled-back`."
        ),
    ),
    "projection-behind": Step(
        text("It calls the followers again."),
        text("Nothing, at first. If it stays open, look at the dead letters of `projections`."),
    ),
    "index-orphan": Step(text("It deletes the row; `row` keeps what stood there."), _WATCH),
    "index-missing": Step(text("It writes the row again, from the tenant."), _WATCH),
    "index-stale": Step(text("It writes the row again, from the tenant."), _WATCH),
    "claim-orphan": Step(text("It releases the id."), _DIED),
    "claim-missing": Step(
        _NOTHING,
        text("Make sure that nobody else registered the id; then write the claim back."),
    ),
    "link-slot-orphan": Step(text("It releases the place."), _DIED),
    "invitation-overdue": Step(text("It records the expiry."), _NOTHING),
    "rights-lapsed": Step(
        text("It takes nothing away."),
        text(
            "`rules` names what holds no more, for a link that ended or a partner that was"
            " suspended. Tell whom it concerns."
        ),
    ),
    "counter-wrong": Step(
        text(
            "It writes the mark of a partner's feed (`feed|…`) again, so that events go on with the"
            " right numbers."
        ),
        text(
            "Of a feed: tell the partner to look for a gap before. Of a link, whose counter too low"
            " lets in too many: revoke the link and issue another."
        ),
    ),
    "too-large": Step(
        text("It says nothing else of the tenant, whose leaf stays that of the last checkpoint."),
        text(
            "Verify its ledger, page by page, which works at any size. Find out who writes that"
            " much; only the tenant's own partners can."
        ),
    ),
    "undecodable-row": Step(
        text(
            "Nothing, but that it makes the note of which sweep runs again, and writes an altered"
            " finding anew when it is met again. Other rows and tenants are not affected."
        ),
        text(
            "Look at the row by its key, and restore it. Of a tenant at most 200 are told one by"
            " one, then how many `more` (`partition`)."
        ),
    ),
    "subscription-id-contested": Step(
        text("Nothing. One with `refused` in its key stays open until 30 days after the last try."),
        text(
            "Look into it: did the holder register an id that is not its own? Once its customer"
            " disputes the subscription, it can be annulled."
        ),
    ),
    "webhook-disabled": Step(
        text("Nothing. The partner is sent nothing more there, and no event is lost."),
        text(
            "Tell the partner. It mends its receiver and calls `POST …/webhooks/{webhookId}/test`,"
            " which goes on where it stopped."
        ),
    ),
}
"""By kind."""

_TELL: Final = text(
    "Tell the sender; `error` says what is wrong. Nothing was done, and the same message put back"
    " would die again: close the letter."
)

LETTERS: Final[Mapping[str, str]] = {
    "undecodable": _TELL,
    "oversized": _TELL,
    "malformed": _TELL,
    "unknown-version": _TELL,
    "unknown-type": _TELL,
    "source-not-authorised": text(
        "If the source may send this, register its pipeline, or extend it; then put the message"
        " back, which is authorised anew. If not, close the letter."
    ),
    "message-id-reused": text(
        "Tell the sender, which sends it again under an id of its own: another message of that id"
        " had taken effect. Close the letter."
    ),
    "retries-exhausted": text(
        "`error` has the type of an exception: look for it in the log by the letter's time, and fix"
        " the cause. Then put the message back; what had succeeded has no second effect."
    ),
}
"""By reason."""


def meanings(model: type[BaseModel], field: str) -> Mapping[str, str]:
    """What each value of a field means, in the API's own sentences."""
    values = cast("type[Enum]", model.model_fields[field].annotation)
    return {str(each.value): of_member(each) or "" for each in values}
