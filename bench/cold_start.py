"""What a start costs beside its bare libraries: `python -m bench.cold_start [PAIRS]`.

Each round is three fresh processes in changing order, so that a busy machine slows all of them:
the libraries alone, `import function_app`, and the same up to the first answer. The aim is a median
ratio of at most 1.1 for the import; the first answer shows what an import leaves for later.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
AIM: Final = 1.1
_TIMED: Final = """
import time
started = time.process_time()
{code}
print(time.process_time() - started)
"""
FLOOR: Final = """
import azure.functions, pydantic, aiohttp, azure.core.exceptions
"""
APP: Final = "import function_app"
ANSWER: Final = """
import asyncio, azure.functions, function_app
functions = {each.get_function_name(): each for each in function_app.app.get_functions()}
ask = azure.functions.HttpRequest("GET", "http://app/api/health/live", body=b"")
answer = asyncio.run(functions["health_live"].get_user_function()(ask))
assert answer.status_code == 200
"""


def seconds(code: str, environ: dict[str, str]) -> float:
    """Processor seconds of the code in a process of its own."""
    command = [sys.executable, "-c", _TIMED.format(code=code)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, check=True, text=True, env=environ
    )
    return float(done.stdout)


def measured(rounds: int) -> dict[str, list[float]]:
    """The seconds of each piece of code, round by round; bytecode is cached for all alike."""
    codes = (FLOOR, APP, ANSWER)
    found: dict[str, list[float]] = {code: [] for code in codes}
    with TemporaryDirectory() as cache:
        environ = _settings() | {"PYTHONPYCACHEPREFIX": cache}
        for code in codes:
            seconds(code, environ)  # fills the caches of bytecode and of the file system
        for turn in range(rounds):
            for code in codes if turn % 2 else reversed(codes):
                found[code].append(seconds(code, environ))
    return found


def _settings() -> dict[str, str]:
    sample = json.loads((ROOT / "local.settings.json.sample").read_text("utf-8"))["Values"]
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | sample


def main() -> int:
    """Prints the ratios; 1 when the median of the import is above the aim."""
    found = measured(int(sys.argv[1]) if sys.argv[1:] else 20)
    imported = _shown("import function_app", found[APP], found[FLOOR])
    _shown("its first answer too", found[ANSWER], found[FLOOR])
    print(f"aim for the import: {AIM}; its libraries alone: {1000 * median(found[FLOOR]):.0f} ms")
    return 0 if imported <= AIM else 1


def _shown(what: str, cost: list[float], floor: list[float]) -> float:
    ratios = [each / least for each, least in zip(cost, floor, strict=True)]
    low, middle, high = quantiles(ratios, n=4)
    print(f"{what} / its libraries: {middle:.3f}", end=" ")
    print(f"(quartiles {low:.3f} {high:.3f}, {len(ratios)} pairs, {1000 * median(cost):.0f} ms)")
    return middle


if __name__ == "__main__":
    sys.exit(main())
