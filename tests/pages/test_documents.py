"""The look at documents sees what it looks for."""

import pytest

from tests.pages.documents import problems

GOOD = (
    '<!doctype html>\n<html lang="en"><head><title>A</title></head><body><main id="m"><h1>A</h1>'
    '<a href="#m">up</a><label for="a">A</label><input id="a" name="a"></main></body></html>'
)


def test_a_good_document_has_no_problem():
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<h1>A</h1>", ""),
        ("<h1>A</h1>", "<h1>A</h1><h1>B</h1>"),
        ("<h1>A</h1>", "<h1>A</h1><h3>B</h3>"),
        ("<h1>A</h1>", "<h1>A</b></h1>"),
        ("<h1>A</h1>", "<h1>A</h1><p>"),
        ('for="a"', 'for="b"'),
        ('id="a"', 'id="m"'),
        ('href="#m"', 'href="#x"'),
        ('href="#m"', 'href="#m" onclick="x"'),
        ('href="#m"', 'href="#m" style="x"'),
        ("<h1>A</h1>", "<h1>A</h1><script></script>"),
        (' lang="en"', ""),
    ],
)
def test_a_problem_is_seen(old: str, new: str):
    assert problems(GOOD.replace(old, new))
