"""Language tags: a wish about words, which never decides about anything else."""

import re
from typing import Final

from shared.wording import Locale

TAG: Final = r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*"
"""BCP 47; with `_` as Java, ICU and POSIX write it."""
_PARTS: Final = re.compile("[-_]")


def language(tag: str) -> str:
    """Its first part: `ko` of `ko-KR`, `ko_KR` and `KO`."""
    return _PARTS.split(tag.strip().lower())[0]


def spoken(tag: object) -> Locale:
    """Which of ours a tag means: one that nobody here speaks, or that is none, is English."""
    return "ko" if isinstance(tag, str) and language(tag) == "ko" else "en"
