"""The timer triggers: the sweep's schedule, and the minute in which webhooks are looked after."""

from typing import Final

import azure.functions as func

from shared import bootstrap

blueprint: Final = func.Blueprint()


@blueprint.timer_trigger("timer", "%SWEEP_SCHEDULE%")
async def sweep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Starts a sweep over everything, unless one is running; expires dead letters' old texts."""
    services = bootstrap.services()
    await services.sweeping.sweeps.start_by_timer()
    await services.dead_letters.expire_texts()


@blueprint.timer_trigger("timer", "20 * * * * *")
async def webhook_upkeep(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's binding
    """Every minute: wakes webhooks whose wake-up message was lost."""
    await bootstrap.services().webhooks.upkeep.run()
