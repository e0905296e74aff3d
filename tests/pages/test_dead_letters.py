"""Messages that could not be processed, on pages: read, put back, closed with a reason."""

from typing import Any

import pytest
from markupsafe import escape

from shared.services.ports.dead_letters import LetterStatus
from shared.services.ports.queues import Receipt
from shared.services.ports.values import StorageBusy
from shared.services.queues.dead_letters import EVERY_TRY_FAILED
from shared.services.queues.rejections import Reason
from shared.storage.engine.memory import MemoryQueues
from shared.web.runbook import LETTERS
from shared.wording import Locale
from tests.cast.ids import AGENCY, BUREAU, DIRECT
from tests.cast.messages import SOURCE
from tests.pages.acting import writes
from tests.pages.addresses import LETTER
from tests.pages.troubles import bury
from tests.pages.walking import walk
from tests.running.app import OPERATOR_CLAIMS, LocalApp
from tests.running.visitors import HEAVIEST, Seen, Visitor

LIST, MANY = "/operations/dead-letters", "/operations/replay-dead-letters"
ONE = f"{LIST}/{LETTER}"


@pytest.fixture
def visitor(operated: LocalApp) -> Visitor:
    return Visitor(operated, OPERATOR_CLAIMS)


def rows(page: Seen) -> list[str]:
    body = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [part.partition('"')[0] for part in body.split(f'href="{LIST}/')[1:]]


async def letter(local: LocalApp, letter_id: str = LETTER) -> dict[str, Any]:
    answer = await local.call("GET", f"/api/dead-letters/{letter_id}", OPERATOR_CLAIMS)
    assert answer.status == 200
    return answer.body


async def sent(visitor: Visitor, address: str, **typed: str) -> Seen:
    opened = await visitor.get(address)
    return await visitor.post(address, {**opened.fields, **typed, "step": "confirm"})


async def test_what_is_open_is_listed_newest_first(operated: LocalApp, visitor: Visitor):
    await bury(operated, "a" * 64, 1, reason="malformed", tenant_id=None, sent=None)
    await bury(operated, "b" * 64, 2, status=LetterStatus.CLOSED)
    page = await visitor.get(LIST)
    assert rows(page) == ["a" * 64, LETTER]
    for said in ("retries-exhausted", "malformed", "dddddddd", AGENCY, "Nobody can tell"):
        assert said in page.words
    assert rows(await visitor.get(f"{LIST}?status=closed")) == ["b" * 64]
    assert rows(await visitor.get(f"{LIST}?reason=malformed&queue=onboarding")) == ["a" * 64]
    assert f'href="{MANY}?reason=malformed"' in (await visitor.get(f"{LIST}?reason=malformed")).html
    none = await visitor.get(f"{LIST}?tenantId={BUREAU}")
    assert "No dead letter is like that." in none.words
    assert (await visitor.get(f"{LIST}?status=lost")).status == 400


async def test_page_by_page_each_is_there_once(operated: LocalApp, visitor: Visitor):
    for number in range(1, 61):
        await bury(operated, f"{number:064x}", number)
    seen = [each for page in await walk(visitor, LIST) for each in rows(page)]
    assert seen == [*(f"{number:064x}" for number in range(60, 0, -1)), LETTER]


async def test_a_letter_with_message_cause_and_step(visitor: Visitor):
    page = await visitor.get(ONE)
    assert LETTERS["retries-exhausted"].replace("`", "") in page.words
    for said in (
        "Every try failed, for another reason than these",
        "Unavailable The storage does not answer.",
        "after 5 tries",
        f"dddddddd, customer-profile, from {SOURCE}",
        "Agency <b>X</b>",
        "2026-12-01 08:00 UTC",
    ):
        assert said in page.words, said
    assert "<b>" not in page.html
    assert f'href="/activity?customerId={AGENCY}"' in page.html
    assert (await visitor.get(f"{LIST}/{'0' * 64}")).status == 404


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("locale", ["en", "ko"])
async def test_every_cause_has_a_page(operated: LocalApp, reason: Reason, locale: str):
    await bury(operated, "a" * 64, reason=reason.value, excerpt=None, tenant_id=None, sent=None)
    visitor = Visitor(operated, OPERATOR_CLAIMS, {"accept-language": locale})
    page = await visitor.get(f"{LIST}/{'a' * 64}")
    assert page.status == 200
    assert f"{LIST}/{'a' * 64}/replay" not in page.html  # its text is gone
    if locale == "ko":
        assert "letter" not in page.words


