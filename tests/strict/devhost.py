"""`python -m tests.strict.devhost`: the host of `python -m devhost`, over an Azurite as tested."""

import sys

from devhost import supervisor
from devhost.__main__ import main

from .azurite import TestedAzurite

if __name__ == "__main__":
    supervisor.Azurite = TestedAzurite
    sys.exit(main())
