"""The function app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import (
    blocks,
    customers,
    events,
    explanations,
    invitation_links,
    invitations,
    ledger,
    meta,
    onboarding,
    operations,
    partners,
    personal_data,
    policy,
    projections,
    relationships,
    resellers,
    subscriptions,
    sweeps,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (
    blocks,
    customers,
    events,
    explanations,
    invitation_links,
    invitations,
    ledger,
    meta,
    operations,
    partners,
    personal_data,
    policy,
    relationships,
    resellers,
    subscriptions,
):
    app.register_functions(part.api.blueprint)

for part in (onboarding, projections, sweeps):
    app.register_functions(part.blueprint)
