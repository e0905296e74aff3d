import ast
import re
from collections import Counter

from shared.error_details import DetailCode
from shared.errors import AppError
from shared.policy.catalogue import rules
from tests.architecture.tree import texts
from tools.errors_document import HOMES, PATH, classes, document


def rows(section: int) -> list[list[str]]:
    """The cells of one table of the document."""
    part = re.split(r"^## ", document(), flags=re.MULTILINE)[section]
    lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]


def first(row: list[str]) -> str:
    return row[0].strip().strip("`")


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document(), "run: make docs"


def test_every_error_has_one_code_and_says_what_to_do():
    counted = Counter(each.code for each in classes())
    assert set(counted.values()) == {1}
    assert set(map(first, rows(0))) == set(counted)
    for each in classes():
        assert {"code", "advice"} <= vars(each).keys(), each
    for row in rows(0):
        assert len(row) == 5
        assert all(cell.strip() for n, cell in enumerate(row) if n != 2), row


def test_every_detail_and_every_refusal_is_there():
    assert [first(row) for row in rows(1)] == list(DetailCode)
    assert [first(row) for row in rows(2)] == [
        rule.id for rule in rules().values() for _ in rule.messages
    ]
    assert {len(row) for row in rows(2)} == {5}


def test_no_error_is_defined_elsewhere():
    known = {each.__name__ for each in classes()}
    for path, text in texts().items():
        if path.endswith(".py") and path.startswith(("shared/", "functions/")):
            bases = {
                ast.unparse(base).partition("[")[0]
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.ClassDef)
                for base in node.bases
            }
            module = path.removesuffix(".py").replace("/", ".")
            assert module in HOMES or bases.isdisjoint(known), path


def test_only_the_base_is_unexpected():
    assert [each for each in classes() if each.status == 500] == [AppError]
