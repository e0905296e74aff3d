"""Holds every `az` line of documents, scripts and workflows against Azure CLI's own parser.

`make guide`: in an environment of its own (tools/guide-requirements.txt). Nothing is sent: the
parser knows commands, arguments and the values among which an argument chooses. A line in a block
must be whole; of one that is named within a sentence command and arguments must be known.
"""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

ROOT: Final = Path(__file__).parents[1]
_BASH: Final = Parser(Language(tree_sitter_bash.language()))
_BLOCK: Final = re.compile(r"^```(?:bash)?\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN: Final = re.compile(r"(?<!`)`(az [a-z][^`]*)`")
_STEP: Final = re.compile(r"^ +(?:- run: )?(.*\baz [a-z].*)$", re.MULTILINE)
_VALUES: Final = {"command_substitution", "expansion", "simple_expansion"}
_VALUE: Final = "X"
"""What stands for a value that only the shell knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One use of `az`, without that word. `whole`: it could be run as it stands."""

    where: str
    words: tuple[str, ...]
    whole: bool = True


def lines(name: str, text: str) -> Iterator[Line]:
    """The `az` lines of one file."""
    if name.endswith(".md"):
        for block in _BLOCK.findall(text):
            yield from (Line(name, words) for words in commands(block))
        for span in _SPAN.findall(re.sub(_BLOCK, "", text)):
            joined = span.replace("\\|", "|").replace("\n", " ")
            yield from (Line(name, words, whole=False) for words in commands(joined))
    elif name.endswith(".yml"):
        for step in _STEP.findall(text):
            yield from (Line(name, words) for words in commands(step))
    else:
        yield from (Line(name, words) for words in commands(text))


def commands(bash: str) -> list[tuple[str, ...]]:
    """The arguments of each `az` in a script, those within others too."""
    found: list[tuple[str, ...]] = []
    source = bash.encode()
    for node in _walk(_BASH.parse(source).root_node):
        name = node.child_by_field_name("name")
        if node.type == "command" and name and name.text == b"az":
            words = node.children_by_field_name("argument")
            found.append(tuple(_word(each, source) for each in words))
    return found


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _word(node: Node, source: bytes) -> str:
    """As the shell would hand it over, but for what only the shell knows."""
    if node.type in _VALUES:
        return _VALUE
    if node.type in {"string", "raw_string"}:
        inner = source[node.start_byte + 1 : node.end_byte - 1].decode()
        return inner if node.type == "raw_string" else _filled(node, source)[1:-1]
    if node.type == "concatenation":
        return "".join(_word(child, source) for child in node.children)
    return _filled(node, source)


def _filled(node: Node, source: bytes) -> str:
    parts, at = list[str](), node.start_byte
    for child in node.children:
        if child.type in _VALUES:
            parts += [source[at : child.start_byte].decode(), _VALUE]
            at = child.end_byte
    return "".join([*parts, source[at : node.end_byte].decode()])


class Cli:
    """Azure CLI, as far as its parser."""

    def __init__(self) -> None:
        """Imports it: that takes seconds, and it is in an environment of its own."""
        os.environ |= {"AZURE_CONFIG_DIR": mkdtemp(), "AZURE_CORE_COLLECT_TELEMETRY": "no"}
        from azure.cli.core import get_default_cli  # noqa: PLC0415 - see above

        self._cli: Any = get_default_cli()

    def refused(self, line: Line) -> str | None:
        """Why the parser takes a line for none."""
        cli, words = self._cli, list(line.words)
        invocation = cli.invocation_cls(
            cli_ctx=cli,
            parser_cls=cli.parser_cls,
            commands_loader_cls=cli.commands_loader_cls,
            help_cls=cli.help_cls,
        )
        cli.invocation = invocation
        loader = invocation.commands_loader
        loader.load_command_table(words)
        name = next(
            (
                " ".join(words[:length])
                for length in range(len(words), 0, -1)
                if " ".join(words[:length]) in loader.command_table
            ),
            "",
        )
        if not name:
            groups = {each.rpartition(" ")[0] for each in loader.command_table}
            said = " ".join(word for word in words if not word.startswith("-"))
            return None if not line.whole and said in groups else "no such command"
        cli.invocation.data["command_string"] = loader.command_name = name
        # Whoever adds what every command has (--subscription, --ids) waits for these.
        cli.raise_event("CommandInvoker.OnPreArgumentLoad", commands_loader=loader)
        loader.load_arguments(name)
        cli.raise_event("CommandInvoker.OnPostCommandTableCreate", commands_loader=loader)
        return self._whole(invocation, words) if line.whole else self._known(loader, name, words)

    def _whole(self, invocation: Any, words: list[str]) -> str | None:  # noqa: ANN401 - untyped
        invocation.parser.load_command_table(invocation.commands_loader)
        from azure.cli.core.azclierror import AzCLIError  # noqa: PLC0415 - see above

        # A file that the line before it writes: what is in it is nothing to the parser.
        given = ["{}" if word.startswith("@") else word for word in words]
        try:
            invocation.parser.parse_args(given)
        except SystemExit:
            return "not as the parser wants it; its words are above"
        except AzCLIError as error:
            return str(error)
        return None

    def _known(self, loader: Any, name: str, words: list[str]) -> str | None:  # noqa: ANN401 - untyped
        arguments = loader.command_table[name].arguments.values()
        known = {option for each in arguments for option in each.options_list}
        known |= {"--query", "--output", "--subscription", "--help"}
        unknown = [word for word in words if word.startswith("--") and word not in known]
        return f"no {' '.join(unknown)}" if unknown else None


def every_line() -> list[Line]:
    """Of the whole repository."""
    paths = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "tools" / "deploy"]
    paths += [ROOT / "tools" / "rollback", *(ROOT / ".github" / "workflows").glob("*.yml")]
    return [
        line
        for path in sorted(paths)
        for line in lines(str(path.relative_to(ROOT)), path.read_text("utf-8"))
    ]


def main() -> int:
    """Print what is refused; 1 where something is."""
    cli, found = Cli(), every_line()
    wrong = [(line, why) for line in found if (why := cli.refused(line))]
    for line, why in wrong:
        print(f"{line.where}: az {' '.join(line.words)[:200]}\n    {why}")
    print(f"{len(found)} az lines, {len(wrong)} refused")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
