"""The table of events and the code agree, and so do the document and the table."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.telemetry.events import EVENTS, WARNINGS, Kind
from tests.running.system import ROOT
from tools.telemetry_document import PATH, document

LEVELS = {"debug", "info", "warning", "error", "log"}
FEW = {
    "limit",
    *("endpoint", "status", "queue", "outcome", "type", "command", "rule", "code", "cause"),
    *("error", "reason", "verdict", "service", "operation", "kind", "event", "page"),
}
"""Attributes whose values are words of the code, or numbers of HTTP."""


def calls(path: Path) -> Iterator[ast.Call]:
    """Calls of a logger."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "traffic"), attr=level)):
                if level in LEVELS:
                    yield node


def logged() -> set[str]:
    """The names of the events that the code logs; nothing but a name is logged."""
    names: set[str] = set()
    for path in (ROOT / "shared").rglob("*.py"):
        for call in calls(path):
            texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
            assert len(texts) == 1, f"{path}:{call.lineno} logs something else than a name"
            names.add(str(texts[0]))
    return names


def test_every_event_of_the_code_is_in_the_table_and_the_other_way_round():
    assert logged() == EVENTS.keys()


def test_no_logger_is_called_otherwise():
    """Only `log` and `traffic` are looked at above."""
    for path in (ROOT / "shared").rglob("*.py"):
        text = path.read_text("utf-8")
        assert text.count("getLogger(__name__)") == text.count(
            "\nlog = logging.getLogger(__name__)"
        )


def test_measures_have_attributes_of_few_values_only():
    for told in EVENTS.values():
        for measure in told.measures:
            assert set(measure.attributes) <= FEW, measure.name


def test_a_measure_is_the_same_wherever_it_counts():
    found: dict[str, set[object]] = {}
    for told in EVENTS.values():
        for each in (*told.measures, WARNINGS):
            assert each.name.startswith("csp.")
            shape = (each.kind, each.unit, each.value, each.attributes, each.meaning)
            found.setdefault(each.name, set()).add(shape)
            assert (each.value is None) <= (each.kind is Kind.COUNTER)
    assert all(len(shapes) == 1 for shapes in found.values())


def test_the_document_is_up_to_date():
    assert PATH.read_text("utf-8") == document()
