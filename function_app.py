"""The function app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import (
    customers,
    invitations,
    ledger,
    meta,
    onboarding,
    operations,
    partners,
    projections,
    relationships,
    resellers,
    subscriptions,
    sweeps,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (
    customers,
    invitations,
    ledger,
    meta,
    operations,
    partners,
    relationships,
    resellers,
    subscriptions,
):
    app.register_functions(part.api.blueprint)

for part in (onboarding, projections, sweeps):
    app.register_functions(part.blueprint)
