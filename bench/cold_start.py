"""What importing the app costs beside its bare libraries: `python -m bench.cold_start [PAIRS]`.

Each pair is two fresh processes, one after the other in changing order, so that a busy machine
slows both. The aim is a median ratio of at most 1.25.
"""

import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles
from typing import Final

ROOT: Final = Path(__file__).parents[1]
AIM: Final = 1.25
_TIMED: Final = """
import time
started = time.process_time()
{imports}
print(time.process_time() - started)
"""
FLOOR: Final = """
import azure.functions, pydantic, azure.data.tables.aio
from azure.core.pipeline.transport import AioHttpTransport
import aiohttp
"""
APP: Final = "import function_app"


def seconds(imports: str) -> float:
    """Processor seconds of the imports in a process of their own."""
    code = _TIMED.format(imports=imports)
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return float(done.stdout)


def ratios(pairs: int) -> list[float]:
    """The app's cost over the floor's, one for each pair of processes."""
    seconds(APP)  # fills the caches of bytecode and of the file system
    seconds(FLOOR)
    found: list[float] = []
    for turn in range(pairs):
        first, second = (APP, FLOOR) if turn % 2 else (FLOOR, APP)
        cost = {first: seconds(first), second: seconds(second)}
        found.append(cost[APP] / cost[FLOOR])
    return found


def main() -> int:
    """Prints the ratios; 1 when the median is above the aim."""
    found = ratios(int(sys.argv[1]) if sys.argv[1:] else 20)
    low, middle, high = quantiles(found, n=4)
    print(f"import function_app / import its libraries: {median(found):.3f}", end=" ")
    print(f"(quartiles {low:.3f} {middle:.3f} {high:.3f}, {len(found)} pairs, aim {AIM})")
    return 0 if median(found) <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
