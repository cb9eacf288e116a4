"""How long `tungnha demo` takes to build both campaigns. Reported, and held to seconds rather than to a ratio."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import Result

SECONDS = 90.0
"""What it may take on two cores, once installed."""


def bench_demo() -> list[Result]:
    """Build the demonstration in a folder of its own; return the wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TUNGNHA_")}
        environment = {**own, "TUNGNHA_INSTANCE": folder}
        command = [str(Path(sys.executable).with_name("tungnha")), "demo"]
        begun = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        return [Result("make demo", 0, 0, "s", None, f"did not finish: {tail[0]}", failed=True)]
    return [Result("make demo", seconds, SECONDS, "s", 1.0, "wall seconds against the seconds allowed")]
