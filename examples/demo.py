"""Plays a customer's story on a running backend and compares each answer with what must come.

    make demo                       uses the backend at PORT (7071), or starts one for itself

The story is in `examples/scenario/`, in files that a person can read. Exits with 1 if anything
differs from it.
"""

import sys
import time
from dataclasses import dataclass, field
from typing import Any

from azure.storage.queue import QueueClient
from rich.console import Console
from rich.table import Table

from examples.backend import PATIENCE, Backend, backend, new_id
from examples.story import Step, Story

NOTHING = "no result"

console = Console(width=None if sys.stdout.isatty() else 132)


@dataclass
class Demo:
    """One run of the story."""

    story: Story
    backend: Backend
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    surprises: list[str] = field(default_factory=list[str])
    cursor: str | None = None
    results: list[Any] = field(default_factory=list[Any])
    sent: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    def play(self) -> bool:
        """Every step in order, then the comparison; True when all is as expected."""
        table = Table("who", "asks", "answer", "rule", title="What was asked, what answered")
        for step in self.story.steps():
            answer, rules = self.send(step) if step.send else self.call(step)
            right = (answer, sorted(rules)) == (step.expect, sorted(step.rules))
            if not right:
                wanted = f"{step.expect} {', '.join(step.rules)}"
                got = f"{answer} {', '.join(rules)}"
                self.surprises.append(f"{step.by} {step.ask}: expected {wanted}, got {got}")
            style = None if right else "bold red"
            table.add_row(step.by, step.ask, str(answer), ", ".join(rules), style=style)
        console.print(table)
        self._compare()
        self._verification()
        for surprise in self.surprises:
            console.print(f"[bold red]DIFFERS[/] {surprise}", highlight=False)
        return not self.surprises

    def call(self, step: Step) -> tuple[int, list[str]]:
        """The status and the broken rules of a call."""
        method, path = str(step.call).split(" ")
        token = self.backend.token(self.story.token_request(step.by))
        body = self.story.body(step.body)
        answer = self.backend.call(method, self.story.fill(path), token, body)
        document = answer.json() if answer.content else {}
        if step.keep:
            self.kept[step.keep] = document
        error = document.get("error", {}) if isinstance(document, dict) else {}
        return answer.status_code, list(error.get("innererror", {}).get("rules", []))

    def send(self, step: Step) -> tuple[str, list[str]]:
        """What became of a message, and the rules that it broke."""
        key = (str(step.send), str(step.customer), *step.bodies)
        event_id = self.sent[key] if step.again else new_id()
        self.sent[key] = event_id
        self._put(step, event_id)
        return self._of_both(step, event_id) if step.again else self._outcome(event_id)

    def _put(self, step: Step, event_id: str) -> None:
        source = self.story.fill("https://pipelines.example/{pipeline}")
        self.backend.send(source, str(step.send), self._data(step), event_id)

    def _of_both(self, step: Step, event_id: str) -> tuple[str, list[str]]:
        """What became of a message that was sent twice: it has one result, not two.

        A feed is in order: when a later message's result is there, a second one would be too.
        """
        if not self._worked():
            return "not worked", []
        marker = new_id()
        self._put(step, marker)
        if self._outcome(marker)[0] == NOTHING:
            return NOTHING, []
        times = [result["messageId"] for result in self.results].count(event_id)
        return self._outcome(event_id) if times == 1 else (f"{times} results", [])

    def _worked(self) -> bool:
        """Whether the queue empties. Messages are worked side by side, and so in any order."""
        deadline = time.monotonic() + PATIENCE
        with QueueClient.from_connection_string(self.backend.storage, "onboarding") as queue:
            while queue.get_queue_properties().approximate_message_count:
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.2)
        return True

    def _data(self, step: Step) -> dict[str, Any]:
        if not step.bodies:
            return self.story.body(step.body)
        subscriptions = [
            {"subscriptionId": self.story.id_of(name), **self.story.body(name)}
            for name in step.bodies
        ]
        return {
            "actingPartnerId": self.story.id_of(str(step.acting)),
            "customerId": self.story.id_of(str(step.customer)),
            "subscriptions": subscriptions,
        }

    def _outcome(self, event_id: str) -> tuple[str, list[str]]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._read()
            for result in self.results:
                if result["messageId"] == event_id:
                    error = result.get("error") or {}
                    return result["outcome"], list(error.get("innererror", {}).get("rules", []))
            time.sleep(0.2)
        return NOTHING, []

    def _read(self) -> None:
        """Takes what is new in the pipeline's feed."""
        token = self.backend.token(self.story.token_request("operator"))
        pipeline = self.story.id_of("pipeline")
        results, self.cursor = self.backend.results(pipeline, token, self.cursor)
        self.results.extend(results)

    def _compare(self) -> None:
        """Field by field: what was there before the second partner came, and what came."""
        table = Table("what", "field", "before", "after", "", title="What changed, what did not")
        for kind, key in (("subscriptions", "id"), ("relationships", "partnerId")):
            before = {item[key]: item for item in self.kept[f"{kind} before"]["value"]}
            after = {item[key]: item for item in self.kept[f"{kind} after"]["value"]}
            for item_id, item in before.items():
                self._compare_one(table, kind[:-1], item, after.get(item_id, {}))
            for item_id in sorted(after.keys() - before.keys()):
                name = after[item_id].get("offerName") or after[item_id].get("partnerName")
                table.add_section()
                table.add_row(kind[:-1], "", "-", str(name), "NEW", style="green")
        self._compare_one(table, "profile", self.kept["profile before"], self.kept["profile after"])
        console.print(table)

    def _compare_one(
        self, table: Table, kind: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        was, now = flat(before), flat(after)
        name = before.get("offerName") or before.get("partnerName") or before.get("name")
        label = f"{kind}\n{name}"
        table.add_section()
        for field_name in sorted(was.keys() | now.keys()):
            old, new = was.get(field_name), now.get(field_name)
            same = old == new
            if not same:
                self.surprises.append(f"{kind} {name}: {field_name} went from {old} to {new}")
            verdict = "same" if same else "CHANGED"
            style = "dim" if same else "bold red"
            table.add_row(label, field_name, old, new, verdict, style=style)
            label = ""

    def _verification(self) -> None:
        verdict = self.kept["verification"]
        word = "valid" if verdict["valid"] else f"BROKEN: {verdict['firstBreak']}"
        console.print(
            f"The agency's ledger: {verdict['verifiedThrough']} entries, {word}, "
            f"head {verdict['head']['hash'][:16]}…"
        )
        if not verdict["valid"]:
            self.surprises.append("the ledger does not verify")


def flat(document: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Every field of `document` by its path, as text."""
    fields: dict[str, str] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            fields |= flat(value, f"{prefix}{name}.")
        else:
            fields[prefix + name] = "-" if value is None else str(value)
    return fields


def main() -> int:
    """Plays the story; the exit code."""
    with backend() as running:
        console.print(f"Playing on {running.url}")
        demo = Demo(Story(), running)
        fine = demo.play()
        if running.stays:
            console.print(
                f'Open {running.url}/ and sign in as "The agency\'s Global admin", who decides, '
                'as "Fabrikam\'s sales agent", who asked, or as "The operator".'
            )
    console.print("Everything is as expected." if fine else "[bold red]Something differs.[/]")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
