"""The triggers that the host finds, held against the queues that the services know."""

import azure.functions as func

from functions import queues
from shared.services.ports.queues import Queue


def test_every_queue_has_a_trigger_and_its_poison_queue_another():
    app = func.FunctionApp()
    app.register_functions(queues.blueprint)
    found = app.get_functions()
    bound = {each.get_function_name(): each.get_trigger().queue_name for each in found}
    assert bound == {
        each.replace("-", "_"): each
        for queue in Queue
        for each in (queue.value, f"{queue.value}-poison")
    }


def test_no_text_reaches_the_metadata_of_its_trigger():
    """Of a string that is JSON the host takes them; of bytes it reads nothing."""
    app = func.FunctionApp()
    app.register_functions(queues.blueprint)
    bound = [each.get_trigger() for each in app.get_functions()]
    assert {each.get_dict_repr()["dataType"] for each in bound} == {func.DataType.BINARY}
    assert len(bound) == 2 * len(Queue)
