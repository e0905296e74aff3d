import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadRequest
from shared.http.paging import PageTokens
from tests.cast.ids import AGENCY, BUREAU

OLD, NEW = b"o" * 32, b"n" * 32
TOKENS = PageTokens((NEW,), AGENCY)
POSITIONS = st.from_regex(r"[A-Za-z0-9|._-]{1,256}", fullmatch=True)


@given(position=POSITIONS, scope=st.text())
def test_a_token_leads_back(position: str, scope: str):
    assert TOKENS.decode(TOKENS.encode(position, scope), scope, "skiptoken") == position


def refused(tokens: PageTokens, token: str, scope: str = "list") -> None:
    with pytest.raises(BadRequest) as caught:
        tokens.decode(token, scope, "after")
    assert caught.value.target == "after"


@given(position=POSITIONS)
def test_a_token_fits_one_list_of_one_tenant_under_one_key(position: str):
    token = TOKENS.encode(position, "list")
    refused(TOKENS, token, "other")
    refused(PageTokens((NEW,), BUREAU), token)
    refused(PageTokens((OLD,), AGENCY), token)


@given(position=POSITIONS, data=st.data())
def test_a_token_shows_nothing_and_cannot_be_changed(position: str, data: st.DataObject):
    token = TOKENS.encode(position, "list")
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert len(position) < 4 or position.encode() not in sealed
    at = data.draw(st.integers(0, 8 * len(sealed) - 1))
    changed = bytearray(sealed)
    changed[at // 8] ^= 1 << at % 8
    refused(TOKENS, base64.urlsafe_b64encode(changed).decode().rstrip("="))


def test_a_token_outlives_the_replacing_of_a_key():
    token = PageTokens((OLD,), AGENCY).encode("here", "list")
    both = PageTokens((NEW, OLD), AGENCY)
    assert both.decode(token, "list", "after") == "here"
    assert both.encode("here", "list") == TOKENS.encode("here", "list")


def test_the_same_position_is_the_same_token():
    assert TOKENS.encode("here", "list") == PageTokens((NEW,), AGENCY).encode("here", "list")


@given(token=st.text(max_size=40))
def test_any_other_text_is_refused(token: str):
    refused(TOKENS, token)


@pytest.mark.parametrize("position", ["a'b", "a b", "é", "a\x00", "x" * 257])
def test_a_position_that_no_list_has(position: str):
    with pytest.raises(BadRequest):
        TOKENS.decode(TOKENS.encode(position, "list"), "list", "skiptoken")


@given(position=POSITIONS)
def test_a_token_needs_no_escaping_in_an_address(position: str):
    token = TOKENS.encode(position, "list")
    assert quote(token, safe="") == token
