"""The demo's story: reads the scenario's files and fills in fresh ids."""

import random
import re
import tomllib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

SCENARIO = Path(__file__).parent / "scenario"
_NAME = re.compile(r"\{([a-z0-9-]+)\}")

type Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One thing that is asked, and what must come of it."""

    ask: str
    expect: int | str
    by: str = "the operator's pipeline"
    rules: tuple[str, ...] = ()
    call: str | None = None
    body: str | None = None
    send: str | None = None
    customer: str | None = None
    acting: str | None = None
    bodies: tuple[str, ...] = ()
    again: bool = False
    keep: str | None = None


def _fresh(name: str) -> str:
    number = random.SystemRandom().randrange(10**9, 10**10)
    return str(number) if name.startswith("mpn-") else str(uuid.uuid4())


@dataclass
class Story:
    """The scenario with this run's ids: the same name is the same id throughout.

    `fresh` makes the id of a name.
    """

    ids: dict[str, str] = field(default_factory=dict[str, str])
    fresh: Callable[[str], str] = _fresh

    @cached_property
    def cast(self) -> Json:
        """Tenants and people."""
        return tomllib.loads((SCENARIO / "cast.toml").read_text(encoding="utf-8"))

    @cached_property
    def _bodies(self) -> Json:
        return tomllib.loads((SCENARIO / "bodies.toml").read_text(encoding="utf-8"))

    def steps(self) -> Iterator[Step]:
        """The steps in order."""
        story = tomllib.loads((SCENARIO / "story.toml").read_text(encoding="utf-8"))
        for step in story["step"]:
            for name in ("rules", "bodies"):
                step[name] = tuple(step.get(name, ()))
            yield Step(**step)

    def id_of(self, name: str) -> str:
        """The GUID of `name`; for `mpn-…` an MPN id."""
        if name == "operator":
            return "00000000-0000-4000-8000-000000000001"
        if name not in self.ids:
            self.ids[name] = self.fresh(name)
        return self.ids[name]

    def fill[V](self, value: V) -> V:
        """`value` with every `{name}` replaced, at any depth."""
        filled: Any = value
        match value:
            case str():
                filled = _NAME.sub(lambda found: self.id_of(found[1]), value)
            case dict():
                filled = {key: self.fill(item) for key, item in value.items()}
            case list():
                filled = [self.fill(item) for item in value]
        return filled

    def body(self, name: str | None) -> Json:
        """The body called `name`; `like` names another one that it varies."""
        if name is None:
            return {}
        own = dict(self._bodies[name])
        return {**self.body(own.pop("like", None)), **self.fill(own)}

    def token_request(self, person: str) -> Json:
        """What the development issuer is asked for; under the name it signs them in to pages."""
        who = dict(self.cast["people"][person])
        name = person[0].upper() + person[1:]
        return {"roles": [], "wids": [], **who, "name": name, "tenant": self.id_of(who["tenant"])}
