"""Every rule of the catalogue is shown at work by a test of the kind that enforces it."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

from shared.policy.catalogue import rules
from tests.unit.policy.verdicts import ENFORCED

SAID = re.compile(r"([A-Z]{3}-\d|MultiPartnerNotAvailable)(?:/(\w+))? [\w.]+")
SHOWN_IN = ["test_access", "test_explained", "test_guarded"]


def said():
    """Every `(rule, variant)` that a test here expects to be refused."""
    return {
        (found[1], found[2] or "message")
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (found := SAID.fullmatch(node.value))
    }


def test_every_refusal_is_provoked():
    assert said() == {(rule.id, variant) for rule in rules().values() for variant in rule.messages}


@pytest.mark.parametrize("kind", ["guard", "visibility", "token", "explanation"])
def test_every_other_rule_is_seen_at_work(kind):
    for name in SHOWN_IN:
        import_module(f"{__package__}.{name}")
    assert ENFORCED[kind] == {rule.id for rule in rules().values() if rule.enforced_by == kind}
