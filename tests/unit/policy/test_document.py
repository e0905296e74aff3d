from shared.policy.catalogue import rules
from tools.rules_document import PATH, document


def test_the_document_is_as_new_as_the_catalogue():
    assert PATH.read_text(encoding="utf-8") == document(), "run: python -m tools.rules_document"


def test_the_document_has_a_whole_row_for_every_rule():
    rows = [line for line in document().splitlines() if line.startswith("| ")][1:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == list(rules())
    assert {row.count("|") for row in rows} == {7}
