"""docs/adding.md: each recipe names every file of the app that what it follows stands in."""

import re
from dataclasses import dataclass

import pytest

from tests.architecture.tree import ROOT, texts

APP = ("function_app.py", "functions/", "infra/", "local.settings.json.sample", "shared/")
TEXTS = texts()
GUIDE = TEXTS["docs/adding.md"]
KINDS = {
    "A rule",
    "A command",
    "An endpoint",
    "An event",
    "A kind of finding",
    "A setting",
    "A queue message",
    "A queue",
    "A page",
}


@dataclass(frozen=True)
class Recipe:
    """What is added, the words to search for, and the files of the table."""

    name: str
    words: tuple[str, ...]
    files: frozenset[str]


def recipe(section: str) -> Recipe:
    name, _, rest = section.partition("\n")
    (follow,) = re.findall(r"Follow ((?:`[^`]+`(?:, )?)+)", rest)
    rows = re.findall(r"^\| `([^`]+)` \|", rest, re.MULTILINE)
    return Recipe(name, tuple(re.findall(r"`([^`]+)`", follow)), frozenset(rows))


def places(words: tuple[str, ...]) -> set[str]:
    """The files of the app in which one of the words stands, as a word of its own."""
    word = re.compile("|".join(rf"(?<![\w-]){re.escape(each)}(?![\w-])" for each in words))
    return {path for path, text in TEXTS.items() if path.startswith(APP) and word.search(text)}


RECIPES = [recipe(section) for section in re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]]


def test_there_is_a_recipe_for_what_is_added_most():
    assert {each.name for each in RECIPES} == KINDS


@pytest.mark.parametrize("each", RECIPES, ids=lambda each: each.name)
def test_the_recipe_names_the_files_of_what_it_follows_and_no_other(each: Recipe):
    vendored = {path for path in TEXTS if path.startswith("shared/web/static/")}
    assert {path for path in each.files if path.startswith(APP)} == places(each.words) - vendored


@pytest.mark.parametrize("each", RECIPES, ids=lambda each: each.name)
def test_every_file_of_the_recipe_is_there(each: Recipe):
    assert {path for path in each.files if not (ROOT / path).is_file()} == set()
