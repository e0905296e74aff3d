"""The texts of pages: every one in both languages, and what they must not lose."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from shared.policy.callers import CallerRole
from shared.web.engine.roles import ROLES
from shared.web.texts import CATALOG
from tests.cast.ids import AGENCY, OTHER_DIRECT, invitation_id
from tests.pages.addresses import address
from tests.running.app import LocalApp, admin, user
from tests.running.visitors import Visitor, pages
from tools import page_texts_document

PLACES = re.compile(r"%\((\w+)\)[sd]")
GIVES_NO_ACCESS = "gives %(partner)s no access by itself"
"""What its Korean, whose words are given, says without the partner's name."""


def messages() -> list[Message]:
    with CATALOG.open("rb") as file:
        return [each for each in read_po(file, locale="ko", domain="pages") if each.id]


def english(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def korean(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalog_has_every_text_and_no_other():
    assert CATALOG.read_text("utf-8") == page_texts_document.text(), (
        "run: python -m tools.page_texts_document"
    )
    assert len(messages()) > 100


def test_every_text_is_said_in_korean_and_nobody_guessed():
    assert [each.id for each in messages() if each.fuzzy] == []
    silent = [
        each.id
        for each in messages()
        if not korean(each) or not all(re.search("[가-힣]", text) for text in korean(each))
    ]
    assert silent == []


def test_nothing_that_a_text_shows_is_lost_in_korean():
    for each in messages():
        shown = set(PLACES.findall(english(each)[-1]))
        for text in korean(each):
            lost = shown - set(PLACES.findall(text))
            assert lost == ({"partner"} if GIVES_NO_ACCESS in english(each)[0] else set()), each.id


@pytest.mark.parametrize("page", pages().values(), ids=lambda page: page.name)
def test_every_text_of_a_record_is_in_the_catalog(page):
    known = {text for each in messages() for text in english(each)}
    said = {page.title}
    if page.form:
        said |= {page.form.button}
        for field in page.form.fields:
            said |= {field.label, *field.choices.values()}
    assert said <= known


def test_every_role_has_a_name():
    assert set(ROLES) == set(CallerRole)


NAMED = re.compile(r"(?<!파트너의 )글로벌 관리자(?:\(전역 관리자\))?")
BOTH = "글로벌 관리자(전역 관리자)"


@pytest.mark.parametrize("name", pages())
async def test_microsofts_other_word_for_a_role_is_said_where_it_is_named_first(
    served: LocalApp, name: str
):
    """And not again: who knows it by either name finds it, and reads on."""
    visitor = Visitor(served, admin(AGENCY), {"accept-language": "ko"})
    named = NAMED.findall((await visitor.get(address(name))).words)
    assert named == [BOTH, *["글로벌 관리자"] * (len(named) - 1)][: len(named)]


async def test_what_a_partner_wrote_stays_as_it_wrote_it(served: LocalApp):
    path = f"/api/customers/{AGENCY}/invitations/{invitation_id(7)}"
    body = {"delegatedAdmin": True, "message": f"{BOTH}, {BOTH}!"}
    assert (await served.call("PUT", path, user(OTHER_DIRECT, "GlobalAdmin"), body)).status == 201
    visitor = Visitor(served, admin(AGENCY), {"accept-language": "ko"})
    words = (await visitor.get(f"/invitations/{AGENCY}/{invitation_id(7)}")).words
    assert body["message"] in words
    assert words.count(BOTH) == 3  # its two, and the page's one
