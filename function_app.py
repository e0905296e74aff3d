"""The function app: registers the blueprints, nothing else."""

import azure.functions as func

from functions import docs, queues, routes, timers, unknown_addresses

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (docs, queues, routes, timers, unknown_addresses):
    app.register_functions(part.blueprint)
