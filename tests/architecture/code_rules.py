"""Rules for Python files. Each takes a path and its source, and lists what breaks it."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

MODULE_LINES = 300
FUNCTION_LINES = 40
HANDLER_LINES = 15

CLOCKS = (
    "shared/clock.py",
    "devhost/clock.py",  # the host is a program of its own, that runs any function app
)
TIME_READERS = frozenset(
    {
        "datetime.date.today",
        "datetime.datetime.now",
        "datetime.datetime.today",
        "datetime.datetime.utcnow",
        "time.time",
        "time.time_ns",
    }
)

NOT_DEPLOYED = ("bench/", "devhost/", "examples/", "tests/", "tools/smoke/")
IMPORTED_ONLY_BY = {
    # A managed identity's failures are of the SDKs' common kind.
    "azure.core": ("shared/storage/", "shared/web/sign_in/credentials.py", *NOT_DEPLOYED),
    "azure.data": ("shared/storage/", *NOT_DEPLOYED),
    "azure.storage": ("shared/storage/", *NOT_DEPLOYED),
    "azure.functions": ("function_app.py", "functions/", "shared/http/", "tests/"),
}
ENTRY_POINT_IMPORTS = ("functions", "shared.bootstrap")
"""Of this project's own packages, what function_app.py may import."""
OWN_PACKAGES = ("bench", "devhost", "examples", "functions", "shared", "tests", "tools")

PAGES = ("functions/pages/", "shared/web/")
"""Clients of the API inside the process: they know of it what it answers, and no more."""
BELOW_THE_API = (
    *("shared.services", "shared.deciding", "shared.proving", "shared.storage"),
    *("shared.wiring", "shared.outbound"),
)
ONE_CLIENT = "shared/web/engine/asking.py"
"""The one module of pages that enters the pipeline."""
_BEHIND_IT = frozenset({"handler", "command", "ports"})
_INSIDE_SERVICES = re.compile(r"\.services\.(?!settings\b|clock\b)\w+")
_RECORDS = re.compile(r"functions\.(?!pages\b)\w+\.(?!_)(?!api$)\w+|functions\.(pages\..*|routes)")

ONE_MERGE = "shared/storage/engine/tables.py"
"""The one file with a merge: of `touched` alone, under a match condition, to move an ETag."""

SKIPS = frozenset(
    {"pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
    | {"pytest.skip", "pytest.xfail"}
)

OPT_OUT = re.compile(
    r"#\s*(?:(?:ruff:\s*)?noqa|type:\s*ignore|pyright:\s*[\w=]+|pragma:\s*no\s*(?:cover|branch))"
    r"(?::\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*)?(?:\[[\w\s,-]+\])?(?P<rest>.*)"
)


def long_module(path: str, source: str) -> list[str]:
    """A module has under 300 lines."""
    lines = len(source.splitlines())
    return [f"{path}: {lines} lines"] if lines >= MODULE_LINES else []


def long_functions(path: str, source: str) -> list[str]:
    """A function has under 40 lines, its docstring included, its decorators not."""
    return [
        f"{path}:{node.lineno}: {node.name} has {lines} lines"
        for node in _functions(ast.parse(source))
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) >= FUNCTION_LINES
    ]


def long_handlers(path: str, source: str) -> list[str]:
    """A function in functions/ has a body of under 15 lines, its docstring aside."""
    if not path.startswith("functions/"):
        return []
    return [
        f"{path}:{node.lineno}: {node.name} has a body of {lines} lines"
        for node in _functions(ast.parse(source))
        if (lines := _body_lines(node)) >= HANDLER_LINES
    ]


def time_readers(path: str, source: str) -> list[str]:
    """The machine's time is read in one place."""
    if path in CLOCKS:
        return []
    return [
        f"{path}:{line}: {name} outside of the clock"
        for line, name in _references(ast.parse(source))
        if name in TIME_READERS
    ]


def foreign_imports(path: str, source: str) -> list[str]:
    """Azure's SDKs and azure.functions are imported only where they belong."""
    return [
        f"{path}:{line}: imports {name}"
        for line, name in _imports(ast.parse(source))
        for package, homes in IMPORTED_ONLY_BY.items()
        if _inside(name, package) and not path.startswith(homes)
    ]


def entry_point_imports(path: str, source: str) -> list[str]:
    """function_app.py registers the blueprints, nothing else."""
    if path != "function_app.py":
        return []
    return [
        f"{path}:{line}: imports {name}"
        for line, name in _imports(ast.parse(source))
        if any(_inside(name, package) for package in OWN_PACKAGES)
        and not any(_inside(name, package) for package in ENTRY_POINT_IMPORTS)
    ]


