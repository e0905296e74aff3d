"""Characters: what around and inside a text nobody sees, and the one form of what they do see."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from shared.wording import Words, unacceptable

_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f"
_NO_CHARACTERS: Final = r"\ufdd0-\ufdef\ufffe\uffff"
_NO_CHARACTERS_BEYOND: Final = "".join(
    rf"\U{plane:04x}fffe-\U{plane:04x}ffff" for plane in range(1, 17)
)
_IGNORABLE: Final = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
)
_IGNORABLE_BEYOND: Final = r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
"""Unicode's Default_Ignorable_Code_Point: shown as nothing, or turning what stands beside them."""
_LOST: Final = "\ufffd"
_OTHERS: Final = rf"\u2028\u2029{_LOST}"
_BLANK: Final = r"\s\x85\u2800"
"""White space, and the Braille pattern without dots."""

REFUSED: Final = f"{_CONTROLS}{_NO_CHARACTERS}{_IGNORABLE}{_OTHERS}"
"""For the class of a pattern that is described: where patterns know 16 bits and no neighbours."""
VISIBLE: Final = f"[^{_BLANK}{REFUSED}]"

_ATTRIBUTE: Final = re.compile(f"[{_CONTROLS}{_NO_CHARACTERS}{_NO_CHARACTERS_BEYOND}]")
_UNSEEN: Final = re.compile(f"[{REFUSED}{_NO_CHARACTERS_BEYOND}{_IGNORABLE_BEYOND}]")
_DROPPED: Final = re.compile(f"[{_IGNORABLE}{_IGNORABLE_BEYOND}]")
_SEEN: Final = re.compile(f"[^{_BLANK}{_IGNORABLE}{_IGNORABLE_BEYOND}]")
_BREAK: Final = re.compile(r"\r\n?")

_JOINERS: Final = "\u200c\u200d"
_IDEOGRAPHIC_SELECTORS: Final = range(0xE0100, 0xE01F0)
_EMOJI_SELECTORS: Final = "\ufe0e\ufe0f"
_KEYCAP: Final = "\u20e3"
_VIRAMA: Final = 9
"""Its canonical combining class."""

_IS_UNSEEN: Final = Words(
    "Character {position} is one that nobody sees: {name}. Remove it.",
    "{position}번째 문자는 보이지 않는 문자({name})입니다. 삭제하십시오.",
)
_IS_LOST: Final = Words(
    "Character {position} stands for one that was lost: {name}. Whoever read the text before took"
    " it for another encoding.",
    "{position}번째 문자는 손실된 문자를 나타냅니다({name}). 이 텍스트를 먼저 읽은 프로그램이"
    " 인코딩을 잘못 해석했습니다.",
)
_SHOWS_NOTHING: Final = Words(
    "It must have a character that can be seen.", "보이는 문자가 하나 이상 있어야 합니다."
)


def line(value: object) -> object:
    """One line of text in its one form: nothing around it, nothing unseen in it, NFC.

    For all that stands in a field, before anything else is asked of it. Raises PydanticCustomError.
    """
    return _one_form(value) if isinstance(value, str) else value


def prose(value: object) -> object:
    """Likewise of text that may have several lines, and tabs: each ends in one LF."""
    return _one_form(_BREAK.sub("\n", value), "\n\t") if isinstance(value, str) else value


def attribute(value: object) -> object:
    """An identifier that its sender made: any characters, but what is none, or controls."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if found := _ATTRIBUTE.search(text):
        raise _refused(value, text, found.start())
    return text


def visible(text: str) -> str:
    """`text`, if there is something to be seen of it. Raises PydanticCustomError."""
    if text and not _SEEN.search(text):
        raise unacceptable(_SHOWS_NOTHING)
    return text


def as_read(text: str) -> str:
    """What programs take a text for: compatible forms are one, unseen characters are none."""
    return unicodedata.normalize("NFKC", _DROPPED.sub("", text))


def folded(text: str) -> str:
    """For comparing what people type with what is kept: whatever its case or form."""
    # Case first makes new compositions, which only the second time find each other.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _one_form(value: str, taken: Collection[str] = ()) -> str:
    text = value.strip()
    for found in _UNSEEN.finditer(text):
        if found[0] not in taken and not _belongs(text, found.start()):
            raise _refused(value, text, found.start())
    return unicodedata.normalize("NFC", text)


def _refused(value: str, text: str, index: int) -> Exception:
    position = len(value) - len(value.lstrip()) + index + 1
    code = f"U+{ord(text[index]):04X}"
    named = unicodedata.name(text[index], "")
    words = _IS_LOST if text[index] == _LOST else _IS_UNSEEN
    return unacceptable(
        words.filled(position=position, name=f"{named} ({code})" if named else code)
    )


def _belongs(text: str, index: int) -> bool:
    """Whether an unseen character is part of how a word or an emoji is written."""
    before, after = text[:index][-1:], text[index + 1 :][:1]
    if not before:
        return False
    if text[index] in _JOINERS:
        return bool(after) and _joins(before, after)
    if text[index] in _EMOJI_SELECTORS:
        return unicodedata.category(before)[0] in "SP" or after == _KEYCAP
    ideograph = unicodedata.name(before, "").startswith("CJK ")
    return ord(text[index]) in _IDEOGRAPHIC_SELECTORS and ideograph


def _joins(before: str, after: str) -> bool:
    """Where a joiner changes what is seen: Persian and Indic words, and emoji made of several."""
    if unicodedata.category(before)[0] == "S" or before in _EMOJI_SELECTORS:
        return unicodedata.category(after)[0] == "S"
    written = unicodedata.bidirectional(before) == "AL" or unicodedata.combining(before) == _VIRAMA
    return written and unicodedata.category(after)[0] in "LM"
