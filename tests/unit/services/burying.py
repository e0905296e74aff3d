"""Dead letters for tests: made, put back, delivered."""

from dataclasses import replace

import pytest

from shared.errors import NotReplayable
from shared.model.base import Actor
from shared.services.ports.operations import Pipeline
from tests.cast.ids import OPERATOR
from tests.cast.messages import PIPELINE

ME = Actor(tenant_id=OPERATOR, object_id="me", role="OP")
NARROW = replace(PIPELINE, types=("partner-enrolment",))


async def replay(backend, letter_id: str, instance=None) -> dict:
    services = instance or backend.services
    return await services.replays.replay(letter_id, ME, lambda _: None)


async def close(backend, letter_id: str, reason: str = "Sent twice", instance=None) -> dict:
    services = instance or backend.services
    return await services.closings.close(letter_id, ME, reason, lambda _: None)


async def dead(backend, sender, kind: str, data: dict, **changes) -> str:
    """A message that its pipeline may not send yet; then it may. The letter's id."""
    await sender.start(NARROW)
    await sender.send(kind, data, **changes)
    await allow(backend, PIPELINE)
    return (await letters(backend))[-1].id


async def allow(backend, pipeline: Pipeline) -> None:
    operations = backend.ports.operations
    await operations.put_pipeline(pipeline, await operations.pipeline(pipeline.id))


async def letters(backend) -> list:
    page = await backend.ports.dead_letters.page(None, 100)
    return sorted((stored.value for stored in page.items), key=lambda letter: letter.dead_at)


async def put_back(backend, sender, dequeue_count: int = 1) -> None:
    """Delivers the one reference that was put back."""
    (message,) = backend.queues.take("onboarding")
    await sender.text(message.text, dequeue_count)


async def outcome(backend) -> tuple[str, list[str | None]]:
    """Of the only letter, and of its replays."""
    (letter,) = await letters(backend)
    return letter.status.value, [each.outcome for each in letter.replays]


async def replay_is_refused(backend, letter_id: str) -> None:
    with pytest.raises(NotReplayable):
        await replay(backend, letter_id)
