import pytest

from shared.errors import BadRequest, ConditionNotMet, PreconditionRequired
from shared.http.conditional import IfMatch, check, if_match


@pytest.mark.parametrize(
    ("header", "condition"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ("*", IfMatch(any=True)),
        ('"a"', IfMatch(tags=frozenset({'"a"'}))),
        (' "a" , "b,c",W/"d"', IfMatch(tags=frozenset({'"a"', '"b,c"'}))),
        ('W/"a"', IfMatch()),
        ('""', IfMatch(tags=frozenset({'""'}))),
    ],
)
def test_a_header_is_read(header: str | None, condition: IfMatch | None):
    assert if_match(header) == condition


@pytest.mark.parametrize("header", ["a", '"a', '"a" "b"', "*,*", 'w/"a"', '"a";"b"', '"a b"'])
def test_another_header_is_malformed(header: str):
    with pytest.raises(BadRequest) as caught:
        if_match(header)
    assert caught.value.target == "If-Match"


TODAY = IfMatch(tags=frozenset({'"today"'}))


@pytest.mark.parametrize(
    ("condition", "etag", "required", "error"),
    [
        (None, None, True, None),
        (None, '"today"', False, None),
        (None, '"today"', True, PreconditionRequired),
        (TODAY, '"today"', True, None),
        (TODAY, '"tomorrow"', True, ConditionNotMet),
        (TODAY, None, True, ConditionNotMet),
        (IfMatch(any=True), '"today"', True, None),
        (IfMatch(any=True), None, False, ConditionNotMet),
        (IfMatch(), '"today"', False, ConditionNotMet),
    ],
)
def test_a_condition_is_held_against_the_version(
    condition: IfMatch | None, etag: str | None, required: bool, error: type[Exception] | None
):
    if error is None:
        check(condition, etag, required=required)
        return
    with pytest.raises(error):
        check(condition, etag, required=required)
