"""The cold start pays only for what every request needs."""

import subprocess
import sys


def test_the_queue_sdk_is_imported_on_first_use():
    connection = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5"
    code = f"""
import sys
from shared.storage import wiring
from shared.storage.engine.clients import Clients
clients = Clients({connection!r})
wiring.azure(clients)
print("azure.storage.queue" in sys.modules)
clients.sdk_queues
print("azure.storage.queue" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
