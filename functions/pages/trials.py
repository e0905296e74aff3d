"""How the forms of pages try what they would do."""

from functions.policy import policy_evaluate
from shared.http.shapes.policy import Evaluated
from shared.web.forms.form import Trial


def trial(command: Evaluated, *, at_once: bool = False) -> Trial:
    """The dry run of a command; `at_once`: as soon as its form is opened."""
    return Trial(policy_evaluate, command.value, at_once)
