"""E-mail drafts (INV-8): the partner may edit the text and sends it itself; the link must stay.

As text and HTML, as a `mailto:` address for whatever writes e-mails at the partner's, and as a file
that opens there as a draft.
"""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

import idna

from shared.canonical import JsonObject
from shared.model.models import Invitation
from shared.model.personal import Details
from shared.wording import Locale

_TEXTS: Final = Path(__file__).with_name("email.json")

MOST_OF_MAILTO: Final = 1800
"""Characters of a `mailto:` address: Windows hands on some 2,000 and cuts the rest off."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in one language: `text` and `html` say the same; `to` is the partner's contact."""

    locale: Locale
    to: str | None
    subject: str
    text: str
    html: str
    mailto: str
    link: str

    def as_json(self) -> JsonObject:
        """The draft as the API shows it."""
        return {
            "locale": self.locale,
            "to": self.to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "mailto": self.mailto,
            "link": self.link,
        }


@cache
def _texts() -> Mapping[Locale, Mapping[str, str]]:
    return json.loads(_TEXTS.read_text(encoding="utf-8"))


def draft(invitation: Invitation, link: str, kept: Details | None, locale: Locale) -> Draft:
    """The draft for `invitation`, which names both companies where two tiers ask.

    `kept` has the contact, and the message: plain text, shown as the partner's words.
    """
    texts, known = _texts()[locale], _known(invitation)
    both = "Both" if invitation.other_side else ""
    message = kept.message if kept else None
    to = kept.contact.email if kept and kept.contact else None
    privileges = "privileges" if invitation.delegated_admin else "noPrivileges"
    before = [
        texts["greeting"],
        texts[f"ask{both}"].format_map(known),
        texts[f"{privileges}{both}"],
        texts["promise"],
    ]
    words = [texts["words"], message] if message else []
    ask = texts["who"].format_map(known)
    plain = [*before, *words, f"{ask}\n{link}", texts["recorded"]]
    anchor = f'<a href="{html.escape(link)}">{html.escape(link)}</a>'
    marked = [
        *map(_paragraph, before),
        *([_paragraph(words[0]), _quote(words[1])] if words else []),
        f"<p>{html.escape(ask)}<br>{anchor}</p>",
        _paragraph(texts["recorded"]),
    ]
    return Draft(
        locale=locale,
        to=to,
        subject=texts[f"subject{both}"].format_map(known),
        text="\n\n".join(plain) + "\n",
        html=f'<html lang="{locale}"><body>\n' + "\n".join(marked) + "\n</body></html>\n",
        mailto=_mailto(to, link, texts, known, both),
        link=link,
    )


def _known(invitation: Invitation) -> Mapping[str, str]:
    known = {
        "partner": invitation.partner_name,
        "mpn": invitation.partner_mpn_id,
        "expires": f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC",
    }
    other = invitation.other_side
    return known | {"other": other.name, "otherMpn": other.mpn_id} if other else known


def _mailto(
    to: str | None, link: str, texts: Mapping[str, str], known: Mapping[str, str], both: str
) -> str:
    """RFC 6068: subject, a sentence, the link. What is too long loses the names, then `to`."""

    def addresses() -> Iterator[str]:
        for kind, mailbox in ((both, to), ("Unnamed", to), ("Unnamed", None)):
            subject = texts[f"subject{kind}"].format_map(known)
            body = f"{texts[f'short{kind}'].format_map(known)}\r\n{link}"
            header = f"subject={_coded(subject)}&body={_coded(body)}"
            yield f"mailto:{quote(mailbox or '', safe='@')}?{header}"

    *longer, shortest = addresses()
    return next((each for each in longer if len(each) <= MOST_OF_MAILTO), shortest)


def _coded(text: str) -> str:
    return quote(text, safe="")


def eml(shown: JsonObject) -> bytes:
    """A draft that the API shows, as a file (RFC 5322) which mail programs open to be sent.

    The same draft is the same file: nothing in it is of the moment or made up.
    """
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["X-Unsent"] = "1"
    message["Subject"] = " ".join(str(shown["subject"]).splitlines())  # A header is one line.
    if mailbox := _mailbox(str(shown["to"] or "")):
        message["To"] = mailbox
    message.set_content(str(shown["text"]), cte="base64")
    message.add_alternative(str(shown["html"]), subtype="html", cte="base64")
    message.set_boundary(f"={sha256(str(shown['text']).encode()).hexdigest()}")
    return message.as_bytes()


def _mailbox(address: str) -> Address | None:
    """One that a header can hold as it is; None for what would be several there, or other words."""
    local, _, domain = address.rpartition("@")
    try:
        host = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
        made = Address(addr_spec=f"{local}@{host}")
    except (ValueError, MessageError):
        return None
    return made if local.isascii() else None


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _quote(text: str) -> str:
    lines = "<br>".join(html.escape(line) for line in text.splitlines())
    return f"<blockquote>{lines}</blockquote>"
