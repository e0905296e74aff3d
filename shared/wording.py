"""What people read, in both of our languages: English and Korean."""

from dataclasses import dataclass
from typing import Final, Literal, Self, cast

from pydantic_core import ErrorDetails, PydanticCustomError

type Locale = Literal["en", "ko"]

_EXPLAINED: Final = "explained"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages: text, or `str.format` templates until they are `filled`."""

    en: str
    ko: str

    def said(self, locale: Locale) -> str:
        """The text in one of the two languages."""
        return self.ko if locale == "ko" else self.en

    def filled(self, **values: object) -> Self:
        """With `values` in the places that have their names."""
        return type(self)(self.en.format_map(values), self.ko.format_map(values))


def unacceptable(words: Words) -> PydanticCustomError:
    """For a validator of ours to raise: a failed validation that brings its own words."""
    return PydanticCustomError(_EXPLAINED, "{en}", {"en": words.en, "ko": words.ko})


def explanation(error: ErrorDetails) -> Words | None:
    """The words that `unacceptable` was given; None for an error of pydantic's own."""
    if error["type"] != _EXPLAINED:
        return None
    context = cast("dict[str, str]", error.get("ctx", {}))
    return Words(context["en"], context["ko"])
