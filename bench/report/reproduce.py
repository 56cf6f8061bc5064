"""The command that makes a figure again, for each figure of the page."""

import shlex
from dataclasses import dataclass

from bench.model import Comparison, Results, Settings

BENCH = ("python", "-m", "bench")


@dataclass(frozen=True)
class Again:
    """What is seen on the page, and how to see it anew."""

    figure: str
    command: str


def commands(results: Results) -> list[Again]:
    """A row a figure, in the order of the page."""
    pairs = list(dict.fromkeys(one.pair for one in results.comparisons))
    settings = results.run.settings or Settings()
    return [
        *(_ratio(pair, results.comparisons, settings) for pair in pairs),
        Again("the noise floor", _line("run", *pairs[:1], "--aa")),
        *_failures(results),
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
    """The ratios of one pair, at the workloads and in the places of this run."""
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


def _failures(results: Results) -> list[Again]:
    """The schedules that break counter-examples, replayed."""
    return [
        Again(
            f"the failure of {one.scenario} in {one.model}",
            one.failure.replay,
        )
        for one in results.certificates
        if one.failure and one.failure.replay.startswith("python ")
    ]


def _line(*words: str) -> str:
    return shlex.join([*BENCH, *words])
