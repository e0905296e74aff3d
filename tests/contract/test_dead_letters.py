"""What a `DeadLetterStore` promises, on both adapters."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.base import Actor
from shared.services.ports.dead_letters import Closing, DeadLetter, LetterStatus, Replay, Sent
from shared.services.ports.values import GuardFailed, Undecodable
from shared.storage.encoding.keys import dead_letters as keys
from shared.storage.engine.table import Insert, Replace
from tests.cast.ids import PRECISE_AT, guid

TENANT, OTHER = guid(1), guid(2)
LETTER = DeadLetter(
    id="a1" * 32,
    queue="onboarding",
    reason="malformed",
    error={"type": "ValueError", "message": "한국어"},
    tenant_id=TENANT,
    excerpt="é" * 2048,
    dequeue_count=5,
    dead_at=PRECISE_AT,
    sent=Sent("e-1", "https://pipelines.example/one", "customer-profile"),
)
WHOLE = "é" * 32_768
REPLAY = Replay(PRECISE_AT, Actor(tenant_id=OTHER, object_id="me", role="OP"), "0f" * 16)

CLOSING = Closing(PRECISE_AT, Actor(tenant_id=OTHER, object_id="me", role="OP"), "Sent twice, é")


def numbered(number: int, **changes: object) -> DeadLetter:
    return replace(LETTER, id=f"{number:064x}", **changes)


@pytest.fixture
def letters(backend):
    return backend.ports.dead_letters


async def test_a_letter_and_its_whole_text(letters):
    assert await letters.get(LETTER.id) is None
    assert await letters.add(LETTER, WHOLE, [TENANT])
    assert (await letters.get(LETTER.id)).value == LETTER
    assert await letters.text(LETTER) == WHOLE
    nobodys = numbered(
        2, tenant_id=None, sent=None, replays=(REPLAY, replace(REPLAY, outcome="refused"))
    )
    assert await letters.add(nobodys, "", [])
    assert (await letters.get(nobodys.id)).value == nobodys
    assert await letters.text(nobodys) == ""


async def test_a_letter_stays_as_it_was_first_written(letters):
    assert await letters.add(LETTER, "first", [TENANT])
    later = replace(LETTER, reason="another", dead_at=PRECISE_AT + timedelta(1), tenant_id=None)
    assert not await letters.add(later, "second", [OTHER])
    assert (await letters.get(LETTER.id)).value == LETTER
    assert await letters.text(LETTER) == "first"
    assert await letters.text(later) is None


async def test_a_letter_changes_under_its_etag(letters):
    await letters.add(LETTER, WHOLE, [TENANT])
    stored = await letters.get(LETTER.id)
    changed = replace(LETTER, status=LetterStatus.REPLAYED, replays=(REPLAY,))
    await letters.replace(changed, stored)
    assert (await letters.get(LETTER.id)).value == changed
    with pytest.raises(GuardFailed):
        await letters.replace(LETTER, stored)


async def test_a_letter_keeps_fifty_reasons_of_any_characters(letters):
    closings = (replace(CLOSING, reason="\U00020bb7" * 500),) * 50
    full = replace(LETTER, closings=closings, replays=(REPLAY,) * 50)
    await letters.add(full, WHOLE, [TENANT])
    assert (await letters.get(LETTER.id)).value == full


async def test_letters_in_pages_the_newest_first(letters):
    made = [numbered(9 - n, dead_at=PRECISE_AT + timedelta(days=n)) for n in range(5)]
    for each in made:
        await letters.add(each, "x", [])
    first = await letters.page(None, 3)
    second = await letters.page(first.after, 3)
    found = [stored.value for stored in (*first.items, *second.items)]
    assert found == made[::-1]
    assert second.after is None


async def test_texts_by_age(letters):
    for number in range(4):
        await letters.add(
            numbered(9 - number, dead_at=PRECISE_AT + timedelta(days=number)), "x", []
        )
    assert await letters.older(PRECISE_AT, 10) == ()
    until = PRECISE_AT + timedelta(days=2, microseconds=1)
    assert await letters.older(until, 10) == tuple(numbered(each).id for each in (9, 8, 7))
    assert await letters.older(until, 2) == tuple(numbered(each).id for each in (9, 8))


async def test_texts_of_a_tenant(letters):
    for number in range(4):
        await letters.add(numbered(number), "x", [TENANT if number != 1 else OTHER])
    first = await letters.of_tenant(TENANT, None, 2)
    second = await letters.of_tenant(TENANT, first.after, 2)
    assert [*first.items, *second.items] == [numbered(each).id for each in (0, 2, 3)]
    assert second.after is None
    assert (await letters.of_tenant(guid(3), None, 2)).items == ()


NAMED = {1: [TENANT], 2: [TENANT, OTHER], 250: [guid(number) for number in range(1, 251)]}
"""More than two transactions take, at the most."""


@pytest.mark.parametrize("about", NAMED.values(), ids=NAMED)
async def test_a_text_goes_with_all_its_places_and_its_letter_stays(letters, about):
    letter = replace(LETTER, tenant_id=None)
    await letters.add(letter, WHOLE, about)
    for each in about:
        assert (await letters.of_tenant(each, None, 10)).items == (letter.id,)
    stored = await letters.get(letter.id)
    await letters.erase_text(stored, about, reasons=True)
    assert (await letters.get(letter.id)).value == replace(letter, excerpt=None, sent=None)
    assert await letters.text(letter) is None
    assert await letters.older(PRECISE_AT + timedelta(1), 10) == ()
    for each in about:
        assert (await letters.of_tenant(each, None, 10)).items == ()
    await letters.erase_text(await letters.get(letter.id), about, reasons=True)
    with pytest.raises(GuardFailed):
        await letters.erase_text(stored, about, reasons=True)


async def test_reasons_for_closings_stay_with_the_letter_and_go_with_an_erasure(letters):
    await letters.add(LETTER, WHOLE, [TENANT])
    closings = (CLOSING, replace(CLOSING, reason=None), replace(CLOSING, reason="두 번째"))
    closed = replace(LETTER, status=LetterStatus.CLOSED, closings=closings)
    await letters.replace(closed, await letters.get(LETTER.id), [TENANT, OTHER])
    assert (await letters.get(LETTER.id)).value == closed
    await letters.erase_text(await letters.get(LETTER.id), [], reasons=False)
    kept = replace(closed, excerpt=None, sent=None)
    assert (await letters.get(LETTER.id)).value == kept
    for each in (TENANT, OTHER):
        assert (await letters.of_tenant(each, None, 10)).items == (LETTER.id,)
    await letters.erase_text(await letters.get(LETTER.id), [TENANT, OTHER], reasons=True)
    gone = tuple(replace(each, reason=None) for each in closings)
    assert (await letters.get(LETTER.id)).value == replace(kept, closings=gone)
    for each in (TENANT, OTHER):
        assert (await letters.of_tenant(each, None, 10)).items == ()


async def test_places_of_a_try_that_got_no_further_stand_in_nobodys_way(letters, backend):
    about = NAMED[250]
    table = backend.table("operations")
    await table.transact([Insert(keys.about(max(about), LETTER.id), {"v": 1})])
    assert await letters.add(LETTER, WHOLE, about)
    assert (await letters.of_tenant(max(about), None, 10)).items == (LETTER.id,)


async def test_an_undecodable_letter(letters, backend):
    table = backend.table("operations")
    await letters.add(LETTER, "", [])
    place, stored = keys.place(LETTER), await letters.get(LETTER.id)
    await table.transact([Replace(place, {"v": 1, "body": "{}"}, stored.etag)])
    with pytest.raises(Undecodable, match="dead-letter open"):
        await letters.get(LETTER.id)
    assert (await letters.page(None, 10)).items == ()
