"""How long `tungnha demo` takes to build both campaigns. Reported, and held to seconds rather than to a ratio."""

import os
import resource
import subprocess
import sys
import tempfile
import time

from bench.measure import Result

SECONDS = 90.0
"""What it may take on two cores, once installed."""


def bench_demo() -> list[Result]:
    """Build the demonstration in a folder of its own; return the wall seconds."""
    with tempfile.TemporaryDirectory() as folder:
        own = {name: value for name, value in os.environ.items() if not name.startswith("TUNGNHA_")}
        environment = {**own, "TUNGNHA_INSTANCE": folder}
        command = [sys.executable, "-c", "from web.cli import main; main()", "demo"]
        begun, used = time.perf_counter(), _children_seconds()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        seconds, used = time.perf_counter() - begun, _children_seconds() - used
    if done.returncode:
        tail = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        return [Result("make demo", 0, 0, "s", None, f"did not finish: {tail[0]}", failed=True)]
    return [
        Result(
            "make demo", seconds, SECONDS, "s", 1.0, f"wall seconds against the seconds allowed; processor {used:.0f} s"
        )
    ]


def _children_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
