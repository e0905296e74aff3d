"""Closing dead letters by hand: either put back or closed, and why, until that is erased."""

import asyncio
from datetime import timedelta

import pytest

from shared.errors import ConditionNotMet, LetterUnderWay, NotFound, NotReplayable, OutcomeUnknown
from shared.services.ports.values import WriteUnknown
from shared.services.queues.dead_letters import KEPT
from shared.services.queues.messages import Delivery
from shared.storage.engine.memory import Request
from tests.cast.commands import enrol
from tests.cast.ids import AGENCY, BUREAU, invitation_id
from tests.cast.messages import encoded, event, profile, registration
from tests.running.sender import Sender

from .burying import ME, close, dead, letters, outcome, put_back, replay


@pytest.fixture
def sender(backend) -> Sender:
    return Sender(backend)


@pytest.fixture
async def letter_id(backend, sender) -> str:
    """Of a message about AGENCY whose source may send it by now."""
    return await dead(backend, sender, "customer-profile", profile(), id="e-1")


async def test_who_closed_it_when_and_why_stays_with_the_letter(backend, letter_id):
    shown = await close(backend, letter_id, "Sent twice")
    assert shown["status"] == "closed"
    (closing,) = shown["closings"]
    assert (closing["reason"], closing["by"]["objectId"]) == ("Sent twice", "me")
    assert closing["at"] == "2026-11-01T08:00:00.000000Z"
    assert (await backend.services.letters.letter(letter_id)) == shown


async def test_closed_again_it_stays_as_it_is(backend, letter_id):
    first = await close(backend, letter_id)
    backend.clock.pass_by(timedelta(days=1))
    assert await close(backend, letter_id, "For another reason") == first


async def test_one_that_a_success_closed_stays_so_too(backend, sender, letter_id):
    await replay(backend, letter_id)
    await put_back(backend, sender)
    shown = await close(backend, letter_id)
    assert (shown["status"], shown["closings"]) == ("closed", [])


async def test_what_is_closed_is_not_put_back(backend, letter_id):
    await close(backend, letter_id)
    with pytest.raises(NotReplayable) as caught:
        await replay(backend, letter_id)
    assert caught.value.target == "closed"
    assert "onboarding" not in backend.queues.messages


async def test_what_is_on_its_way_is_not_closed(backend, sender, letter_id):
    await replay(backend, letter_id)
    with pytest.raises(LetterUnderWay):
        await close(backend, letter_id)
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["succeeded"])


async def test_of_both_at_once_one_wins_and_the_other_is_refused(backend, letter_id):
    many = [backend.instance(seed) for seed in range(6)]
    work = [
        (replay if n % 2 else close)(backend, letter_id, instance=each)
        for n, each in enumerate(many)
    ]
    found = await asyncio.gather(*work, return_exceptions=True)
    refused = [each for each in found if isinstance(each, NotReplayable | LetterUnderWay)]
    assert len({type(each) for each in refused}) == 1
    assert len(refused) == 3
    put = len(backend.queues.messages.get("onboarding", ()))
    assert put == (1 if isinstance(refused[0], LetterUnderWay) else 0)


async def test_a_replay_that_got_lost_counts_for_nothing_once_it_is_closed(backend, sender):
    await backend.do(enrol())
    letter_id = await dead(backend, sender, "subscription-registration", registration())
    await replay(backend, letter_id)
    backend.clock.pass_by(timedelta(minutes=16))
    shown = await close(backend, letter_id)
    assert [each["outcome"] for each in shown["replays"]] == ["given-up"]
    await put_back(backend, sender)
    assert await outcome(backend) == ("closed", ["given-up"])
    assert await sender.outcomes() == ["failed"]


async def test_dying_again_opens_it_and_keeps_what_was(backend, letter_id):
    text = encoded(event("customer-profile", profile(), source="/nobody"))
    await backend.services.inbox.take("onboarding", Delivery("q", text, 1))
    again = (await letters(backend))[-1].id
    await close(backend, again)
    await backend.services.inbox.take("onboarding", Delivery("q", text, 1))
    shown = await backend.services.letters.letter(again)
    assert (shown["status"], len(shown["closings"])) == ("open", 1)
    backend.clock.pass_by(timedelta(minutes=1))
    shown = await close(backend, again, "Once more")
    assert [each["reason"] for each in shown["closings"]] == ["Sent twice", "Once more"]


