"""E-mail drafts (INV-8): the partner may edit the text and sends it itself; the link must stay."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from shared.canonical import JsonObject
from shared.model.models import Invitation
from shared.wording import Locale

_TEXTS: Final = Path(__file__).with_name("email.json")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in one language: `text` and `html` say the same."""

    locale: Locale
    subject: str
    text: str
    html: str
    link: str

    def as_json(self) -> JsonObject:
        """The draft as the API shows it."""
        return {
            "locale": self.locale,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "link": self.link,
        }


@cache
def _texts() -> Mapping[Locale, Mapping[str, str]]:
    return json.loads(_TEXTS.read_text(encoding="utf-8"))


def draft(invitation: Invitation, link: str, message: str | None, locale: Locale) -> Draft:
    """The draft for `invitation`, which names both companies where two tiers ask.

    `message` is plain text and shown as the partner's words.
    """
    texts = _texts()[locale]
    known = {
        "partner": invitation.partner_name,
        "mpn": invitation.partner_mpn_id,
        "expires": f"{invitation.expires_at:%Y-%m-%d %H:%M} UTC",
    }
    other, both = invitation.other_side, ""
    if other:
        known |= {"other": other.name, "otherMpn": other.mpn_id}
        both = "Both"
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
        locale,
        texts[f"subject{both}"].format_map(known),
        "\n\n".join(plain) + "\n",
        f'<html lang="{locale}"><body>\n' + "\n".join(marked) + "\n</body></html>\n",
        link,
    )


def _paragraph(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _quote(text: str) -> str:
    lines = "<br>".join(html.escape(line) for line in text.splitlines())
    return f"<blockquote>{lines}</blockquote>"
