"""A hand on every request where it leaves for an account, whichever client sends it."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.storage.engine.clients import Clients

type Sender = Callable[..., Awaitable[Any]]
type Hook = Callable[[Any, Sender, dict[str, Any]], Awaitable[Any]]
"""Gets the request, what sends it, and with which options; its answer is the request's."""


def intercept(clients: Clients, hook: Hook, patch: pytest.MonkeyPatch) -> None:
    """From now on every request of `clients` goes through `hook`, until `patch` is undone."""

    def through(sender: Sender) -> Sender:
        async def send(request: Any, **options: Any) -> Any:
            return await hook(request, sender, options)

        return send

    for place, name in ((clients.transport, "send"), (clients.connections, "exchange")):
        patch.setattr(place, name, through(getattr(place, name)))


@contextmanager
def intercepted(clients: Clients, hook: Hook) -> Iterator[None]:
    """Inside, every request of `clients` goes through `hook`."""
    with pytest.MonkeyPatch.context() as patch:
        intercept(clients, hook, patch)
        yield
