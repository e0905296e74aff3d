"""What a person should look at that no tenant's ledger tells: webhooks that were given up."""

from shared.proving.problems import Problem, ProblemKind
from shared.services.findings import Recorder, disabled
from shared.services.ports.sweeps import Sweep
from shared.services.ports.values import Undecodable
from shared.services.ports.webhooks import WebhookStatus, WebhookStore

_PAGE = 1000


class DisabledWebhooks:
    """Goes through all webhooks when a sweep ends; ten a partner are the most."""

    def __init__(self, webhooks: WebhookStore, recorder: Recorder) -> None:
        """Everything from outside is an argument."""
        self._webhooks = webhooks
        self._recorder = recorder

    async def report(self, sweep: Sweep) -> None:
        """Raises StorageError; repeating is safe."""
        after: str | None = None
        while True:
            try:
                page = await self._webhooks.all(after, _PAGE)
            except Undecodable as error:
                detail: dict[str, object] = {"table": "operations", "problem": str(error)}
                problem = Problem(ProblemKind.UNDECODABLE_ROW, "", "webhook", detail)
                await self._recorder.record(sweep.id, problem, repaired=False)
                return
            for stored in page.items:
                webhook = stored.value
                covered = sweep.customer_id in {None, webhook.key.partner_id}
                if covered and webhook.status is WebhookStatus.DISABLED:
                    await self._recorder.record(sweep.id, disabled(webhook), repaired=False)
            if (after := page.after) is None:
                return
