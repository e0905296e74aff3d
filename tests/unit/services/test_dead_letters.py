"""What queues could not process."""

import pytest
from pydantic import ValidationError

from shared.model.personal import Contact
from shared.services.queues.dead_letters import Cause
from shared.services.queues.internal_messages import announcement
from shared.services.queues.messages import Delivery
from shared.services.queues.rejections import Reason, Rejected
from tests.cast.commands import enrol, invite
from tests.cast.ids import AGENCY
from tests.running.sender import Sender


def poison(text: str, number: int = 1) -> Delivery:
    return Delivery(f"p-{number}", text, 1)


SAID = f'{{"tenantId": "{AGENCY}", "commandId": "abc", "look": 1}}'


async def test_poison_of_projections_is_announced_again_and_recorded_once(backend):
    """However often it fails: a broken tenant fills no table."""
    for number in range(3):
        await backend.services.inbox.poison("projections", poison(SAID, number))
    (letter,) = Sender(backend).letters()
    assert (letter["queue"], letter["reason"]) == ("projections", "retries-exhausted")
    assert (letter["tenantId"], letter["text"], letter["dequeueCount"]) == (AGENCY, SAID, 5)
    again = backend.announced()
    assert [(each.tenant_id, each.command_id, each.look) for each in again] == [
        (AGENCY, "abc", 3)
    ] * 3
    (message, *_) = backend.queues.take("projections")
    assert message.delay == 120


async def test_followers_catch_up_once_the_cause_is_gone(backend):
    await backend.do(enrol(), invite())
    (*_, message) = backend.queues.take("projections")
    await backend.services.inbox.poison("projections", poison(message.text))
    await backend.deliver()
    await backend.assert_followed()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tenantId": "x"}', SAID.replace("1", "4")])
async def test_what_is_no_announcement(backend, text):
    with pytest.raises(Rejected):
        announcement(text)
    await backend.services.inbox.take("projections", poison(text))
    assert Sender(backend).reasons() == ["malformed"]
    await backend.services.inbox.poison("projections", poison(text))
    (letter,) = Sender(backend).letters()
    assert (letter["reason"], letter["tenantId"]) == ("malformed", None)
    assert backend.announced() == []


@pytest.mark.parametrize("queue", ["sweep-shards", "webhook-deliveries"])
async def test_poison_of_other_queues(backend, queue):
    await backend.services.inbox.poison(queue, poison("{}"))
    await backend.services.inbox.poison(queue, poison("{}"))
    (letter,) = Sender(backend).letters()
    assert (letter["queue"], letter["reason"], letter["text"]) == (
        queue,
        "retries-exhausted",
        "{}",
    )


async def test_a_long_text_is_kept_whole_and_shown_cut_between_characters(backend):
    text = "a" + "한" * 21_000
    await backend.services.inbox.poison("sweep-shards", poison(text))
    (letter,) = Sender(backend).letters()
    assert letter["text"] == text
    stored = await backend.ports.dead_letters.get(letter["id"])
    assert stored.value.excerpt == "a" + "한" * 1365


async def test_what_it_died_of_quotes_nothing_of_a_person(backend):
    """No erasure reaches it, and it stays when the text has gone."""
    with pytest.raises(ValidationError) as raised:
        Contact.model_validate({"email": ["ada@example.org"], "locale": "Ada"})
    cause = Cause("one", Reason.RETRIES_EXHAUSTED, raised.value, AGENCY)
    await backend.services.dead_letters.bury("onboarding", poison("{}"), cause)
    (letter,) = Sender(backend).letters()
    assert "email" in letter["error"]["message"]
    assert "ada" not in letter["error"]["message"].lower()
