"""Dead letters listed; their texts expire and are erased."""

import base64
import json
from datetime import timedelta

import pytest

from shared.errors import NotReplayable
from shared.model.base import Actor
from shared.services.ports.dead_letters import DeadLetter, LetterStatus
from shared.services.ports.values import Undecodable
from shared.services.queues.dead_letters import KEPT
from shared.services.queues.letter_list import Filters
from shared.services.queues.messages import Delivery
from shared.storage.encoding.keys import dead_letters as keys
from shared.storage.engine.memory import Request
from shared.storage.engine.table import Replace
from tests.cast.commands import enrol, invite, related
from tests.cast.ids import AGENCY, BUREAU, invitation_id
from tests.cast.messages import encoded, event, invitation, profile
from tests.running.sender import Sender

from .burying import NARROW, dead, letters, outcome, put_back, replay, replay_is_refused


@pytest.fixture
def sender(backend) -> Sender:
    return Sender(backend)


# the list


async def test_letters_are_filtered(backend, sender):
    await sender.start(NARROW)
    await sender.send("customer-profile", profile())
    await sender.send("customer-profile", profile(customerId=BUREAU))
    await sender.text("no base64!")
    await backend.services.inbox.poison("sweep-shards", Delivery("s", "{}", 1))

    async def count(**wanted: str) -> int:
        return len((await backend.services.letters.page(Filters(**wanted), None, 100)).items)

    assert await count() == 4
    assert await count(status="open") == 4
    assert await count(status="closed") == 0
    assert await count(queue="sweep-shards") == 1
    assert await count(reason="source-not-authorised") == 2
    assert await count(tenant_id=BUREAU) == 1
    assert await count(tenant_id=BUREAU, reason="undecodable") == 0
    whole, after = [], None
    while True:
        page = await backend.services.letters.page(Filters(queue="onboarding"), after, 2)
        whole += [letter["id"] for letter in page.items]
        if (after := page.after) is None:
            break
    assert len(set(whole)) == len(whole) == 3


# texts


async def test_texts_expire_after_thirty_days(backend, sender):
    await sender.start()
    await sender.text("no base64!")
    backend.clock.pass_by(timedelta(days=1))
    await sender.text("nor this!")
    backend.clock.pass_by(KEPT - timedelta(days=1))
    assert await backend.services.dead_letters.expire_texts() == 0
    backend.clock.pass_by(timedelta(seconds=1))
    assert await backend.services.dead_letters.expire_texts() == 1
    old, new = await letters(backend)
    assert (old.excerpt, new.excerpt) == (None, "nor this!")
    assert [each["text"] for each in sender.letters() if each["id"] == old.id] == [None]
    assert await backend.services.dead_letters.expire_texts() == 0
    with pytest.raises(NotReplayable) as caught:
        await replay(backend, old.id)
    assert caught.value.target == "text-gone"


async def alter(backend, letter: DeadLetter) -> None:
    table = backend.tables["operations"]
    place = await table.get(keys.place(letter))
    await table.transact([Replace(place.key, {**place.properties, "body": "{}"}, place.etag)])


async def test_after_thirty_days_a_text_counts_as_gone_before_it_is_erased(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())

    async def told() -> list[object]:
        document = await backend.services.letters.letter(letter_id)
        (listed,) = (await backend.services.letters.page(Filters(), None, 100)).items
        assert listed == document
        return [document[name] for name in ("message", "text", "textExpiresAt")]

    backend.clock.pass_by(KEPT)
    assert None not in await told()
    backend.clock.pass_by(timedelta(microseconds=1))
    assert await told() == [None, None, None]
    before = await backend.services.letters.letter(letter_id)
    with pytest.raises(NotReplayable) as caught:
        await replay(backend, letter_id)
    assert caught.value.target == "text-gone"
    assert [each["text"] for each in sender.letters()] != [None]
    assert await backend.services.dead_letters.expire_texts() == 1
    assert await backend.services.letters.letter(letter_id) == before


async def test_a_replay_that_arrives_after_thirty_days_finds_no_text(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    backend.clock.pass_by(KEPT)
    await replay(backend, letter_id)
    backend.clock.pass_by(timedelta(microseconds=1))
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["text-gone"])


async def test_one_that_was_altered_keeps_no_other_text_from_expiring(backend, sender):
    await sender.start()
    for text in ("one", "two", "three"):
        await sender.text(f"{text}, no base64!")
        backend.clock.pass_by(timedelta(seconds=1))
    await alter(backend, min(await letters(backend), key=lambda letter: letter.dead_at))
    backend.clock.pass_by(KEPT)
    assert await backend.services.dead_letters.expire_texts() == 2
    assert [letter.excerpt for letter in await letters(backend)] == [None, None]


async def test_an_erasure_goes_on_behind_one_that_was_altered_and_says_so(backend, sender):
    await sender.start()
    for text in ("one", "two", "three"):
        await sender.text(f"{text} of {AGENCY}, no base64!")
    await alter(backend, min(await letters(backend), key=lambda letter: letter.id))
    with pytest.raises(Undecodable):
        await backend.services.dead_letters.erase_texts(AGENCY)
    assert [letter.excerpt for letter in await letters(backend)] == [None, None]


