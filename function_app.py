"""The function app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import documentation, onboarding, projections, routes, sweeps, webhook_deliveries

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (documentation, onboarding, projections, routes, sweeps, webhook_deliveries):
    app.register_functions(part.blueprint)
