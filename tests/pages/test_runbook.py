"""What an operator does about findings and dead letters: one text, in the guides and on pages."""

import pytest

from shared.http.shapes.operations import DeadLetterShape
from shared.http.shapes.sweeps import FindingShape
from shared.proving.problems import ProblemKind
from shared.services.queues.rejections import Reason
from shared.web.runbook import FINDINGS, LETTERS, meanings
from tools import runbook_document


def test_there_is_a_step_for_everything_and_for_nothing_else():
    assert set(FINDINGS) == {each.value for each in ProblemKind}
    assert set(LETTERS) == {each.value for each in Reason}


def test_everything_has_a_meaning():
    assert meanings(FindingShape, "kind").keys() == FINDINGS.keys()
    assert all(meanings(FindingShape, "kind").values())
    assert all(meanings(DeadLetterShape, "reason").values())


@pytest.mark.parametrize(
    ("path", "text"), runbook_document.documents().items(), ids=lambda each: str(each)[-10:]
)
def test_the_guides_say_the_same(path, text):
    assert path.read_text("utf-8") == text, "run: python -m tools.runbook_document"
