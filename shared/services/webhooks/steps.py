"""How a webhook goes on: pure steps from one state to the next.

    pending ──consented──> active ──worn out, gone──> disabled
       └──worn out, gone──────────────────────────────^   └──proven──> active, where it stopped

Each is applied under the ETag of the row by `change`. Steps of whoever delivers look for its turn
in the row, so that a process which was thought dead changes nothing when it wakes up.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from shared.errors import ConcurrencyConflict, OutcomeUnknown, Throttled
from shared.services.ports.values import GuardFailed, WriteUnknown, changed
from shared.services.ports.webhooks import (
    Progress,
    Webhook,
    WebhookKey,
    WebhookStatus,
    WebhookStore,
)
from shared.services.webhooks import attempts as policy
from shared.services.webhooks.attempts import Consent, Verdict
from shared.wording import Words

_TRIES: Final = 10
_TESTED: Final = Words(
    "A webhook is tested once in {seconds} seconds.", "웹후크 테스트는 {seconds}초에 한 번입니다."
).filled(seconds=int(policy.TEST_PAUSE.total_seconds()))

type Step = Callable[[Webhook], Webhook | None]
"""The next state, the same one when it is reached already, None when the step is off."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome of one request; `error` is a word for the webhook's owner."""

    verdict: Verdict
    error: str | None = None
    retry_after: timedelta = timedelta()


def in_turn(turn: str, step: Step) -> Step:
    """Wraps `step` so that it does nothing once another process holds the turn."""
    return lambda webhook: step(webhook) if webhook.progress.turn == turn else None


def waits(webhook: Webhook, now: datetime) -> bool:
    """Whether the webhook rests now, whatever its feed holds."""
    progress = webhook.progress
    held = progress.turn_until is not None and progress.turn_until > now
    paused = progress.next_attempt_at is not None and progress.next_attempt_at > now
    return webhook.status is WebhookStatus.DISABLED or held or paused


def redirected(webhook: Webhook, url: str, types: tuple[str, ...], now: datetime) -> Webhook:
    """The webhook with another target: pending until the handshake, and out of any turn."""
    changed = replace(webhook, types=types, updated_at=now)
    before = webhook.progress
    if url == webhook.url:
        # Another event may be due now: what was counted is not its own.
        return replace(changed, progress=replace(before, attempts=0, refusals=0))
    progress = Progress(
        before.cursor, last_success_at=before.last_success_at, tested_at=before.tested_at
    )
    return replace(
        changed, url=url, status=WebhookStatus.PENDING, reason=None, rate=None, progress=progress
    )


def begun(webhook: Webhook, turn: str, now: datetime) -> Webhook:
    """Starts a turn: the webhook belongs to the process `turn` for a while."""
    progress = replace(webhook.progress, turn=turn, turn_until=now + policy.TURN)
    return replace(webhook, progress=progress)


def ended(webhook: Webhook, cursor: str | None, rest: datetime | None) -> Webhook:
    """The turn is given back; nothing is sent before `rest`."""
    progress = webhook.progress
    done = replace(
        progress,
        cursor=cursor or progress.cursor,
        next_attempt_at=rest,
        turn=None,
        turn_until=None,
    )
    return replace(webhook, progress=done)


def succeeded(webhook: Webhook, position: str, now: datetime) -> Webhook:
    """The event at `position` was delivered; the turn goes on."""
    progress = replace(
        webhook.progress,
        cursor=position,
        attempts=0,
        refusals=0,
        failing_since=None,
        failed_at=None,
        last_error=None,
        last_success_at=now,
        next_attempt_at=None,
        turn_until=now + policy.TURN,
    )
    return replace(webhook, progress=progress)