def unguarded_writes(path: str, source: str) -> list[str]:
    """No upsert and no merge: the SDK's default for an update is a merge, so a mode is named."""
    if not path.startswith("shared/"):
        return []
    tree = ast.parse(source)
    found = sorted({hit for node in ast.walk(tree) for hit in _unguarded(node)})
    merges = [hit for hit in found if hit[1] == "merge"]
    if path == ONE_MERGE and len(merges) == 1:
        found.remove(merges[0])
    return [f"{path}:{line}: {what}" for line, what in found]


def cut_ranges(path: str, source: str) -> list[str]:
    """A bounded range is read for whoever named the bound; a whole span by `rows_of`."""
    if not path.startswith("shared/storage/stores/"):
        return []
    return [
        f"{path}:{node.lineno}: {node.name} reads a range of its own length"
        for node in _functions(ast.parse(source))
        if any(isinstance(one, ast.Attribute) and one.attr == "range" for one in ast.walk(node))
        and "limit" not in {argument.arg for argument in node.args.args}
    ]


def past_the_pipeline(path: str, source: str) -> list[str]:
    """A page asks the API through its pipeline, and never calls what is behind it."""
    if not path.startswith(PAGES):
        return []
    tree = ast.parse(source)
    found = [
        f"{path}:{line}: imports {name}"
        for line, name in _imports(tree)
        if any(_inside(name, package) for package in BELOW_THE_API)
        or (_inside(name, "functions") and not _RECORDS.fullmatch(name))
        or (
            (name.startswith("shared.http.pipeline.") and not name.endswith(".App"))
            and path != ONE_CLIENT
        )
    ]
    return found + [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (
            node.attr in {"handler", "command", "ports"}
            or _INSIDE_SERVICES.search(ast.unparse(node))
        )
        and not (isinstance(node.value, ast.Attribute) and node.value.attr == "trial")
    ]


def skipped_tests(path: str, source: str) -> list[str]:
    """A test runs, or is not there."""
    return [
        f"{path}:{line}: {name}" for line, name in _references(ast.parse(source)) if name in SKIPS
    ]


def imported_tests(path: str, source: str) -> list[str]:
    """Nobody imports from a test module or a conftest: what several need has its own module."""
    return [
        f"{path}:{line}: imports {name}"
        for line, name in _imports(ast.parse(source))
        if any(part.startswith("test_") or part == "conftest" for part in name.split("."))
    ]


def unordered_parameters(path: str, source: str) -> list[str]:
    """Parameters are no set: its order differs between the workers that share the tests out."""
    return [
        f"{path}:{values.lineno}: sort {ast.unparse(values)}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.parametrize")
        for values in node.args[1:]
        if _is_set(values)
    ]


def unexplained_opt_outs(path: str, source: str) -> list[str]:
    """Whoever silences a tool says why, on the same line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        f"{path}:{token.start[0]}: {token.string}"
        for token in tokens
        if token.type == tokenize.COMMENT
        and (match := OPT_OUT.search(token.string))
        and not re.search(r"[^\W\d_]{2}", match["rest"])
    ]


type Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(node: Function) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def _inside(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Full names: `from azure import functions` is `azure.functions`; relative ones with dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = "." * node.level + (f"{node.module}." if node.module else "")
            yield from ((node.lineno, package + alias.name) for alias in node.names)


def _references(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every dotted name that is used, spelt in full whatever it was imported as."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            root, dot, rest = ast.unparse(node).partition(".")
            yield node.lineno, known.get(root, root) + dot + rest


def _is_set(node: ast.AST) -> bool:
    match node:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name("set" | "frozenset")):
            return True
        case ast.BinOp(left=left, right=right):
            return _is_set(left) or _is_set(right)
        case _:
            return False


def _unguarded(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Attribute(attr="upsert_entity") | ast.Constant(value="upsert"):
            yield node.lineno, "upsert"
        case ast.Attribute(attr="MERGE") | ast.keyword(arg="mode", value=ast.Constant("merge")):
            yield node.lineno, "merge"
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                match key, value:
                    case ast.Constant("mode"), ast.Constant("merge"):
                        yield node.lineno, "merge"
                    case _:
                        pass
        case ast.Call(func=ast.Attribute(attr="update_entity"), keywords=keywords) if not any(
            keyword.arg == "mode" for keyword in keywords
        ):
            yield node.lineno, "update without a mode"
        case ast.Tuple(elts=[ast.Constant(value="update"), _]):
            yield node.lineno, "update without a mode"
        case _:
            pass
