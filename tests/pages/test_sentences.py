"""The ledger in sentences: one for every type of event and every break, in both languages."""

import re
from typing import get_args

import pytest

from shared.canonical import JsonObject
from shared.model.events import Event, EventType
from shared.model.ledger import BreakKind
from shared.policy.callers import CallerRole
from shared.web.activity.breaks import BREAKS
from shared.web.activity.entries import entry_view, names, read
from shared.web.activity.sentences import SENTENCES
from shared.web.engine.preferences import LANGUAGES, Preferences
from shared.web.texts import translations
from shared.wording import Locale
from tests.cast.every_event import EVERY_EVENT
from tests.cast.ids import AGENCY, DIRECT
from tests.cast.resources import block, subscription


def document(*events: JsonObject, role: str = "CG") -> JsonObject:
    actor = {"tenantId": AGENCY, "objectId": AGENCY, "role": role}
    return {"sequence": 1, "tenantId": AGENCY, "actor": actor, "events": list(events)}


def said(entry: JsonObject, locale: Locale) -> list[str]:
    known = read(entry)
    view = entry_view(known, names([known]), Preferences(locale, "Asia/Seoul"))
    spoken = translations(locale)
    return [spoken.gettext(each.text) % each.places for each in view.said or ()]


def test_every_type_has_its_own_sentence():
    assert set(SENTENCES) == set(EventType)
    assert len(set(SENTENCES.values())) == len(EventType)


def test_every_break_has_its_own_sentence():
    kinds = set(get_args(BreakKind.__value__))
    assert set(BREAKS) == kinds
    assert len(set(BREAKS.values())) == len(kinds)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", EventType)
def test_every_type_is_said_with_what_it_is_about(kind: EventType, locale: Locale):
    entry = document(Event(kind, EVERY_EVENT[kind]).as_json())
    (sentence,) = said(entry, locale)
    assert "%(" not in sentence
    assert "<bdi></bdi>" not in sentence
    assert "None" not in sentence
    assert bool(re.search("[가-힣]", sentence)) == (locale == "ko")
    assert sentence.endswith(".")


@pytest.mark.parametrize("kind", EventType)
def test_partners_are_named_as_the_event_says(kind: EventType):
    resource = EVERY_EVENT[kind]
    if kind in {EventType.PARTNER_BLOCKED, EventType.PARTNER_UNBLOCKED}:
        resource = block(met=True)
    entry = document(Event(kind, resource).as_json())
    (sentence,) = said(entry, "en")
    told = {value for value in names([read(entry)]).values() if value in sentence}
    assert bool(told) == ("<bdi>Partner " in sentence)
    assert DIRECT not in sentence or kind in {EventType.LINK_ISSUED, EventType.LINK_REVOKED}


def test_what_others_wrote_is_no_markup():
    sold = subscription(friendly_name="<script>%(partner)s</script>")
    written = Event(EventType.SUBSCRIPTION_UPDATED, sold).as_json()
    (sentence,) = said(document(written), "en")
    assert "<bdi>&lt;script&gt;%(partner)s&lt;/script&gt;</bdi>" in sentence


@pytest.mark.parametrize(
    "events", [[{"type": "from-the-future"}], [None], [[]], None, 1, [{"type": "link-issued"}]]
)
def test_what_this_version_cannot_read_is_not_hidden(events: object):
    entry = read({**document(), "events": events})
    assert entry_view(entry, names([entry]), Preferences("en", "UTC")).said is None


@pytest.mark.parametrize("role", [*CallerRole, "system", "from-the-future"])
def test_every_role_that_the_ledger_names_is_said(role: str):
    known = entry_view(read(document(role=role)), {}, Preferences("en", "UTC")).role
    assert (known == role) == (role == "from-the-future")