@pytest.mark.parametrize("wrote", ["en", "ko"])
@pytest.mark.parametrize("reads", ["en", "ko"])
async def test_its_error_is_in_its_senders_language(operated: LocalApp, wrote: Locale, reads: str):
    said = EVERY_TRY_FAILED.said(wrote)
    await bury(operated, "a" * 64, error={"type": "GaveUpError", "message": said})
    visitor = Visitor(operated, OPERATOR_CLAIMS, {"accept-language": reads})
    page = await visitor.get(f"{LIST}/{'a' * 64}")
    assert f'<span lang="{wrote}"><bdi>{escape(said)}</bdi></span>' in page.html


async def test_it_is_put_back_once(operated: LocalApp, visitor: Visitor):
    fields = {**(await visitor.get(f"{ONE}/replay")).fields, "step": "confirm"}
    for _ in range(2):
        done = await visitor.post(f"{ONE}/replay", fields)
        assert (done.status, done.headers["Location"]) == (303, ONE)
    now = await letter(operated)
    assert (now["status"], len(now["replays"])) == ("replayed", 1)
    page = await visitor.get(ONE)
    assert "put back by the account" in page.words
    assert "on its way" in page.words
    assert rows(await visitor.get(LIST)) == []
    assert rows(await visitor.get(f"{LIST}?status=replayed")) == [LETTER]


async def test_what_may_not_be_sent_any_more_is_not_put_back(operated: LocalApp, visitor: Visitor):
    await operated.call("DELETE", "/api/pipelines/erp", OPERATOR_CLAIMS)
    before = writes(operated)
    refused = await sent(visitor, f"{ONE}/replay")
    assert refused.status == 409
    assert "The source is no pipeline that may send this for this partner." in refused.words
    assert writes(operated) == before


async def test_it_is_closed_with_a_reason(operated: LocalApp, visitor: Visitor):
    done = await sent(visitor, f"{ONE}/close", reason="The sender <i>sent</i> it again")
    assert (done.status, done.headers["Location"]) == (303, ONE)
    assert (await letter(operated))["status"] == "closed"
    page = await visitor.get(ONE)
    assert "The sender <i>sent</i> it again" in page.words
    assert "<i>" not in page.html
    assert f"{ONE}/close" not in page.html
    assert f"{ONE}/replay" not in page.html
    for name in ("close", "replay"):
        assert "The letter is closed." in (await visitor.get(f"{ONE}/{name}")).words


async def test_without_a_reason_it_is_not_closed(operated: LocalApp, visitor: Visitor):
    before = writes(operated)
    refused = await sent(visitor, f"{ONE}/close", reason=" ")
    assert refused.status == 400
    assert '<a href="#reason">' in refused.html
    assert writes(operated) == before


async def test_what_was_put_back_meanwhile_is_not_closed_unseen(
    operated: LocalApp, visitor: Visitor
):
    fields = {**(await visitor.get(f"{ONE}/close")).fields, "reason": "late", "step": "confirm"}
    await sent(visitor, f"{ONE}/replay")
    late = await visitor.post(f"{ONE}/close", fields)
    assert late.status == 409
    assert (await letter(operated))["status"] == "replayed"


