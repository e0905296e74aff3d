"""What rules refuse, in few words, and which are shown to be enforced without a refusal."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from shared.policy.catalogue import explain
from shared.policy.refusals import Refusal, broken

ENFORCED: defaultdict[str, set[str]] = defaultdict(set)
"""By kind of enforcement, the rules that a test shows to be enforced so."""


def enforces[T](kind: str, *rule_ids: str) -> Callable[[T], T]:
    """Marks the test that shows it for rules without a refusal."""
    ENFORCED[kind].update(rule_ids)
    return lambda test: test


def said(*verdicts: Refusal | Iterable[Refusal] | None) -> list[str]:
    """`RULE target` or `RULE/variant target` of each refusal, all of which can be explained."""
    refusals = broken(*verdicts)
    for refusal in refusals:
        assert explain(refusal, "en").message.isascii()
        assert not explain(refusal, "ko").message.isascii()
    return [
        f"{refusal.rule_id}/{refusal.variant} {refusal.target}".replace("/message", "")
        for refusal in refusals
    ]
