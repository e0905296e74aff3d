"""What makes HTML good for people: looked at without a browser, on every page that tests see."""

from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"input", "link", "meta", "br", "img", "hr"}
NAMED = ("input", "select", "textarea")
ONCE = ("h1", "main", "title")
NEVER = ("script", "style")
REFERENCES = ("aria-describedby", "aria-labelledby", "for")


class Document(HTMLParser):
    """Its tags in order, with what they have; `problems` in words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.problems: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.problems += [f"<{each}> is not closed" for each in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        self.problems += [f"<{tag}> has {each} twice" for each in names if names[each] > 1]
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def problems(text: str) -> list[str]:
    """Everything that is wrong with a page."""
    page = Document(text)
    found = [*page.problems, *_structure(page), *_references(page), *_labels(page)]
    if not text.startswith("<!doctype html>\n") or not page.of("html")[0].get("lang"):
        found.append("neither doctype nor language")
    return found


def _structure(page: Document) -> list[str]:
    found = [f"<{each}> is not there once" for each in ONCE if len(page.of(each)) != 1]
    found += [f"<{each}>" for each in NEVER if page.of(each)]
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]
    return found + [f"h{one} goes on with h{two}" for one, two in pairwise(levels) if two > one + 1]


def _references(page: Document) -> list[str]:
    ids = Counter(str(attrs["id"]) for _, attrs in page.tags if "id" in attrs)
    found = [f"id {each} twice" for each, times in ids.items() if times > 1]
    for _, attrs in page.tags:
        named = " ".join(attrs.get(name) or "" for name in REFERENCES).split()
        found += [f"{each} is not there" for each in named if each not in ids]
        href = attrs.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            found.append(f"{href} leads nowhere")
        found += [f"inline {name}" for name in attrs if name.startswith("on") or name == "style"]
    return found


def _labels(page: Document) -> list[str]:
    labels = {attrs.get("for") for attrs in page.of("label")}
    asked = [attrs for attrs in page.of(*NAMED) if attrs.get("type") != "hidden"]
    return [f"{each.get('name')} has no label" for each in asked if each.get("id") not in labels]