async def test_fifty_are_put_back_at_one_confirmation(operated: LocalApp, visitor: Visitor):
    for number in range(60):
        await bury(operated, f"{number:064x}", number + 1)
    opened = await visitor.get(MANY)
    assert len(rows(opened)) == 50
    assert "50 messages." in opened.words
    done = await visitor.post(MANY, {**opened.fields, "step": "confirm"})
    assert (done.status, done.headers["Location"]) == (303, LIST)
    assert len(rows(await visitor.get(LIST))) == 11
    assert len(operated.memory.queues.messages["onboarding"]) == 50
    again = await visitor.post(MANY, {**opened.fields, "step": "confirm"})
    assert again.status == 303
    assert len(operated.memory.queues.messages["onboarding"]) == 50


async def test_what_cannot_be_put_back_is_named_and_the_rest_is_done(
    operated: LocalApp, visitor: Visitor
):
    """One whose queue nobody serves, and one that somebody closed meanwhile."""
    await bury(operated, "a" * 64, 1, queue="webhook-deliveries")
    await bury(operated, "b" * 64, 2)
    opened = await visitor.get(MANY)
    await sent(visitor, f"{LIST}/{'b' * 64}/close", reason="other")
    some = await visitor.post(MANY, {**opened.fields, "step": "confirm"})
    assert some.status == 409
    assert "aaaaaaaa" in some.words
    assert "It is done with one; not with what is named here" in some.words
    assert f'<a href="{LIST}/{"a" * 64}"><code>' in some.html
    assert rows(some) == ["a" * 64]
    assert (await letter(operated))["status"] == "replayed"
    assert (await letter(operated, "b" * 64))["status"] == "closed"
    assert (await letter(operated, "b" * 64))["replays"] == []


async def test_of_those_that_are_chosen_and_no_other(operated: LocalApp, visitor: Visitor):
    await bury(operated, "a" * 64, 1, reason="malformed")
    narrowed = f"{MANY}?reason=retries-exhausted"
    opened = await visitor.get(narrowed)
    assert rows(opened) == [LETTER]
    assert f'action="{narrowed}"' in opened.html
    assert (await visitor.post(narrowed, {**opened.fields, "step": "confirm"})).status == 303
    assert (await letter(operated, "a" * 64))["status"] == "open"


async def test_nothing_is_open(operated: LocalApp, visitor: Visitor):
    await sent(visitor, f"{ONE}/close", reason="done")
    assert "No dead letter is open." in (await visitor.get(LIST)).words
    page = await visitor.get(MANY)
    assert "No dead letter is open." in page.words
    assert page.steps == []


async def test_where_the_storage_is_busy_it_is_said_how_far_it_came(
    operated: LocalApp, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
):
    """Fifty of them, and the third finds the queue busy: two are back, the others are left."""
    for number in range(49):
        await bury(operated, f"{number:064x}", number + 1)
    opened = await visitor.get(MANY)
    queues, put = operated.memory.queues, MemoryQueues.put

    async def busy(self: MemoryQueues, queue: str, text: str, delay: int = 0) -> Receipt:
        if len(self.messages.get("onboarding", ())) == 2:
            raise StorageBusy
        return await put(self, queue, text, delay)

    monkeypatch.setattr(MemoryQueues, "put", busy)
    some = await visitor.post(MANY, {**opened.fields, "step": "confirm"})
    assert some.status == 429
    assert "It is done with 2;" in some.words
    assert len(rows(some)) == 48
    assert len(some.html.encode()) < HEAVIEST
    monkeypatch.undo()
    done = await visitor.post(MANY, {**some.fields, "step": "confirm"})
    assert done.status == 303
    assert len(queues.messages["onboarding"]) == 50


async def test_what_stands_against_all_fifty_is_said_once(operated: LocalApp, visitor: Visitor):
    for number in range(49):
        await bury(operated, f"{number:064x}", number + 1, tenant_id=DIRECT)
    opened = await visitor.get(MANY)
    await operated.call("DELETE", "/api/pipelines/erp", OPERATOR_CLAIMS)
    refused = await visitor.post(MANY, {**opened.fields, "step": "confirm"})
    assert refused.status == 409
    assert refused.words.count("The source is no pipeline that may send this for this") == 1
    assert refused.html.count(f'<a href="{LIST}/') == 50 + 50
    assert "It is done with" not in refused.words
