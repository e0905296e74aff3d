"""INV-8: the draft says what is asked, what stays, and where to decide; whatever a partner writes
is text, never markup."""

import html
import json
from email import message_from_bytes, policy
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.models import Invitation, OtherSide
from shared.model.personal import Contact, Details
from shared.web import drafts
from tests.cast.ids import AGENCY, PROVIDER, RESELLER
from tests.cast.resources import invitation, partner

LINK = "https://csp.example/invitations/c/i?a=1&b=2"


class Seen(HTMLParser):
    """The tags, links and text of a document."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []
        self.words = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links.extend(value for name, value in attrs if name == "href")

    def handle_data(self, data: str) -> None:
        self.words += data


def said(message: str) -> Details:
    """Kept with an invitation: the partner's words."""
    return Details(message=message)


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_text_and_markup_say_the_same_and_keep_the_link(locale):
    made = drafts.draft(invitation(), LINK, said("Good day\nto you"), locale)
    seen = Seen(made.html)
    assert seen.links == [LINK]
    assert LINK in made.text
    assert made.as_json() == {
        "locale": locale,
        "to": None,
        "subject": made.subject,
        "text": made.text,
        "html": made.html,
        "mailto": made.mailto,
        "link": LINK,
    }
    for line in made.text.split("\n"):
        assert line in seen.words
    assert invitation().partner_name in made.subject
    assert f"{invitation().expires_at:%Y-%m-%d}" in made.text


def test_it_says_whether_privileges_are_asked():
    asked = drafts.draft(invitation(), LINK, None, "en").text
    spared = drafts.draft(invitation(delegated_admin=False), LINK, None, "en").text
    assert "Global administrator" in asked
    assert "Global administrator" not in spared
    assert "does not ask for delegated admin" in spared


@pytest.mark.parametrize("locale", ["en", "ko"])
@pytest.mark.parametrize("named", [RESELLER, PROVIDER])
@pytest.mark.parametrize("privileges", [True, False])
def test_two_companies_are_both_called_by_name(named, privileges, locale):
    other = OtherSide.of(partner(named))
    asked = invitation(other_side=other, delegated_admin=privileges)
    made = drafts.draft(asked, LINK, None, locale)
    assert asked.partner_name in made.subject
    assert other.name in made.subject
    for text in (made.text, Seen(made.html).words):
        for said in (asked.partner_name, asked.partner_mpn_id, other.name, other.mpn_id):
            assert said in text
    alone = drafts.draft(invitation(delegated_admin=privileges), LINK, None, locale).text
    _, asks, privileged, *_ = made.text.split("\n\n")
    assert not {asks, privileged} & set(alone.split("\n\n")), "both are spoken of throughout"


def test_each_asks_for_itself():
    text = drafts.draft(
        invitation(other_side=OtherSide.of(partner(RESELLER))), LINK, None, "en"
    ).text
    assert "each ask for" in text
    assert "admin agents of both" in text


def test_without_a_message_nothing_is_quoted():
    made = drafts.draft(invitation(), LINK, None, "en")
    assert "blockquote" not in made.html
    assert "The partner writes" not in made.text


@given(st.text(min_size=1), st.text(min_size=1), st.booleans())
def test_no_words_become_markup(name, message, two):
    def asked(called: str) -> Invitation:
        other = OtherSide.of(partner(RESELLER, name=called)) if two else None
        return invitation(partner_name=called, other_side=other)

    plain = Seen(drafts.draft(asked("x"), LINK, said("x"), "en").html)
    made = drafts.draft(asked(name), LINK, said(message), "en").html
    seen = Seen(made)
    assert [tag for tag in seen.tags if tag != "br"] == [tag for tag in plain.tags if tag != "br"]
    assert seen.links == [LINK]
    assert html.escape(name) in made


def test_both_languages_have_the_same_texts():
    texts = json.loads((drafts._TEXTS).read_text(encoding="utf-8"))
    assert texts["en"].keys() == texts["ko"].keys()
    assert all(any("가" <= letter <= "힣" for letter in text) for text in texts["ko"].values())


WRITTEN_TO = Details(contact=Contact(email="it@agency.example", locale="en"))


