"""What each field, value and type is: the sentence that stands under it where it is declared.

English is in the code, Korean in the catalog beside this module. A field that has no sentence of
its own has that of its type: of a word in `shapes/vocabulary`, an enumeration, or a model. All of
it is read from the source when a description is made, so a start pays nothing for it.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeAliasType

from pydantic import BaseModel

from shared.catalogs import translations
from shared.http.shapes import vocabulary
from shared.wording import Locale

CATALOG: Final = Path(__file__).parent / "locale" / "ko" / "LC_MESSAGES" / "description.po"

type Say = Callable[[str], str]
"""From an English text to that of a language."""


def in_language(locale: Locale) -> Say:
    """Says what the catalog has in `locale`."""
    return translations(CATALOG, locale).gettext


def of_field(model: type[BaseModel], name: str) -> str | None:
    """What a field is; `name` as the code spells it. None where nothing says it."""
    for each in model.__mro__:
        if issubclass(each, BaseModel) and each is not BaseModel:
            said = _sentences(each.__module__).get(f"{each.__qualname__}.{name}")
            if said:
                return said
    return of_type(model.model_fields[name].annotation)


def of_member(member: Enum) -> str | None:
    """What a value of an enumeration means."""
    kind = type(member)
    return _sentences(kind.__module__).get(f"{kind.__qualname__}.{member.name}")


def of_type(kind: object) -> str | None:
    """What a type with a name of its own is."""
    if isinstance(kind, TypeAliasType):
        word = kind.__module__ == vocabulary.__name__
        return _sentences(kind.__module__).get(kind.__name__) if word else None
    if not isinstance(kind, type) or not issubclass(kind, BaseModel | Enum):
        return None
    origin: Any = getattr(kind, "__pydantic_generic_metadata__", {}).get("origin") or kind
    return _sentences(origin.__module__).get(origin.__qualname__)


@cache
def _sentences(module: str) -> dict[str, str]:
    """What a module says of what it declares, by qualified names."""
    source = Path(str(sys.modules[module].__file__)).read_text(encoding="utf-8")
    return dict(_said(ast.parse(source).body, ""))


def _said(body: list[ast.stmt], inside: str) -> Iterator[tuple[str, str]]:
    for node, below in pairwise([*body, ast.Pass()]):
        match node:
            case ast.ClassDef(name=name):
                if text := ast.get_docstring(node):
                    yield f"{inside}{name}", _joined(text)
                yield from _said(node.body, f"{inside}{name}.")
            case (
                ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.TypeAlias(name=ast.Name(id=name))
            ):
                match below:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield f"{inside}{name}", _joined(text)
                    case _:
                        pass
            case _:
                pass


def _joined(text: str) -> str:
    """Paragraphs stay, lines do not."""
    return "\n\n".join(" ".join(each.split()) for each in text.split("\n\n"))
