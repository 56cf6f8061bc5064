"""The cost of `run --on local` over `run`, outside its measured windows.

`python -m bench.studies.local_overhead` makes the same run in both ways, in turns.  For
each run it prints the seconds of the whole command, the seconds within measured windows
(the sum of `elapsed_seconds` of its samples), and the rest.  The rest is the time to
start processes, to calibrate, to write and to make the report, and with `--on local`
the time of the cluster.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.ledger import store
from bench.records.samples import Sample

WAYS: dict[str, tuple[str, ...]] = {"run": (), "run --on local": ("--on", "local")}


def measured(pairs: list[str], budget: float, rounds: int) -> Iterator[str]:
    """Run in turns; yield a line for each run, then the medians."""
    whole: dict[str, list[float]] = {way: [] for way in WAYS}
    rest: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(1, rounds + 1):
        for way, options in WAYS.items():
            seconds, within = one_run(pairs, budget, options)
            whole[way].append(seconds)
            rest[way].append(seconds - within)
            yield (
                f"round {number}, {way}: {seconds:.1f} s, {within:.1f} s within "
                f"windows, {seconds - within:.1f} s outside; "
                f"load {os.getloadavg()[0]:.1f}"
            )
    for way in WAYS:
        yield (
            f"{way}: median {median(whole[way]):.1f} s, "
            f"{median(rest[way]):.1f} s outside windows "
            f"({min(rest[way]):.1f} to {max(rest[way]):.1f})"
        )
    plain, local = (median(rest[way]) for way in WAYS)
    share = (local - plain) / median(whole["run"])
    yield (
        f"outside windows: {local - plain:+.1f} s, {share:+.1%} of a whole run, "
        f"{local / plain - 1:+.1%} of what plain `run` spends outside"
    )


def one_run(
    pairs: list[str], budget: float, options: tuple[str, ...]
) -> tuple[float, float]:
    """The seconds of a command, and the seconds of its windows."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        command = [sys.executable, "-m", "bench", "run", *pairs, "--lens", "throughput"]
        began = time.monotonic()
        subprocess.run(
            [*command, "--budget", str(budget), "-o", str(results), *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=10 * budget + 120,
            check=True,
        )
        seconds = time.monotonic() - began
        return seconds, sum(map(in_windows, results.rglob("ledger.jsonl")))


def in_windows(ledger: Path) -> float:
    """The seconds within the windows of all samples of a ledger."""
    records = store.read(ledger)
    return sum(one.elapsed_seconds for one in records if isinstance(one, Sample))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="*", help="all of them, if none is named")
    parser.add_argument("--budget", type=float, default=75.0, help="seconds of a run")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    for line in measured(asked.pairs, asked.budget, asked.rounds):
        print(line, flush=True)  # noqa: T201 - a study prints what it finds


if __name__ == "__main__":
    main()
