"""The words of the field in both languages, in all that people read: each term has its one word."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import pytest
from babel.messages.pofile import read_po

from shared.http.openapi import sentences
from shared.web import texts

ROOT: Final = Path(__file__).parents[2]

TERMS: Final = {
    "partner": "파트너",
    "customer": "고객",
    "tenant": "테넌트",
    "invitation": "초대",
    "invitation link": "초대 링크",
    "reseller relationship": "재판매인 관계",
    "delegated admin privileges": "위임된 관리 권한",
    "partner relationship": "파트너 관계",
    "partner of record": "레코드 파트너",
    "direct-bill partner": "직접 청구 파트너",
    "indirect provider": "간접 공급자",
    "provider": "간접 공급자",
    "indirect reseller": "간접 재판매인",
    "reseller": "재판매인",
    "subscription": "구독",
    "suspended": "일시 중단",
    "activity log": "활동 로그",
    "Microsoft Customer Agreement": "Microsoft 고객 계약",
    "Microsoft Partner Agreement": "Microsoft 파트너 계약",
    "Global admin": "글로벌 관리자",
    "User management admin": "사용자 관리 담당자",
    "Sales agent": "영업 상담원",
    "Admin agent": "관리 에이전트",
    "Helpdesk agent": "기술 지원팀 상담원",
    "government cloud": "정부 클라우드",
    "accept": "수락",
    "decline": "거절",
    "block": "차단",
    "dispute": "이의",
    "annul": "무효",
    "pending": "대기",
    "expired": "만료",
}
"""Microsoft's own words in Korean, as Partner Center has them."""

OTHERWISE: Final = {
    # A title that has a term of its own: to remove delegated admin.
    ("delegated admin privileges", "위임된 관리자 제거"),
    # The header Accept; and what is in the way of something, which bars no partner.
    ("accept", "Accept 헤더"),
    ("accept", "초대를 차단했습니다"),
    ("accept", "토큰만 허용됩니다"),
    ("block", "막"),
    # The program itself, which has "provider" in its name.
    ("provider", "클라우드 솔루션 공급자"),
}
"""Where another word is right: a term, and what its Korean has instead."""

FOREIGN: Final = re.compile(
    r"(?<!글로벌 관리자\()전역 관리자|리셀러|대리점|위임된 관리자 권한|판매 에이전트"
    r"|(?<!간접 )재판매인(?! 관계)|(?<!간접 )(?<!클라우드 솔루션 )공급자"
)
"""Other words for the same: a reader takes them for something else."""


def catalog(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        for each in read_po(file, locale="ko"):
            english, korean = each.id, each.string
            if each.id:
                yield (
                    english if isinstance(english, str) else english[0],
                    korean if isinstance(korean, str) else korean[0],
                )


def said(node: Any) -> Iterator[tuple[str, str]]:
    """Texts of the rules' catalogue: objects with both languages."""
    match node:
        case {"en": str(english), "ko": str(korean)}:
            yield english, korean
            yield from said(node.get("forCustomer"))
        case dict():
            for each in cast("dict[str, Any]", node).values():
                yield from said(each)
        case list():
            for each in cast("list[Any]", node):
                yield from said(each)
        case _:
            pass


def of_code() -> Iterator[tuple[str, str]]:
    """Texts that stand in the code: errors and refusals."""
    for path in sorted((ROOT / "shared").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Words"),
                    args=[ast.Constant(value=str(english)), ast.Constant(value=str(korean))],
                ):
                    yield english, korean
                case _:
                    pass


def everything() -> list[tuple[str, str]]:
    rules = json.loads((ROOT / "shared/policy/data/rules.json").read_text(encoding="utf-8"))
    mail = json.loads((ROOT / "shared/web/email.json").read_text(encoding="utf-8"))
    return [
        *catalog(sentences.CATALOG),
        *catalog(texts.CATALOG),
        *said(rules),
        *of_code(),
        *((mail["en"][name], mail["ko"][name]) for name in mail["en"]),
    ]


TEXTS: Final = everything()


@pytest.mark.parametrize("term", TERMS)
def test_a_term_has_its_one_word(term: str):
    spoken = re.compile(rf"\b{term}", re.IGNORECASE)
    bare = re.compile(r"`[^`]*`|%\(\w+\)s|\{\w+\}")
    found = [(english, korean) for english, korean in TEXTS if spoken.search(bare.sub("", english))]
    instead = [word for each, word in OTHERWISE if each == term]
    assert found
    assert [
        (english, korean)
        for english, korean in found
        if not any(word in korean for word in (TERMS[term], *instead))
    ] == []


def test_no_other_word_stands_for_a_term():
    assert len(TEXTS) > 1500
    assert [(korean, found[0]) for _, korean in TEXTS if (found := FOREIGN.search(korean))] == []
