"""What a broken rule looks like: a value, collected with all the others that are broken."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Self

type ResolvableBy = Literal["partner", "customer", "operator", "nobody"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A broken rule.

    `params` fill the catalogue's message, so they hold ids, limits and times, never a person.
    `variant` chooses among the messages of a rule that can be broken in several ways; what it
    leaves open (`retryable`, `resolvable_by`) the catalogue's record of the rule says.
    """

    rule_id: str
    target: str | None = None
    variant: str = "message"
    params: dict[str, str] = field(default_factory=dict[str, str])
    """Values for the placeholders of the message."""
    subscription_ids: tuple[str, ...] = ()
    """The subscriptions that stand in the way, where that is what breaks the rule."""
    partner: str | None = field(default=None, compare=False)
    """Told to a customer: the name of the partner that is asked about. None: told to others."""

    def to_customer(self, partner: str) -> Self:
        """The same refusal, spoken to a customer whom `partner` asked."""
        return replace(self, partner=partner)


def refuse(
    rule_id: str, target: str | None = None, *, variant: str = "message", **params: object
) -> Refusal:
    """A refusal; `params` become text."""
    return Refusal(rule_id, target, variant, {name: str(value) for name, value in params.items()})


def broken(*verdicts: Refusal | Iterable[Refusal] | None) -> tuple[Refusal, ...]:
    """All that is broken among `verdicts`, in order, each once."""
    found: list[Refusal] = []
    for verdict in verdicts:
        if verdict is None:
            continue
        found.extend((verdict,) if isinstance(verdict, Refusal) else verdict)
    unique: list[Refusal] = []
    for refusal in found:
        if refusal not in unique:
            unique.append(refusal)
    return tuple(unique)
