"""The described work on several processes; each does its part on its own loop.

The processes are started with the first window and are used again for the next ones.
For each window, each process receives its load and begins as soon as its tasks are
ready.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict, replace
from functools import partial
from time import perf_counter
from typing import IO, Any

from bench.decide.loads import tasks
from bench.decide.loads.job import Load
from bench.decide.loads.watched import measured

MAIN = """\
import sys
sys.path[:0] = {path!r}
from bench.decide.loads.processes import main
main()
"""
_started: list["subprocess.Popen[str]"] = []
_ready: list[float] = []  # seconds until all processes had started


def run(load: Load) -> dict[str, Any]:
    """One window of all processes, with their rates and latencies combined."""
    called = perf_counter()
    is_first = not _started
    while len(_started) < load.pool:
        _started.append(
            subprocess.Popen(
                [sys.executable, "-c", MAIN.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    for process in _started:
        _line(process.stdout)  # the line "ready"
    if is_first:
        _ready.append(perf_counter() - called)
    share, rest = divmod(load.workers, load.pool)
    for number, process in enumerate(_started):
        part = replace(
            load,
            workers=share + (number < rest),
            crowd=0,
            rate_per_second=load.rate_per_second / load.pool,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(part)) + "\n")
        process.stdin.flush()
    return together(
        [json.loads(_line(process.stdout)) for process in _started], _ready[0]
    )


def together(parts: list[dict[str, Any]], ready: float) -> dict[str, Any]:
    """The values of all processes, combined like those of one process."""
    summed = ("by_progress", "by_cycles", "jobs", "starved", "late_due",
              "cpu_seconds", "peak_memory_bytes")  # fmt: skip
    return {
        **{name: sum(part[name] for part in parts) for name in summed},
        **{
            name: [one for part in parts for one in part[name]]
            for name in ("rush", "latencies", "cut_off")
        },
        "ready_seconds": ready,
    }


def _line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def main() -> None:
    """Run as one process: print `ready`, read a load, print its values; repeat."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        found = measured(partial(asyncio.run, tasks.run(Load(**json.loads(line)))))
        sys.stdout.write(json.dumps(found) + "\n" + "ready\n")
        sys.stdout.flush()
