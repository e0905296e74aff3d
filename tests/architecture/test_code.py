"""Every Python file against every rule, and every rule against an example that must break it."""

from collections.abc import Callable

import pytest

from tests.architecture import code_rules
from tests.architecture.tree import texts

type Rule = Callable[[str, str], list[str]]

SOURCES = {path: text for path, text in texts().items() if path.endswith(".py")}

RULES: list[Rule] = [
    code_rules.long_module,
    code_rules.long_functions,
    code_rules.long_handlers,
    code_rules.time_readers,
    code_rules.foreign_imports,
    code_rules.entry_point_imports,
    code_rules.unguarded_writes,
    code_rules.cut_ranges,
    code_rules.past_the_pipeline,
    code_rules.skipped_tests,
    code_rules.imported_tests,
    code_rules.unordered_parameters,
    code_rules.unexplained_opt_outs,
]


def rule_name(rule: Rule) -> str:
    return rule.__name__


def function_of(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


def opt_out(comment: str) -> str:
    # In two pieces, so that neither ruff nor the rule takes this line for an opt-out.
    return f"x = 1  #{comment}\n"


TEST = "def test(a): ...\n"
A_PAGE = "functions/pages/a.py"

BROKEN: list[tuple[Rule, str, str]] = [
    (code_rules.long_module, "shared/a.py", "x = 1\n" * 300),
    (code_rules.long_functions, "shared/a.py", function_of(40)),
    (code_rules.long_functions, "shared/a.py", "async " + function_of(40)),
    (code_rules.long_handlers, "functions/a.py", function_of(16)),
    (code_rules.time_readers, "shared/a.py", "from datetime import datetime\ndatetime.now()\n"),
    (code_rules.time_readers, "tests/a.py", "import datetime as d\nd.datetime.utcnow()\n"),
    (code_rules.time_readers, "devhost/a.py", "import time\ntime.time()\n"),
    (code_rules.time_readers, "shared/a.py", "from time import time as t\nt()\n"),
    (code_rules.foreign_imports, "shared/services/a.py", "from azure.data.tables.aio import X\n"),
    (code_rules.foreign_imports, "functions/a.py", "import azure.storage.queue\n"),
    (code_rules.foreign_imports, "shared/services/a.py", "from azure import functions\n"),
    (code_rules.foreign_imports, "shared/http/a.py", "def f():\n    import azure.core\n"),
    (code_rules.entry_point_imports, "function_app.py", "from shared.storage import tables\n"),
    (code_rules.entry_point_imports, "function_app.py", "import devhost\n"),
    (code_rules.unguarded_writes, "shared/storage/a.py", "t.upsert_entity(e)\n"),
    (code_rules.unguarded_writes, "shared/storage/a.py", 'op = ("upsert", e)\n'),
    (code_rules.unguarded_writes, "shared/storage/a.py", "m = UpdateMode.MERGE\n"),
    (code_rules.unguarded_writes, "shared/storage/a.py", 't.update_entity(e, mode="merge")\n'),
    (code_rules.unguarded_writes, "shared/storage/a.py", 'op = ("update", e, {"mode": "merge"})'),
    (code_rules.unguarded_writes, "shared/storage/a.py", "t.update_entity(e)\n"),
    (code_rules.unguarded_writes, "shared/storage/a.py", 'op = ("update", e)\n'),
    (code_rules.unguarded_writes, code_rules.ONE_MERGE, "a(m.MERGE)\nb(m.MERGE)\n"),
    (code_rules.cut_ranges, "shared/storage/stores/a.py", "def f(t): t.range(p, s, 1000)\n"),
    (
        code_rules.past_the_pipeline,
        "functions/pages/a.py",
        "async def f(a): await get.handler(a)\n",
    ),
    (code_rules.past_the_pipeline, A_PAGE, "from shared.services import views\n"),
    (
        code_rules.past_the_pipeline,
        "functions/pages/a.py",
        "from functions.invitations import _ids\n",
    ),
    (
        code_rules.past_the_pipeline,
        "functions/pages/a.py",
        "from functions.invitations import api\n",
    ),
    (code_rules.past_the_pipeline, A_PAGE, "import functions.invitations\n"),
    (code_rules.past_the_pipeline, A_PAGE, "app().services.ledgers.page()\n"),
    (code_rules.past_the_pipeline, "shared/web/a.py", "from shared.http.pipeline import serve\n"),
    (code_rules.past_the_pipeline, "shared/web/a.py", "x = endpoint.command(request)\n"),
    (code_rules.skipped_tests, "tests/a.py", "import pytest\n@pytest.mark.skip\ndef f(): ...\n"),
    (
        code_rules.skipped_tests,
        "tests/a.py",
        "from pytest import mark as m\nx = m.xfail\n",
    ),
    (code_rules.imported_tests, "tests/a.py", "from tests.unit.test_story import enrol\n"),
    (code_rules.imported_tests, "tests/a.py", "def f():\n    from .test_story import enrol\n"),
    (code_rules.imported_tests, "bench/a.py", "from tests.unit import test_story\n"),
    (code_rules.imported_tests, "tests/a.py", "import tests.unit.test_story as story\n"),
    (code_rules.imported_tests, "tests/a.py", "from . import conftest\n"),
    (code_rules.unordered_parameters, "tests/a.py", '@mark.parametrize("a", {1, 2})\n' + TEST),
    (
        code_rules.unordered_parameters,
        "tests/a.py",
        '@mark.parametrize("a", set(A) - {1})\n' + TEST,
    ),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" noqa")),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" noqa: PLC0415, S101")),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" type: ignore[arg-type]")),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" pyright: ignore[reportAny]")),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" pragma: no cover")),
]

