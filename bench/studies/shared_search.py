"""How much faster a search is on several workers of this machine.

`python -m bench.studies.shared_search` runs the same search in one process, in
processes that fork, and on workers of an embedded cluster, in turns.  It prints the
median seconds of each way and their ratio to one process, the load, and whether counts
and end states were the same.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

LIMIT_SECONDS = 600
PROGRAM = """
import asyncio


class Steps:
    def __init__(self):
        self.value = 0
        self.seen = []

    async def increment(self):
        for _ in range(3):
            old = self.value
            await asyncio.sleep(0)
            self.value = old + 1
        self.seen.append(self.value)

    workers = (increment,) * 3
"""


def explored(target: str, *options: str) -> dict[str, Any]:
    """The verdict of one search."""
    command = [sys.executable, "-m", "bench", "explore", target, "--json", "--all"]
    ran = subprocess.run(
        [*command, "--limit-seconds", str(LIMIT_SECONDS), *options],
        stdout=subprocess.PIPE,
        text=True,
        timeout=2 * LIMIT_SECONDS,
        check=False,
    )
    verdict: dict[str, Any] = json.loads(ran.stdout.splitlines()[0])
    return verdict


def measured(target: str, workers: int, rounds: int) -> Iterator[str]:
    """Search in three ways, by turns; yield a line for each round, then the medians."""
    ways = {
        "one process": ("--jobs", "1"),
        f"{workers} processes": ("--jobs", str(workers)),
        f"{workers} workers": ("--on", "local", "--jobs", str(workers)),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    claims = set()
    for number in range(1, rounds + 1):
        for way, options in ways.items():
            verdict = explored(target, *options)
            seconds[way].append(verdict["seconds"])
            names = ("outcome", "schedules", "exhausted", "outcomes")
            claims.add(json.dumps([verdict[name] for name in names]))
        figures = ", ".join(f"{way} {all_[-1]:.2f} s" for way, all_ in seconds.items())
        yield f"round {number}: {figures}; load {os.getloadavg()[0]:.1f}"
    first = median(seconds["one process"])
    for way, times in seconds.items():
        middle = median(times)
        yield f"{way}: median {middle:.2f} s, {first / middle:.2f} times as fast"
    yield f"verdicts: {'the same' if len(claims) == 1 else 'DIFFERENT'}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", nargs="?", help="FILE.py:NAME; 16,530 schedules")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program.py"
        program.write_text(PROGRAM, encoding="utf-8")
        target = asked.target or f"{program}:Steps"
        for line in measured(target, asked.workers, asked.rounds):
            print(line, flush=True)  # noqa: T201 - a study prints what it finds


if __name__ == "__main__":
    main()
