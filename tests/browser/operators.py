"""What an operator looks after in a browser, and where."""

from tests.queues.pipelines import Pipeline, Storage
from tests.running.client import Caller, World, ok
from tests.running.waiting import eventually

OF_OPERATORS = {
    "page_operations": "/operations",
    "page_sweeps": "/operations/sweeps",
    "page_sweep": "{sweep}",
    "page_findings": "/operations/findings",
    "page_finding": "{finding}",
    "page_dead_letters": "/operations/dead-letters",
    "page_dead_letters_replay": "/operations/replay-dead-letters",
    "page_dead_letter": "{letter}",
    "page_dead_letter_replay": "{letter}/replay",
    "page_dead_letter_close": "{letter}/close",
    "page_disputes": "/operations/disputes",
    "page_dispute": "{dispute}",
    "page_dispute_annul": "{dispute}/annul",
    "page_partners": "/operations/partners",
    "page_partner": "{enrolled}",
    "page_partner_enrol": "/operations/enrol-partner",
    "page_partner_update": "{enrolled}/update",
    "page_partner_suspend": "{enrolled}/suspend",
    "page_partner_resume": "{suspended}/resume",
    "page_pipelines": "/operations/pipelines",
    "page_pipeline": "{pipeline}",
    "page_pipeline_register": "/operations/register-pipeline",
    "page_pipeline_replace": "{pipeline}/replace",
    "page_pipeline_delete": "{pipeline}/delete",
}
"""Every page of the operator; the addresses name what `operated` made."""


def operated(world: World, seller: Caller, sweep: str) -> dict[str, str]:
    """What an operator looks after: one of each."""
    buyer, suspended, operator = world.customer(), world.partner(), world.operator
    world.hired(seller, buyer)
    sold = world.sold(seller, buyer)
    assert buyer.post(f"{sold}/dispute", {"reason": "Nobody ordered it"}).status_code == 200
    assert operator.post(f"/partners/{suspended.tenant}/suspend").status_code == 200
    pipeline = Pipeline(world, Storage(world.system), [seller.tenant])
    died = pipeline.send("subscription-upgrade", {})
    about = {"tenantId": buyer.tenant}
    (finding,) = eventually(lambda: ok(operator.get("/findings", params=about))["value"], bool)
    letters = eventually(
        lambda: ok(operator.get("/dead-letters"))["value"],
        lambda found: any(each["message"] and each["message"]["id"] == died for each in found),
    )
    return {
        "sweep": f"/operations/sweeps/{sweep}",
        "finding": f"/operations/findings/{finding['id']}",
        "letter": f"/operations/dead-letters/{letters[0]['id']}",
        "dispute": f"/operations/disputes/{buyer.tenant}/{sold.rpartition('/')[2]}",
        "enrolled": f"/operations/partners/{seller.tenant}",
        "suspended": f"/operations/partners/{suspended.tenant}",
        "pipeline": f"/operations/pipelines/{pipeline.id}",
    }