async def test_conditions_and_ids(backend, letter_id):
    def stale(_: str) -> None:
        raise ConditionNotMet

    with pytest.raises(ConditionNotMet):
        await backend.services.closings.close(letter_id, ME, "No", stale)
    assert await outcome(backend) == ("open", [])
    with pytest.raises(NotFound):
        await close(backend, "0" * 64)


@pytest.mark.parametrize("landed", [True, False])
async def test_a_lost_answer_is_settled(backend, letter_id, landed: bool):
    async def lost(request: Request) -> None:
        if request.operations and any("closed|" in key.row for key in request.keys):
            backend.calm()
            raise WriteUnknown

    if landed:
        backend.after = lost
        assert (await close(backend, letter_id))["status"] == "closed"
    else:
        backend.before = lost
        with pytest.raises(OutcomeUnknown):
            await close(backend, letter_id)


# erasure


async def reason(backend, letter_id: str) -> str | None:
    return (await backend.services.letters.letter(letter_id))["closings"][0]["reason"]


@pytest.mark.parametrize("days", [0, 31, 400])
async def test_an_erasure_finds_the_reason_also_behind_the_text(backend, letter_id, days: int):
    await close(backend, letter_id, "Ada asked for it")
    backend.clock.pass_by(timedelta(days=days))
    await backend.services.dead_letters.expire_texts()
    assert await reason(backend, letter_id) == "Ada asked for it"
    await backend.services.dead_letters.erase_texts(BUREAU)
    assert await reason(backend, letter_id) == "Ada asked for it"
    await backend.services.dead_letters.erase_texts(AGENCY)
    assert await reason(backend, letter_id) is None


async def test_one_that_is_closed_when_its_text_is_gone_is_found_too(backend, letter_id):
    backend.clock.pass_by(KEPT + timedelta(seconds=1))
    await backend.services.dead_letters.expire_texts()
    await close(backend, letter_id, "Too late")
    await backend.services.dead_letters.erase_texts(AGENCY)
    assert await reason(backend, letter_id) is None


async def test_of_nobodys_letter_the_reason_is_found_by_whom_it_names(backend, sender):
    await sender.start()
    await sender.text("no base64!")
    (letter,) = await letters(backend)
    await close(backend, letter.id, f"Meant for {AGENCY.upper()}")
    await backend.services.dead_letters.erase_texts(BUREAU)
    assert await reason(backend, letter.id)
    await backend.services.dead_letters.erase_texts(AGENCY)
    assert await reason(backend, letter.id) is None


async def test_whom_a_reason_names_finds_it_at_the_letter_of_another(backend, letter_id):
    """The message stays, which is not about it: it may die again, and be put back."""
    await close(backend, letter_id, f"Sent for {BUREAU.upper()}, says its admin")
    await backend.services.dead_letters.erase_texts(BUREAU, invitation_id(2))
    assert await reason(backend, letter_id)
    await backend.services.dead_letters.erase_texts(BUREAU)
    assert await reason(backend, letter_id) is None
    (letter,) = await letters(backend)
    assert letter.excerpt
    assert await backend.ports.dead_letters.text(letter)


async def test_an_erasure_of_one_invitation_takes_what_names_it(backend, letter_id):
    await close(backend, letter_id, f"See {invitation_id(1)}")
    await backend.services.dead_letters.erase_texts(AGENCY, invitation_id(2))
    assert await reason(backend, letter_id)
    await backend.services.dead_letters.erase_texts(AGENCY, invitation_id(1))
    assert await reason(backend, letter_id) is None


async def test_where_the_text_is_gone_nobody_can_tell_so_it_goes(backend, letter_id):
    await close(backend, letter_id, "Ada asked for it")
    backend.clock.pass_by(KEPT + timedelta(seconds=1))
    await backend.services.dead_letters.expire_texts()
    await backend.services.dead_letters.erase_texts(AGENCY, invitation_id(2))
    assert await reason(backend, letter_id) is None
