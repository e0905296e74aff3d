"""Each way to write a message, as the queue takes it."""

import base64
import json

import pytest

from shared.services.ports.operations import Outcome
from tests.cast.bodies import sale_document
from tests.cast.commands import related
from tests.cast.ids import AGENCY, subscription_id
from tests.cast.messages import encoded, event, profile, registration
from tests.running.backend import Backend
from tests.running.sender import Sender
from tests.senders.envelopes import WRITTEN, Written


@pytest.mark.parametrize("written", WRITTEN, ids=lambda each: each.how)
async def test_a_message_takes_effect_or_is_told_why_not(written: Written):
    backend = Backend()
    sender = Sender(backend)
    await sender.start()
    await sender.text(written.text)
    results = await sender.results()
    known = await backend.ports.tenants.head(AGENCY)
    if not written.told:
        assert [each.outcome for each in results] == [Outcome.SUCCEEDED]
        assert known
        assert sender.letters() == []
        return
    (letter,) = sender.letters()
    assert written.told in letter["error"]["message"]
    assert known is None
    if not written.result:
        assert results == []
        return
    (result,) = results
    sent = {"id": "e-1", "source": result.source, "type": result.type}
    assert (result.outcome, result.message_id) == (Outcome.FAILED, "e-1")
    assert result.error
    assert letter["sent"] == sent


@pytest.mark.parametrize("locale", ["fr", "ko_KR", "ko-KR", 5, "ko"])
async def test_a_language_decides_about_nothing_but_words(locale: object):
    sender = Sender(Backend())
    await sender.start()
    await sender.text(WRITTEN[0].text)
    await sender.text(
        encoded(event("customer-profile", profile(country="USA"), id="2", locale=locale))
    )
    (failed,) = [each for each in await sender.results() if each.outcome is Outcome.FAILED]
    korean = str(locale).startswith("ko")
    assert ("국가" in failed.error["details"][0]["message"]) == korean


async def test_each_event_of_an_array_has_a_result():
    sender = Sender(Backend())
    await sender.start()
    several = [event("customer-profile", profile(), id=each) for each in ("1", "2", "3")]
    several[1]["source"] = "https://unknown.example"
    delivery = await sender.text(encoded([*several, "four"]))
    await sender.again(delivery)
    assert sender.reasons() == ["malformed"]
    assert {each.message_id for each in await sender.results()} == {"1", "3"}


@pytest.mark.parametrize("said", ["a/b#c?d%e\\f", "..", "'; --", "\U0001f600" * 256])
async def test_an_id_may_have_what_no_key_of_the_storage_has(said: str):
    sender = Sender(Backend())
    await sender.start()
    for _ in range(2):
        await sender.send("customer-profile", profile(), id=said)
    (result,) = await sender.results()
    assert (result.outcome, result.message_id) == (Outcome.SUCCEEDED, said)
    await sender.send("customer-profile", profile(name="Other"), id=said)
    assert sender.reasons() == ["message-id-reused"]


async def test_as_much_as_an_event_may_hold_takes_effect():
    """40 sales whose names are emoji, in 48 KiB to the byte; one more byte is too much."""
    names = {"offerName": "\U0001f600" * 128, "friendlyName": "\U0001f3e2" * 64}
    sales = [
        {"subscriptionId": subscription_id(each), **sale_document(**names)} for each in range(40)
    ]
    ids = {name: registration()[name] for name in ("actingPartnerId", "customerId")}
    whole = event("subscription-registration", {**ids, "subscriptions": sales})
    backend = Backend()
    await backend.do(*related())
    sender = Sender(backend)
    await sender.start()
    for size, outcomes in ((49_153, ["failed"]), (49_152, ["failed", "succeeded"])):
        text = json.dumps({**whole, "id": str(size)}, ensure_ascii=False).encode()
        await sender.text(base64.b64encode(text.ljust(size)).decode())
        assert sorted(await sender.outcomes()) == outcomes
    assert sender.reasons() == ["oversized"]
    tenant, _ = await backend.replay(AGENCY)
    assert all(tenant.subscription(subscription_id(each)) for each in range(40))
