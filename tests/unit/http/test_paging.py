from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadRequest
from shared.http.paging import decode, encode

POSITIONS = st.from_regex(r"[A-Za-z0-9|._-]{1,256}", fullmatch=True)


@given(position=POSITIONS, scope=st.text())
def test_a_token_leads_back(position: str, scope: str):
    assert decode(encode(position, scope), scope, "skiptoken") == position


@given(position=POSITIONS)
def test_a_token_fits_one_list(position: str):
    with pytest.raises(BadRequest):
        decode(encode(position, "one"), "other", "skiptoken")


@given(token=st.text(max_size=40))
def test_any_other_text_is_refused(token: str):
    with pytest.raises(BadRequest) as caught:
        decode(token, "list", "after")
    assert caught.value.target == "after"


@pytest.mark.parametrize("position", ["", "a'b", "a b", "é", "a\x00", "x" * 257])
def test_a_position_that_no_list_has(position: str):
    with pytest.raises(BadRequest):
        decode(encode(position, "list"), "list", "skiptoken")


@given(position=POSITIONS)
def test_a_token_needs_no_escaping_in_an_address(position: str):
    token = encode(position, "list")
    assert quote(token, safe="") == token