@pytest.mark.parametrize("locale", ["en", "ko"])
@pytest.mark.parametrize("two", [True, False])
def test_a_mail_programs_address_holds_subject_sentence_and_link(locale, two):
    """RFC 6068: each part is percent-encoded, lines end with CRLF."""
    other = OtherSide.of(partner(RESELLER)) if two else None
    made = drafts.draft(invitation(other_side=other), LINK, WRITTEN_TO, locale)
    address = urlsplit(made.mailto)
    assert (address.scheme, address.path) == ("mailto", "it@agency.example")
    query = parse_qs(address.query, strict_parsing=True)
    assert query["subject"] == [made.subject]
    (body,) = query["body"]
    sentence, link = body.split("\r\n")
    assert link == LINK
    assert invitation().partner_name in sentence
    assert (other is None) or other.name in sentence
    assert made.mailto.isascii()


LETTERS = st.sampled_from(["w", "é", "가", "\U0001f3e2"])
HOST = ".".join(["a" * 62] * 4)


def called(most: int) -> st.SearchStrategy[str]:
    """One letter as often as a name may be long, at most: what is longest where it is encoded."""
    return st.builds(lambda letter, times: letter * times, LETTERS, st.integers(1, most))


@given(called(128), called(64), called(189), st.booleans(), st.sampled_from(["en", "ko"]))
def test_whoever_writes_to_whom_no_mail_program_cuts_the_link_off(name, local, domain, two, locale):
    """Names are left out first, then the mailbox, which the partner sees beside it; never the link.

    The mailbox is one of EMAIL_PATTERN's, the host as long as DNS has them.
    """
    mailbox = f"{local}@{domain}"
    other = OtherSide.of(partner(RESELLER, name=name)) if two else None
    asked = invitation(partner_name=name, other_side=other)
    link = f"https://{HOST}/invitations/{AGENCY}/{AGENCY}"
    to = Details(contact=Contact(email=mailbox, locale="en"))
    made = drafts.draft(asked, link, to, locale)
    assert len(made.mailto) <= 1800
    address = urlsplit(made.mailto)
    (body,) = parse_qs(address.query, strict_parsing=True)["body"]
    assert body.endswith(f"\r\n{link}")
    assert unquote(address.path) in {mailbox, ""}
    assert address.path or name not in body
    assert made.to == mailbox


def test_a_mailbox_with_room_stays_whatever_partners_are_called():
    asked = invitation(partner_name="가" * 128)
    assert urlsplit(drafts.draft(asked, LINK, WRITTEN_TO, "ko").mailto).path == "it@agency.example"


@pytest.mark.parametrize("locale", ["en", "ko"])
def test_the_file_is_a_draft_that_mail_programs_open_to_be_sent(locale):
    """X-Unsent is Outlook's own header; everything else is RFC 5322 and MIME."""
    kept = Details(message="한국어 and\nEnglish", contact=WRITTEN_TO.contact)
    made = drafts.draft(invitation(), LINK, kept, locale)
    file = drafts.eml(made.as_json())
    assert file.isascii()
    assert all(len(line) <= 998 for line in file.split(b"\r\n"))
    read = message_from_bytes(file, policy=policy.default)
    assert read["X-Unsent"] == "1"
    assert read["To"] == "it@agency.example"
    assert read["Subject"] == made.subject
    assert read["Date"] is None
    plain, marked = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert marked
    assert plain.get_content().replace("\r\n", "\n") == made.text
    assert marked.get_content().replace("\r\n", "\n") == made.html
    assert drafts.eml(made.as_json()) == file, "the same draft is the same file"


@pytest.mark.parametrize(
    ("address", "to"),
    [
        ("it+csp@agency.example", "it+csp@agency.example"),
        ("it@회사.kr", "it@xn--vf4b131b.kr"),
        ("홍@agency.example", None),
        ("a,b@agency.example", None),
        ("a@agency.example,b", None),
        ("a:b@agency.example", None),
        ('"a"<b@agency.example>', None),
    ],
)
def test_the_file_is_to_one_mailbox_or_to_nobody_yet(address: str, to: str | None):
    """What the API takes for an address may be several in a header, or none that can be sent to."""
    shown = drafts.draft(invitation(), LINK, None, "en").as_json()
    file = drafts.eml({**shown, "to": address})
    assert message_from_bytes(file, policy=policy.default)["To"] == to


def test_a_name_makes_no_header_of_its_own():
    made = drafts.draft(invitation(), LINK, None, "en").as_json()
    spoiled = {**made, "subject": "A\u2028Bcc: x@evil.example", "to": None}
    read = message_from_bytes(drafts.eml(spoiled), policy=policy.default)
    assert read["Bcc"] is None
    assert read["To"] is None
