"""What of a history a caller may notice: written from the role table and the rules alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.cast.ids import OPERATOR, PROVIDER
from tests.twins.scene import CLOCK, CUSTOMERS, Step


@dataclass
class Record:
    """What came of the steps: as far as it decides who may see what, and which facts are true.

    `met`: whose relationship a customer ever had. `parties`: who sells a subscription, and who is
    its partner of record. `offers`: invitation links, by partner. `swept`: a checkpoint was made.
    `blocks` and `linked` are as of now.
    """

    done: set[int] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)
    parties: dict[str, set[str]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    offers: set[tuple[str, str]] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    ever_linked: set[str] = field(default_factory=set)
    swept: bool = False

    def note(self, step: Step) -> None:
        """A step that took effect."""
        self.done.add(step.number)
        verb = step.path.rpartition("/")[2]
        if step.thing and (step.method == "PUT" or step.path == "/api/onboarding"):
            self.taken[step.thing] = step.by
            self.parties.setdefault(step.thing, set()).update(step.partners)
        if step.thing and verb == "set-partner-of-record":
            self.parties[step.thing] |= step.partners
        if verb == "accept" and step.customer:
            self.met |= {(step.customer, one) for one in self.about(step)}
        self.swept = self.swept or step.kind == CLOCK
        if step.kind == "offer":
            _, _, _, partner, _, link = step.path.split("/")
            self.offers.add((partner, link))
        if step.kind == "link":
            self._link(step, verb)
        self._block(step, verb)

    def about(self, step: Step) -> set[str]:
        """Whom a step is about: of a thing that is there, whose it is, whoever it was meant for."""
        return self.parties.get(step.thing or "") or set(step.partners)

    def _link(self, step: Step, verb: str) -> None:
        (reseller,) = step.partners - {PROVIDER}
        if verb == "accept":
            self.linked.add(reseller)
            self.ever_linked.add(reseller)
        elif step.method == "DELETE":
            self.linked.discard(reseller)

    def _block(self, step: Step, verb: str) -> None:
        if step.kind == "block":
            place = {(step.customer or "", one) for one in step.partners}
            (self.blocks.update if step.method == "PUT" else self.blocks.difference_update)(place)
        elif verb == "decline" and (step.body or {}).get("block"):
            self.blocks.add((step.customer or "", self.taken[step.thing or ""]))


def offer_of(step: Step) -> tuple[str, str] | None:
    """Whose link, and which, the step's path names to whoever is offered it."""
    found = re.match(r"/api/invitation-links/([^/?]+)/([^/?]+)", step.path)
    return (found[1], found[2]) if found else None


def visible(steps: Iterable[Step], record: Record, caller: str) -> set[int]:
    """The numbers of the steps that happen in the caller's twin world."""
    if caller == OPERATOR:
        # It reads every ledger, and hears of refusals, too (SUB-6).
        return {step.number for step in steps if step.kind != "own"}
    return {
        step.number
        for step in steps
        if step.by == caller or (step.number in record.done and _may_notice(step, record, caller))
    }


def as_far_as_visible(step: Step, caller: str) -> Step:
    """The step in the caller's twin world: what an operator reads holds no personal data.

    That and what people typed lies beside the ledger (decision 0002), so its twin says other things
    there. A dead letter's text is shown to it, for a time, so queue messages stay as they are; and
    why something is disputed (SUB-6), which it decides on.
    """
    disputed = step.path.endswith("/dispute")
    if caller != OPERATOR or not isinstance(step.body, dict) or disputed:
        return step
    body = {name: _OTHERWISE.get(name, value) for name, value in step.body.items()}
    return replace(step, body=body)


_OTHERWISE: Final[Mapping[str, Any]] = {
    "message": "Something else",
    "contact": {"email": "somebody@else.example", "locale": "en"},
    "reason": "For other reasons",
    "customerAgreement": {"firstName": "Eva", "lastName": "Mun", "email": "eva@else.example"},
}


def _may_notice(step: Step, record: Record, caller: str) -> bool:
    if step.kind in {"founding", CLOCK}:
        return True  # That a tenant is a partner is told to anybody, and time passes for all.
    if step.kind == "letter":
        return False
    if caller in CUSTOMERS:
        # All that is about itself; and whether a partner may be accepted rests on its standing,
        # its reseller links and its invitation links.
        return step.customer == caller or step.kind in {"operator", "link", "offer"}
    if step.kind == "settling":
        return (step.customer or "", caller) in record.met
    if step.kind == "operator":
        return bool(step.partners & {caller, *_linked_with(record, caller)})
    return caller in record.about(step)


def _linked_with(record: Record, caller: str) -> set[str]:
    if caller == PROVIDER:
        return record.ever_linked
    return {PROVIDER} if caller in record.ever_linked else set()
