"""Reads files of requests as editors do (`.http`), as much of the format as ours use.

`@name = value`, `###` between requests, `# @name` before one, `{{name}}`, and of an earlier answer
`{{name.response.body.$.field}}` and `{{name.response.headers.Name}}`. There is no maintained runner
of this format in Python; the title's last words are ours: the status, and the broken rules.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

_VARIABLE = re.compile(r"@(\w+) = (.+)")
_TITLE = re.compile(r"### (?P<title>.+[.]) (?P<status>\d{3})(?P<rules>( [A-Z]{3}-\d+)*)")
_NAME = re.compile(r"# @name (\w+)")
_PLACE = re.compile(r"\{\{([^}]+)\}\}")


@dataclass(frozen=True)
class Asked:
    """A request as it is written, and what is said to come of it."""

    title: str
    status: int
    rules: list[str]
    name: str
    method: str
    url: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class HttpFile:
    """The file's variables and its requests in order."""

    variables: dict[str, str]
    requests: list[Asked]

    @classmethod
    def read(cls, text: str) -> "HttpFile":
        head, *blocks = re.split(r"^(?=###)", text, flags=re.MULTILINE)
        lines = [line for line in head.splitlines() if line and not line.startswith("#")]
        found = [_VARIABLE.fullmatch(line) for line in lines]
        variables = {each[1]: each[2] for each in found if each}
        assert len(variables) == len(lines), head
        return cls(variables, [_request(block) for block in blocks])

    def play(
        self, http: httpx.Client, own: Mapping[str, str]
    ) -> Iterator[tuple[Asked, httpx.Response]]:
        """Sends each; `own` stands in for variables of the file."""
        assert own.keys() <= self.variables.keys()
        variables = self.variables | dict(own)
        answers: dict[str, httpx.Response] = {}

        def filled(text: str) -> str:
            return _PLACE.sub(lambda place: _value(place[1], variables, answers), text)

        for asked in self.requests:
            answer = http.request(
                asked.method,
                filled(asked.url),
                headers={name: filled(value) for name, value in asked.headers.items()},
                content=filled(asked.body),
            )
            if asked.name:
                answers[asked.name] = answer
            yield asked, answer


def _request(block: str) -> Asked:
    top, _, body = block.strip().partition("\n\n")
    first, *lines = top.splitlines()
    title = _TITLE.fullmatch(first)
    assert title, first
    named = _NAME.fullmatch(lines[0])
    if named:
        del lines[0]
    method, url = lines[0].split(" ")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return Asked(
        title["title"],
        int(title["status"]),
        title["rules"].split(),
        named[1] if named else "",
        method,
        url,
        headers,
        body,
    )


def _value(place: str, variables: Mapping[str, str], answers: Mapping[str, httpx.Response]) -> str:
    match place.split(".", 3):
        case [name]:
            return variables[name]
        case [name, "response", "body", path]:
            return answers[name].json()[path.removeprefix("$.")]
        case [name, "response", "headers", header]:
            return answers[name].headers[header]
        case _:
            raise AssertionError(f"unknown place {place}")
