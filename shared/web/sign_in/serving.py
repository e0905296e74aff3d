"""How the requests of signing in and out are served, like those of pages."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.http.messages import Incoming, Outgoing
from shared.web.application import Web
from shared.web.engine import frames, preferences
from shared.web.engine.serving import answered
from shared.web.sign_in.callback import callback
from shared.web.sign_in.consent import consented
from shared.web.sign_in.notice_pages import frame_of
from shared.web.sign_in.returning import HOME
from shared.web.sign_in.sign_out import sign_out
from shared.web.sign_in.start import start

type Handler = Callable[[Incoming, Web], Awaitable[Outgoing]]


@dataclass(frozen=True, slots=True)
class Step:
    """An address of signing in or out. `stays`: choosing a language comes back to it."""

    answer: Handler
    route: str
    methods: tuple[str, ...]
    stays: bool = False


STEPS: Final[Mapping[str, Step]] = {
    "sign_in": Step(start, "signin", ("GET", "HEAD")),
    # Without HEAD: who only looks must not spend the code.
    "sign_in_callback": Step(callback, "signin/callback", ("GET",)),
    "sign_in_consented": Step(consented, "signin/consented", ("GET", "HEAD"), stays=True),
    "sign_out": Step(sign_out, "signout", ("POST",)),
}
"""By the names of their functions."""


async def serve(name: str, incoming: Incoming, web: Web) -> Outgoing:
    """The answer to a request for a step, whatever happens."""
    frame = frame_of(incoming, web.settings)
    return await answered(name, incoming, frame, _answer(STEPS[name], incoming, web))


async def _answer(step: Step, incoming: Incoming, web: Web) -> Outgoing:
    if cookies := preferences.chosen(incoming.query):
        return frames.elsewhere(f"/{step.route}" if step.stays else HOME, cookies)
    return await step.answer(incoming, web)
