"""The style sheet: small, kept for good, and nothing else at its address."""

import gzip
import re

import pytest

from shared.web import style

ENOUGH = 12 * 1024


def test_it_is_compressed_and_kept():
    _, _, version, name = style.address().split("/")
    answer = style.answer(version, name, "gzip, br")
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert gzip.decompress(answer.body) == style.sheet()
    assert len(answer.body) <= ENOUGH
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Length"] == str(len(answer.body))
    plain = style.answer(version, name, "")
    assert (plain.body, "Content-Encoding" in plain.headers) == (style.sheet(), False)


@pytest.mark.parametrize(
    ("version", "name"),
    [("old", "pages.css"), (None, "..%2Fsign-in"), (None, "pico.classless.min.css"), (None, "")],
)
def test_nothing_else_is_there(version: str | None, name: str):
    assert style.answer(version or style.fingerprint(), name, "gzip").status == 404


def test_it_loads_nothing():
    assert re.findall(rb"url\((?!\"?data:)|@import", style.sheet()) == []
