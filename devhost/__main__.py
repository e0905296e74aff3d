"""`python -m devhost`: run the function app in the current directory."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from devhost import logs
from devhost.refusals import Refused
from devhost.supervisor import StartError, Supervisor


def main() -> int:
    """Run until stopped; 0 after a signal, 1 with one line when it can't start."""
    parser = argparse.ArgumentParser("python -m devhost", description=__doc__)
    parser.add_argument("--enable-auth", action="store_true", help="check function keys")
    arguments = parser.parse_args()
    logs.configure()
    try:
        port = _port(os.environ.get("PORT", "7071"))
        data = Path(os.environ.get("DATA", ".local"))
        asyncio.run(_run(port, data, auth=arguments.enable_auth))
    except (StartError, Refused, OSError) as error:
        print(f"devhost: {error}", file=sys.stderr, flush=True)
        return 1
    print("stopped", flush=True)
    return 0


async def _run(port: int, data: Path, *, auth: bool) -> None:
    await Supervisor(port=port, data=data, auth=auth).run()


def _port(text: str) -> int:
    """The first of five ports."""
    if not text.isdecimal() or not 1 <= int(text) <= 65531:  # noqa: PLR2004 - 65535 is the last
        raise StartError(f"PORT must be a number from 1 to 65531, is '{text}'")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
