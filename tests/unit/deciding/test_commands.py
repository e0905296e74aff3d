"""Every command has a room of its own, a name, and says what it needs and what it comes to."""

import inspect
import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import get_args

import pytest

from shared import deciding
from shared.deciding.command import CommandBase, CustomerCommand
from shared.deciding.commands import COMMANDS, Command
from shared.deciding.facts import Decided, Needs
from tests.cast import every_command


def rooms() -> set[type[CommandBase]]:
    """The classes of commands that the modules of `shared.deciding` define."""
    modules = (import_module(f"{deciding.__name__}.{each.name}") for each in found())
    classes = (one for module in modules for one in vars(module).values() if inspect.isclass(one))
    return {one for one in classes if issubclass(one, CommandBase) and not inspect.isabstract(one)}


def found():
    return pkgutil.iter_modules(deciding.__path__)


def test_the_union_has_every_command_that_a_room_holds():
    assert rooms() == set(get_args(Command.__value__))


def test_no_two_commands_have_one_name():
    assert set(COMMANDS.values()) == rooms()
    assert [kind.name for kind in COMMANDS.values()] == list(COMMANDS)


def test_one_of_each_is_asked_in_the_tests():
    assert {name: type(command) for name, command in every_command.COMMANDS.items()} == COMMANDS


def needs(self, tenant, invitation_link):
    return Needs()


def decide(self, tenant, facts):
    return Decided()


@pytest.mark.parametrize(
    "said", [{}, {"needs": needs}, {"decide": decide}], ids=lambda said: [*said]
)
def test_a_command_without_needs_or_decide_cannot_be_made(said):
    silent = dataclass(frozen=True, slots=True)(type("Silent", (CustomerCommand,), said))
    with pytest.raises(TypeError, match="abstract"):
        silent(every_command.CG, "customer")


def test_a_command_that_says_both_can_be_made():
    said = {"needs": needs, "decide": decide}
    speaking = dataclass(frozen=True, slots=True)(type("Speaking", (CustomerCommand,), said))
    assert speaking(every_command.CG, "customer").tenant_id == "customer"
