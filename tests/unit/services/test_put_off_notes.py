"""Notes on messages that were put off: sealed, since whoever can send can write one."""

import pytest

from shared.services.queues.inbox import MAX_TIMES_PUT_OFF
from shared.services.queues.messages import Delivery
from shared.services.queues.put_off_notes import PutOffNotes
from tests.cast.messages import encoded, event, profile
from tests.running.sender import noted

TEXT = encoded(event("customer-profile", profile()))
WISH = encoded(event("subscription-wish", {}))


@pytest.mark.parametrize(
    "forged",
    [
        f"{TEXT}#again=1,q-1",
        f"{TEXT}#again={MAX_TIMES_PUT_OFF},q-1",
        f"{TEXT}#again=1,q-1,{'0' * 32}",
        noted(Delivery("q-1", TEXT, 1)).replace("again=1", "again=2"),
        noted(Delivery("q-1", TEXT, 1)).replace("q-1", "q-2"),
        "A" + noted(Delivery("q-1", TEXT, 1)),
        noted(Delivery("q-1", TEXT, 1), queue="onboarding-poison"),
        noted(Delivery("q-1", TEXT, 1), keys=[b"another key"]),
    ],
)
async def test_a_note_that_is_not_ours_is_part_of_the_text(sender, forged):
    """Else a message could take another's id, and its letter count as there already."""
    await sender.text(WISH)  # q-1 is dead
    await sender.text(forged)
    await sender.text(forged)
    assert sender.reasons() == ["undecodable", "undecodable", "unknown-type"]
    assert {each["text"] for each in sender.letters() if each["reason"] == "undecodable"} == {
        forged
    }


async def test_a_note_is_read_under_every_key_that_is_configured():
    """While a key is replaced some processes still seal with the former one."""
    former, new = b"former", b"new"
    delivery = Delivery("q-7", noted(Delivery("q-1", TEXT, 1, 4), keys=[former]), 2)
    read = PutOffNotes([new, former]).read("onboarding", delivery)
    assert read == Delivery("q-1", TEXT, 2, 5)
    assert PutOffNotes([new]).read("onboarding", delivery) == delivery
