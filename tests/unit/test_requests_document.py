from tests.requests_table import ABOVE, COMMANDS
from tools.requests_document import PATH, document


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document(), "run: make docs"


def test_nothing_costs_more_than_was_planned_but_what_says_why():
    above = {name: row for name, row in COMMANDS.items() if row.above}
    assert above.keys() == ABOVE
    assert all(row.note for row in above.values())
