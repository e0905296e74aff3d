"""Which media type a caller gets."""

import pytest

from shared.http.negotiation import negotiated, takes_gzip
from shared.http.request_errors import NotAcceptable

JSON, CSV, LINES = OFFERED = ("application/json", "text/csv", "application/jsonl")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, JSON),
        (" ", JSON),
        ("*/*", JSON),
        ("text/csv", CSV),
        ("TEXT/CSV; charset=utf-8; header=present", CSV),
        ("text/*", CSV),
        ("application/*", JSON),
        ("application/jsonl, */*;q=0.1", LINES),
        ("text/html, */*; q=0.8", JSON),
        ("application/json;q=0.5, text/csv;q=0.9", CSV),
        ("application/json;q=0.5, text/csv;q=0.5", JSON),
        ("*/*, application/json;q=0", CSV),
        ("application/*;q=0, */*", CSV),
        ("text/csv ; q = 0.001", CSV),
        # Clients that are wrong, but meant well: the first is Java's own.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON),
        ("text/csv;q=high, application/jsonl;q=0.1", LINES),
        ("rubbish, text/csv", CSV),
    ],
)
def test_what_ranks_highest(accept: str | None, wanted: str):
    assert negotiated(OFFERED, accept) == wanted


@pytest.mark.parametrize(
    "accept",
    ["text/html", "rubbish", "text/csv;q=0", "*/*;q=0", "application/json;q=2", ",", "text/c*"],
)
def test_what_does_not_fit(accept: str):
    with pytest.raises(NotAcceptable) as caught:
        negotiated(OFFERED, accept)
    assert caught.value.target == "Accept"
    assert all(media_type in str(caught.value) for media_type in OFFERED)


@pytest.mark.parametrize(
    ("accept_encoding", "taken"),
    [
        ("gzip, deflate, br", True),
        ("GZIP;q=0.5", True),
        ("x-gzip", True),
        ("br, *", True),
        ("*;q=0, gzip", True),
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=high", False),
        ("br;x=gzip, notgzip", False),
    ],
)
def test_only_who_says_so_gets_a_compressed_body(accept_encoding: str | None, taken: bool):
    assert takes_gzip(accept_encoding) is taken


def test_nothing_to_answer_fits_all():
    assert negotiated((), "text/html") == ""
