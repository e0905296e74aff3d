"""What every error says of itself."""

import pytest

from shared.errors import AppError, PolicyRefused
from shared.policy.refusals import refuse
from shared.services.onboarding.retryability import retryable
from tools.errors_document import classes

SAID = {"status": 418, "code": "Teapot", "retryable": "never"}


@pytest.mark.parametrize("left_out", SAID)
def test_an_error_that_does_not_say_all_of_itself_cannot_be_defined(left_out):
    said = {name: value for name, value in SAID.items() if name != left_out}
    with pytest.raises(TypeError, match=left_out):
        type("Silent", (AppError,), {}, **said)


def test_only_broken_rules_speak_for_themselves():
    assert [each for each in classes() if each.retryable is None] == [PolicyRefused]


WAIT = refuse("INV-9", variant="tooMany", again="2026-12-01")
CHANGE = refuse("AGR-1")
GIVE_UP = refuse("ELG-4")


@pytest.mark.parametrize(
    ("refusals", "helps"),
    [
        ((WAIT,), "afterTime"),
        ((WAIT, CHANGE), "afterChange"),
        ((WAIT, CHANGE, GIVE_UP), "never"),
    ],
)
def test_of_several_broken_rules_the_hardest_counts(refusals, helps):
    assert retryable(PolicyRefused(refusals)) == helps