KEPT: list[tuple[Rule, str, str]] = [
    (code_rules.past_the_pipeline, A_PAGE, "from functions.invitations import invitations_get\n"),
    (code_rules.past_the_pipeline, A_PAGE, "from functions.pages.area import Area\n"),
    (code_rules.past_the_pipeline, "shared/web/a.py", "app.services.clock.now()\n"),
    (code_rules.past_the_pipeline, "functions/a.py", "get.handler(1)\n"),
    (code_rules.long_module, "shared/a.py", "x = 1\n" * 299),
    (code_rules.long_functions, "shared/a.py", "@wraps\n" + function_of(39)),
    (code_rules.long_handlers, "functions/a.py", function_of(15)),
    (code_rules.long_handlers, "shared/a.py", function_of(16)),
    (code_rules.time_readers, "shared/clock.py", "import time\ntime.time()\n"),
    (code_rules.time_readers, "shared/a.py", "def f(clock): return clock.now()\n"),
    (code_rules.foreign_imports, "shared/storage/a.py", "from azure.data.tables.aio import X\n"),
    (code_rules.foreign_imports, "shared/http/a.py", "import azure.functions as func\n"),
    (code_rules.entry_point_imports, "function_app.py", "from functions import partners\n"),
    (code_rules.entry_point_imports, "function_app.py", "import azure.functions\n"),
    (code_rules.unguarded_writes, code_rules.ONE_MERGE, "a(m.MERGE)\n"),
    (code_rules.unguarded_writes, "shared/storage/a.py", "t.update_entity(e, mode=REPLACE)\n"),
    (
        code_rules.cut_ranges,
        "shared/storage/stores/a.py",
        "def f(limit): t.range(p, s, limit)\n",
    ),
    (code_rules.skipped_tests, "tests/a.py", "def f(stream): stream.skip(2)\n"),
    (code_rules.unordered_parameters, "tests/a.py", '@mark.parametrize("a", sorted({1}))\n' + TEST),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" noqa: S603 - our own command")),
    (code_rules.unexplained_opt_outs, "shared/a.py", opt_out(" type: ignore[x]  # SDK's fault")),
]


@pytest.mark.parametrize("rule", RULES, ids=rule_name)
def test_the_code_keeps_the_rule(rule: Rule):
    hits = [hit for path, text in SOURCES.items() for hit in rule(path, text)]
    assert not hits, "\n".join(hits)


@pytest.mark.parametrize(("rule", "path", "source"), BROKEN)
def test_the_rule_sees_what_breaks_it(rule: Rule, path: str, source: str):
    assert rule(path, source)


@pytest.mark.parametrize(("rule", "path", "source"), KEPT)
def test_the_rule_lets_pass_what_keeps_it(rule: Rule, path: str, source: str):
    assert rule(path, source) == []


def test_every_rule_has_an_example_that_breaks_it():
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def test_the_rules_see_the_code():
    assert {"shared/clock.py", "tests/architecture/test_code.py"} <= set(SOURCES)
