"""The pipeline itself: sends a stage, follows the results feed until it is done, goes on."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from examples.client import Client, Json
from examples.onboarding.channels import MAX_MESSAGE, Channel, text
from examples.onboarding.journal import BadState, Journal
from examples.onboarding.progress import Teller
from examples.onboarding.records import STAGES, Record

_LOOK_SECONDS: Final = 1.0
_PAGE: Final = 1000
_RESULTS_KEPT: Final = timedelta(days=90)
"""By the backend."""


@dataclass
class Pipeline:
    """`feed` is the path of its results; `patience` the seconds to wait without a new result."""

    source: str
    feed: str
    channel: Channel
    client: Client
    journal: Journal
    patience: float
    wrong: dict[str, Json] = field(default_factory=dict[str, Json])
    """What could not be sent, by id, and what is wrong with it."""
    sent: int = 0

    def recognise(self) -> None:
        """The newest result of the state is in this feed, not in that of another storage.

        Raises BadState.
        """
        last = self.journal.last
        if last is None:
            # Nothing shows that they went to this storage: they are sent, maybe once more.
            for event_id in list(self.journal.sent):
                self.journal.again(event_id)
            return
        answer = self._page(self.journal.before)
        found = {(each["messageId"], each["at"]) for each in answer.json()["value"]}
        age = parsedate_to_datetime(answer.headers["Date"]) - datetime.fromisoformat(last["at"])
        if (last["messageId"], last["at"]) not in found and age < _RESULTS_KEPT:
            raise BadState(
                f"{self.journal.path} is of another storage than that of {self.client.url}, where "
                "its last result is not to be found: remove it, or name another with --state"
            )

    def catch_up(self) -> None:
        """Reads what the feed has by now, also of runs whose state is lost."""
        while self._heard():
            pass

    def again(self, records: list[Record]) -> None:
        """Records that were not accepted are sent once more: a refusal is then decided again."""
        for record in records:
            result = self.journal.results.get(record.id)
            if result["outcome"] != "succeeded" if result else record.id in self.journal.sent:
                self.journal.again(record.id)

    def run(self, records: list[Record], teller: Teller) -> None:
        """Stage by stage, until every record has its result or nothing came for too long."""
        for stage in STAGES:
            mine = [record for record in records if record.stage == stage]
            if mine:
                teller.stage(stage, len(mine))
                self._send(mine, teller)
                if not self._follow(mine, teller):
                    return

    def _send(self, records: list[Record], teller: Teller) -> None:
        known = self.journal.sent | self.journal.results.keys()
        new = [record for record in records if record.id not in known and self._fits(record)]
        done = self._done(records)
        for first in range(0, len(new), self.channel.size):
            some = new[first : first + self.channel.size]
            wrong = self.channel.send([record.event(self.source) for record in some])
            self.wrong |= wrong
            for record in some:
                if record.id not in wrong:
                    self.journal.was_sent(record.id)
                    self.sent += 1
            teller.at(len(records) - len(new) + first + len(some), done)

    def _fits(self, record: Record) -> bool:
        size = len(text(record.event(self.source)))
        if size > MAX_MESSAGE:
            message = f"As a message it has {size} bytes; {MAX_MESSAGE} are the most."
            self.wrong[record.id] = {"code": "TooLarge", "message": message}
        return size <= MAX_MESSAGE

    def _follow(self, records: list[Record], teller: Teller) -> bool:
        """Whether all of them came to their end."""
        last_heard = time.monotonic()
        while (done := self._done(records)) < len(records):
            teller.at(len(records), done)
            if self._heard():
                last_heard = time.monotonic()
            elif time.monotonic() - last_heard > self.patience:
                return False
            else:
                time.sleep(_LOOK_SECONDS)
        teller.at(len(records), done)
        return True

    def _done(self, records: list[Record]) -> int:
        ended = self.journal.results.keys() | self.wrong.keys()
        return sum(record.id in ended for record in records)

    def _heard(self) -> bool:
        """Whether the feed had something new."""
        page = self._page(self.journal.cursor).json()
        self.journal.ended(page["value"], page["cursor"])
        return bool(page["value"])

    def _page(self, after: str | None) -> httpx.Response:
        position = f"&after={after}" if after else ""
        return self.client.send("GET", f"{self.feed}?maxpagesize={_PAGE}{position}")