async def test_a_text_that_changes_while_it_expires_goes_in_the_next_run(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    backend.clock.pass_by(KEPT + timedelta(seconds=1))
    stored = await backend.ports.dead_letters.get(letter_id)

    async def change(request: Request) -> None:
        if request.operations and request.keys[0].row.startswith("open|"):
            backend.calm()
            await backend.ports.dead_letters.replace(stored.value, stored)

    backend.before = change
    assert await backend.services.dead_letters.expire_texts() == 0
    assert await backend.services.dead_letters.expire_texts() == 1


async def test_an_erasure_takes_the_texts_about_the_customer(backend, sender):
    await backend.do(*related())
    contact = {"email": "kim@agency.example", "locale": "ko"}
    await sender.start(NARROW)
    await sender.send("invitation-request", invitation(2, contact=contact))
    await sender.send("invitation-request", invitation(2, contact={"email": 1}))
    await sender.send("invitation-request", invitation(2, customerId=BUREAU))
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.services.erasures.erase(admin, None)
    await backend.services.erasures.erase(admin, None)
    kept = [letter.tenant_id for letter in await letters(backend) if letter.excerpt]
    assert kept == [BUREAU]
    assert [each["tenantId"] for each in sender.letters() if each["text"]] == [BUREAU]


def no_events(customer: str, number: int = 2) -> list[str]:
    """Texts that name a customer and are no event: base64 forgotten, an array, a name twice."""
    said = event("invitation-request", invitation(number, customerId=customer))
    twice = json.dumps(said)[:-1] + ', "id": "again"}'
    return [
        json.dumps(said),
        encoded([said, said]),
        base64.b64encode(twice.encode()).decode(),
        encoded({**said, "pad": "x" * 49_000}),
    ]


async def test_an_erasure_takes_what_is_no_event_but_names_the_customer(backend, sender):
    await sender.start(NARROW)
    theirs, others = no_events(AGENCY.upper()), no_events(BUREAU)
    for text in (*theirs, *others):
        await sender.text(text)
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.do(*related())
    await backend.services.erasures.erase(admin, None)
    assert {each["text"] for each in sender.letters() if each["text"]} == set(others)
    assert len(sender.letters()) == len(theirs) + len(others)


@pytest.mark.parametrize("spelt", [AGENCY, AGENCY.replace("-", "").upper(), f"{{{AGENCY}}}"])
@pytest.mark.parametrize("encoded_as", ["utf-8", "utf-16"])
async def test_an_erasure_takes_what_names_the_customer_in_any_spelling(
    backend, sender, spelt, encoded_as
):
    await sender.start(NARROW)
    said = f'{{"customerId": "{spelt}", "contact": {{'
    once = base64.b64encode(said.encode(encoded_as))
    await sender.text(once.decode())
    await sender.text(base64.b64encode(base64.b64encode(said.encode())).decode())
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.do(*related())
    await backend.services.erasures.erase(admin, None)
    assert [each["text"] for each in sender.letters()] == [None, None]


async def test_an_erasure_reads_what_is_about_the_customer_whatever_else_there_is(backend, sender):
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.do(*related())
    await sender.start(NARROW)
    counts = []
    for others in (0, 120):
        for number in range(others):
            await sender.text(f"nothing that is an event, {number}, {BUREAU}")
        await sender.text(f"nothing about {AGENCY}, {others}")
        await backend.services.erasures.erase(admin, None)
        backend.requests.clear()
        await sender.text(f"nor about {AGENCY}, {others}")
        backend.requests.clear()
        await backend.services.erasures.erase(admin, None)
        counts.append(len(backend.requests))
    assert counts[0] == counts[1]
    assert len([each for each in sender.letters() if each["text"]]) == 120


async def test_an_erasure_of_one_invitation_takes_what_is_no_event_but_names_both(backend, sender):
    await sender.start(NARROW)
    (text, *_), (other, *_), (foreign, *_) = (
        no_events(AGENCY, 2),
        no_events(AGENCY, 1),
        no_events(BUREAU, 2),
    )
    for each in (text, other, foreign):
        await sender.text(each)
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.do(*related())
    await backend.services.erasures.erase(admin, invitation_id(2))
    assert {each["text"] for each in sender.letters() if each["text"]} == {other, foreign}


async def test_an_erasure_of_one_invitation_takes_its_texts_only(backend, sender):
    await sender.start(NARROW)
    for number in (1, 2):
        await sender.send("invitation-request", invitation(number))
    admin = Actor(tenant_id=AGENCY, object_id="admin", role="CG")
    await backend.services.erasures.erase(admin, invitation_id(2))
    (left,) = [each["text"] for each in sender.letters() if each["text"]]
    assert left == encoded(event("invitation-request", invitation(1)))


async def test_a_replay_whose_text_is_erased_meanwhile(backend, sender):
    letter_id = await dead(backend, sender, "customer-profile", profile())
    await replay(backend, letter_id)
    await backend.services.dead_letters.erase_texts(AGENCY)
    await put_back(backend, sender)
    assert await outcome(backend) == ("open", ["text-gone"])


async def test_an_announcement_that_dies_again_opens_its_closed_letter(backend):
    await backend.do(enrol(), invite())
    (*_, message) = backend.queues.take("projections")
    poison = Delivery("p", message.text, 1)
    await backend.services.inbox.poison("projections", poison)
    backend.queues.take("projections")
    (letter,) = await letters(backend)
    await replay(backend, letter.id)
    (reference,) = backend.queues.take("projections")
    await backend.services.inbox.take("projections", Delivery("r", reference.text, 1))
    assert await outcome(backend) == ("closed", ["succeeded"])
    await backend.assert_followed()
    await backend.services.inbox.poison("projections", poison)
    (letter,) = await letters(backend)
    assert letter.status is LetterStatus.OPEN


async def test_a_queue_that_nobody_serves(backend):
    await backend.services.inbox.poison("nowhere", Delivery("s", "{}", 1))
    (letter,) = await letters(backend)
    await replay_is_refused(backend, letter.id)
    assert letter.tenant_id is None
