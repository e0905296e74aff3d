"""The libraries that every function needs, and nothing of the app's own.

Imported with the app rather than at its first request, so that an instance which is started ahead
of its requests has them by then.
"""

import aiohttp
from azure.core import exceptions

__all__ = ["aiohttp", "exceptions"]
