"""The pipeline itself: sends a stage, follows the results feed until it is done, goes on."""

import time
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from examples.onboarding.channels import Channel, Service
from examples.onboarding.journal import Journal
from examples.onboarding.records import STAGES, Record

_LOOK_SECONDS: Final = 1.0


@dataclass
class Pipeline:
    """`feed` is the path of its results; `patience` the seconds to wait without a new result."""

    source: str
    feed: str
    channel: Channel
    service: Service
    journal: Journal
    patience: float

    def catch_up(self) -> None:
        """Reads what the feed has by now, also of runs whose state is lost."""
        while self._heard():
            pass

    def again(self, records: list[Record]) -> None:
        """Records that were not accepted are sent once more: a refusal is then decided again."""
        for record in records:
            result = self.journal.results.get(record.id)
            if result and result["outcome"] != "succeeded":
                self.journal.again(record.id)

    def run(self, records: list[Record], console: Console) -> None:
        """Stage by stage, until every record has its result or nothing came for too long."""
        columns = TextColumn("{task.description:13}"), BarColumn(), MofNCompleteColumn()
        with Progress(*columns, console=console) as progress:
            for stage in STAGES:
                mine = [record for record in records if record.stage == stage]
                if not mine:
                    continue
                task = progress.add_task(stage, total=len(mine))
                self._send(mine)
                if not self._follow(mine, progress, task):
                    return

    def _send(self, records: list[Record]) -> None:
        known = self.journal.sent | self.journal.results.keys()
        new = [record for record in records if record.id not in known]
        for first in range(0, len(new), self.channel.size):
            some = new[first : first + self.channel.size]
            self.channel.send([record.event(self.source) for record in some])
            for record in some:
                self.journal.was_sent(record.id)

    def _follow(self, records: list[Record], progress: Progress, task: TaskID) -> bool:
        """Whether all of them have their result."""
        wanted = {record.id for record in records}
        last_heard = time.monotonic()
        while True:
            done = len(wanted & self.journal.results.keys())
            progress.update(task, completed=done)
            if done == len(wanted):
                return True
            if time.monotonic() - last_heard > self.patience:
                return False
            if self._heard():
                last_heard = time.monotonic()
            else:
                time.sleep(_LOOK_SECONDS)

    def _heard(self) -> bool:
        """Whether the feed had something new."""
        results, cursor = self.service.results(self.feed, self.journal.cursor)
        self.journal.ended(results, cursor)
        return bool(results)
