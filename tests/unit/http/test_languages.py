import pytest

from shared.http.negotiation import preferred


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "en"),
        ("", "en"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("ko;q=0.5, en;q=0.5", "en"),
        ("en;q=0.1 , KO ; Q=0.2", "ko"),
        ("ko;q=0", "en"),
        ("*", "en"),
        ("fr, *;q=0.5", "en"),
        ("en;q=0.2, *;q=0.5", "ko"),
        ("ko, *;q=0", "ko"),
        ("en;q=0, ko;q=0.001", "ko"),
        ("ko;q=2", "en"),
        ("ko;q=high, en;q=0.1", "en"),
        ("ko;level=1", "en"),
        ("korean", "en"),
        (";;;,,,q=1", "en"),
        ("ko" * 10_000, "en"),
    ],
)
def test_the_language_that_is_ranked_higher(header: str | None, locale: str):
    assert preferred(header) == locale
