"""The function app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import (
    description,
    documentation,
    onboarding,
    projections,
    sweeps,
    webhook_deliveries,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for api in description.APIS:
    app.register_functions(api.blueprint)

for part in (documentation, onboarding, projections, sweeps, webhook_deliveries):
    app.register_functions(part.blueprint)
