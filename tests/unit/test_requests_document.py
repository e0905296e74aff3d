from tests.requests_of_endpoints import ABOVE_OVER_HTTP, ENDPOINTS, MESSAGES
from tests.requests_table import ABOVE, COMMANDS
from tools.requests_document import PATH, document


def test_the_document_is_up_to_date():
    assert PATH.read_text(encoding="utf-8") == document(), "run: make docs"


def test_nothing_costs_more_than_was_planned_but_what_says_why():
    for rows, known in ((COMMANDS, ABOVE), (ENDPOINTS | MESSAGES, ABOVE_OVER_HTTP)):
        above = {name: row for name, row in rows.items() if row.above}
        assert above.keys() == known
        assert all(row.note for row in above.values())