def failed(
    webhook: Webhook, attempt: Attempt, position: str | None, now: datetime, chance: float
) -> Webhook:
    """The event at `position`, or the handshake (None), failed: again later, given up, or the end.

    The cursor is at `position` exactly when the event was given up.
    """
    before = webhook.progress
    if attempt.verdict is Verdict.UNSENT:
        return _not_sent(webhook, attempt, now, chance)
    since = policy.failing_since(before.failing_since, before.failed_at, now)
    progress = replace(
        before,
        attempts=before.attempts + 1,
        refusals=before.refusals + (attempt.verdict is Verdict.REFUSED),
        failing_since=since,
        failed_at=now,
        last_error=attempt.error,
        next_attempt_at=None,
        turn=None,
        turn_until=None,
    )
    failing = replace(webhook, progress=progress)
    if attempt.verdict is Verdict.GONE:
        return gone(failing, now)
    if policy.worn_out(since, now):
        return _disabled(failing, "failing-for-24-hours", now)
    _, rest = policy.pace(webhook.rate)
    if position is not None and policy.given_up(progress.refusals):
        until = now + rest if rest else None
        done = replace(progress, cursor=position, attempts=0, refusals=0, next_attempt_at=until)
        return replace(webhook, progress=done)
    wait = max(policy.pause(progress.attempts, chance), attempt.retry_after, rest)
    return replace(webhook, progress=replace(progress, next_attempt_at=now + wait))


def _not_sent(webhook: Webhook, attempt: Attempt, now: datetime, chance: float) -> Webhook:
    """Tried again, each time later; nothing of it counts against receiver or event."""
    attempts = webhook.progress.attempts + 1
    progress = replace(
        webhook.progress,
        attempts=attempts,
        last_error=attempt.error,
        next_attempt_at=now + policy.pause(attempts, chance),
        turn=None,
        turn_until=None,
    )
    return replace(webhook, progress=progress)


def gone(webhook: Webhook, now: datetime) -> Webhook:
    """The webhook after an answer 410: disabled, since the receiver wants nothing more."""
    return _disabled(webhook, "gone", now)


def _disabled(webhook: Webhook, reason: str, now: datetime) -> Webhook:
    if webhook.status is WebhookStatus.DISABLED:
        return webhook
    return replace(webhook, status=WebhookStatus.DISABLED, reason=reason, updated_at=now)


def tested(webhook: Webhook, now: datetime) -> Webhook:
    """The webhook whose owner asks for a test. Raises Throttled so soon after another."""
    before = webhook.progress.tested_at
    if before == now:
        return webhook  # This very test, whose answer was lost.
    if before and (rest := before + policy.TEST_PAUSE - now) > timedelta():
        raise Throttled(_TESTED, target="webhook-test", seconds=rest.total_seconds())
    return replace(webhook, progress=replace(webhook.progress, tested_at=now))


def proven(webhook: Webhook, consent: Consent | None, now: datetime) -> Webhook:
    """The webhook after its receiver took a request; `consent` if the handshake was asked.

    What waited goes on at once, from where it stopped.
    """
    was_active = webhook.status is WebhookStatus.ACTIVE
    progress = replace(
        webhook.progress,
        attempts=webhook.progress.attempts if was_active else 0,
        refusals=webhook.progress.refusals if was_active else 0,
        failing_since=None,
        failed_at=None,
        last_error=None,
        next_attempt_at=None,
    )
    return replace(
        webhook,
        status=WebhookStatus.ACTIVE,
        reason=None,
        rate=consent.rate if consent else webhook.rate,
        updated_at=webhook.updated_at if was_active else now,
        progress=progress,
    )


async def change(store: WebhookStore, key: WebhookKey, step: Step) -> Webhook | None:
    """Applies `step` to the stored webhook under its ETag; None when it is gone or the step is off.

    A step may be applied again to its own result, when the answer to a write was lost.
    Raises ConcurrencyConflict, OutcomeUnknown, or a StorageError of a read.
    """

    async def stepped() -> Webhook | None:
        stored = await store.get(key)
        after = step(stored.value) if stored else None
        if stored and after and after != stored.value:
            await store.replace(after, stored.etag)
        return after

    return await contended(stepped)


async def contended[T](attempt: Callable[[], Awaitable[T]]) -> T:
    """`changed` as a partner's own request has it.

    Raises ConcurrencyConflict, or OutcomeUnknown, in the end.
    """
    try:
        return await changed(attempt, GuardFailed, WriteUnknown, tries=_TRIES)
    except GuardFailed:
        raise ConcurrencyConflict from None
    except WriteUnknown:
        raise OutcomeUnknown from None
