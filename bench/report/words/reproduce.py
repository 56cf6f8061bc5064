"""The commands that reproduce the figures of the page."""

import shlex
from dataclasses import dataclass

from bench.records.certificates import Certificate
from bench.records.models import PACKAGES
from bench.records.runs import Results, Settings
from bench.records.samples import Comparison

BENCH = ("python", "-m", "bench")


@dataclass(frozen=True)
class Again:
    """A figure of the page, and the command that reproduces it."""

    figure: str
    command: str


def commands(results: Results) -> list[Again]:
    """A row for each figure, in the order of the page."""
    pairs = list(dict.fromkeys(one.pair for one in results.comparisons))
    settings = results.run.settings or Settings()
    return [
        *(_ratio(pair, results.comparisons, settings) for pair in pairs),
        Again("the noise floor", _line("run", *pairs[:1], "--aa")),
        *_explored(results),
        *(
            Again(f"{one.pair} side by side", _line("show", one.pair))
            for one in results.shapes
        ),
        *(
            Again(f"the shape of {one.pair}", _line("shape", one.pair))
            for one in results.shapes
        ),
        Again("this page, from its own data", _line("report", "ledger.jsonl")),
    ]


def _ratio(pair: str, comparisons: tuple[Comparison, ...], settings: Settings) -> Again:
    """The ratios of one pair, at the workloads and placements of this run."""
    loads = [one.workload for one in comparisons if one.pair == pair]
    options = ["--lens", "throughput"]
    if settings.workers:
        options += ["--workers", _numbers({load.workers for load in loads})]
    if settings.cpu_shares:
        options += ["--cpu-share", _numbers({load.cpu_share * 100 for load in loads})]
    if settings.sweep != "default":
        options += ["--sweep", settings.sweep]
    if settings.placements == ("free",):
        options += ["--placement", "free"]
    elif len(settings.placements) > 1:
        options += ["--placement", "both"]
    if settings.seed:
        options += ["--seed", f"{settings.seed}"]
    return Again(f"the ratios of {pair}", _line("run", pair, *options))


def _numbers(values: set[int] | set[float]) -> str:
    return ",".join(f"{value:g}" for value in sorted(values))


def _explored(results: Results) -> list[Again]:
    """What was explored, and each failure, explored or provoked."""
    own = [one for one in results.certificates if one.expected == "holds"]
    broken = sorted(
        (one for one in results.certificates if one.expected == "broken"),
        key=lambda one: (one.pair, one.scenario, one.model != "threads"),
    )
    return [
        *(
            Again(f"the schedules of {scenario}", _line("explore", scenario))
            for scenario in dict.fromkeys(one.scenario for one in own)
        ),
        *dict.fromkeys(
            Again(f"{one.scenario} in {one.model}, {one.method}", failure(one))
            for one in broken
        ),
    ]


def failure(one: Certificate) -> str:
    """The command that reproduces the result of a certificate."""
    if one.failure and one.failure.replay.startswith("python "):
        return one.failure.replay
    target = f"{PACKAGES[one.model]}.{one.scenario}"
    if one.method == "provoked":
        return shlex.join(["python", "-m", target])
    return _line("explore", target)


def _line(*words: str) -> str:
    return shlex.join([*BENCH, *words])
