"""The first record of a run: its options, machine and sources."""

import os
import shlex
import sys
import time
from importlib.metadata import version
from typing import Any

from bench.pairs import own
from bench.pairs.catalogue import select
from bench.records.runs import Run, Settings
from bench.runs.lenses import LENSES
from bench.runs.progress import remark
from bench.throughput import runtimes, sources
from bench.throughput.machine import machine
from bench.throughput.planning import JOBS


def begin(pairs: tuple[str, ...], asked: dict[str, Any]) -> Run:
    """Make the first record of a run: its options, machine and sources."""
    chosen = [pair.name for pair in select(name for name in pairs if name != JOBS)]
    if pairs and set(pairs) <= {JOBS}:
        chosen = []
    if asked["sweep"] != "none" and (not pairs or JOBS in pairs):
        chosen.append(JOBS)
    interpreters = measured_interpreters(asked["pythons"])
    for lack in runtimes.check_loops(
        interpreters, asked["loops"], skip="all" in asked["pythons"]
    ):
        remark(f"note: {lack}")
    placement = asked["placement"]
    settings = Settings(
        workers=asked["workers"],
        capacities=tuple(room or None for room in asked["capacity"]),
        cpu_shares=tuple(percent / 100 for percent in asked["cpu_share"]),
        sweep=asked["sweep"],
        runtimes=tuple(runtimes.runtimes(interpreters, asked["loops"])),
        placements=("pinned", "free") if placement == "both" else (placement,),
        against_itself=asked["aa"],
        carriers=asked["carriers"],
        budget_seconds=asked["budget"],
        seed=asked["seed"],
        shard=asked["shard"],
    )
    return Run(
        started=time.time(),
        command=typed(sys.argv[1:]),
        version=version("threads-vs-asyncio"),
        machine=machine(interpreters),
        budget_seconds=settings.budget_seconds,
        seed=settings.seed,
        pairs=tuple(chosen),
        own=own.registered(chosen),
        lenses=asked["lenses"] or LENSES,
        settings=settings,
        sources=sources.of_run(chosen),
    )


def typed(arguments: list[str]) -> str:
    """The command as it was typed; bytes of a path that are no text are escaped."""
    line = shlex.join(["python", "-m", "bench", *arguments])
    return os.fsencode(line).decode("utf-8", "backslashreplace")


def measured_interpreters(wanted: tuple[str, ...]) -> list[runtimes.Interpreter]:
    """The interpreters to measure: those named, all on this machine, or this one."""
    if not wanted:
        return [runtimes.current()]
    if "all" in wanted:
        return runtimes.discover()
    return [runtimes.named(path) for path in wanted]
