"""`python -m tests.groups`: `python -m tests.strict.devhost`, in groups."""

import sys

from devhost import supervisor
from devhost.__main__ import main
from tests.groups.scaling import Groups
from tests.strict.azurite import TestedAzurite

if __name__ == "__main__":
    supervisor.Azurite = TestedAzurite
    supervisor.Host = Groups
    sys.exit(main())
