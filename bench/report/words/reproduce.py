"""The commands that reproduce the figures of the page."""

import shlex
from dataclasses import dataclass
from itertools import pairwise

from bench.records.certificates import Certificate
from bench.records.models import PACKAGES
from bench.records.runs import Results, Run, Settings
from bench.records.subjects import Runtime
from bench.records.user_pairs import LIMIT_SECONDS, MEMORY_BYTES, UserPair

JOBS = "jobs"  # the harness's own pair; only this pair has shares and carriers
LONGEST_COMMAND = 20_000  # characters; a longer one is not split into words
GIB = 2**30  # the unit of --memory-limit
BENCH = ("python", "-m", "bench")
OF_JOBS = ("--cpu-share", "--sweep", "--carrier")  # options for `jobs` alone
# options of `run` with a value that say what is measured, and on what
MEASURING = (
    *OF_JOBS, "--workers", "--capacity", "--placement", "--loop", "--python",
    "--against", "--seed",
)  # fmt: skip


@dataclass(frozen=True)
class Again:
    """A figure of the page, and the command that reproduces it."""

    figure: str
    command: str


def commands(results: Results) -> list[Again]:
    """A row for each figure, in the order of the page."""
    pairs = list(dict.fromkeys(one.pair for one in results.comparisons))
    alone = list(dict.fromkeys(one.subject.pair for one in results.noise))
    named = {one.name: _named(one, results.run) for one in results.run.own}
    listed = [one.pair for one in results.shapes if len(named.get(one.pair, "x")) == 1]
    return [
        *(
            Again(f"the ratios of {pair}", _ratios(pair, named, results))
            for pair in pairs
        ),
        *(
            Again("the noise floor", _ratios(pair, named, results, "--aa"))
            for pair in pairs[:1] or alone
        ),
        *_explored(results, named),
        *(Again(f"{pair} side by side", _line("show", pair)) for pair in listed),
        *(Again(f"the shape of {pair}", _line("shape", pair)) for pair in listed),
        Again("this page, from its own data", _line("report", "ledger.jsonl")),
    ]


def longer(run: Run, budget_seconds: float) -> str:
    """The command of a run, but with a larger budget.

    The other words are as the user typed them, without `--output` and `--open`.  They
    are left out if the command was not `run`, or if it resumed a run.
    """
    words = _words(run)
    if not _is_run(run) or "--resume" in words:
        return _line("run", "--budget", f"{budget_seconds:g}")
    kept, rest = [], iter(words[len(BENCH) + 1 :])
    for word in rest:
        name, _, value = word.partition("=")
        if name in ("--budget", "-o", "--output") or (
            name == "--shard" and run.settings is None  # a merged run has all shards
        ):
            if not value:
                next(rest, None)
        elif word != "--open":
            kept.append(word)
    return _line("run", *kept, "--budget", f"{budget_seconds:g}")


def measuring(run: Run, *options: str, is_study: bool = True) -> str:
    """The command that measures something more of the pairs that the user named.

    If the command measures speeds, it has the same options for speeds as the run.
    `is_study`: whether the command may measure versions against each other.  If this
    is False, or if the options have `--aa`, the command has no `--against`.
    """
    named = {one.name: _named(one, run) for one in run.own}
    by_functions = {name for name, words in named.items() if len(words) > 1}
    names = [word for word in _words(run) if word in {*run.pairs} - by_functions]
    functions = [word for name in by_functions for word in named[name]]
    kept = typed(run, *MEASURING) if {"--aa", "throughput"} & {*options} else []
    if "--aa" in options or not is_study:
        kept = _without(kept, "--against")
    return _line("run", *dict.fromkeys(names), *functions, *kept, *options)


def is_only_jobs(run: Run) -> bool:
    """Whether the run has only `jobs`, which has nothing but speeds to compare."""
    return run.pairs == (JOBS,)


def of_shape(run: Run) -> str | None:
    """The command that compares the code; None if there is no code to compare."""
    return None if is_only_jobs(run) else measuring(run, "--lens", "shape")


def of_correctness(run: Run) -> str | None:
    """The command that tries schedules; None if no pair has arguments for that."""
    if is_only_jobs(run):
        return None
    others = [pair for pair in run.pairs if pair not in {one.name for one in run.own}]
    if run.own and not others and not any(one.small for one in run.own):
        return None
    return measuring(run, "--lens", "correctness")


def where_small(run: Run) -> str:
    """Where the user gives the smaller arguments that pairs lack, in words."""
    lacking = [one for one in run.own if one.small is None]
    by_functions = {_is_by_functions(one, run) for one in lacking}
    ways = {False: "`small` in the table of the pair", True: "`--small`"}
    return " or ".join(ways[way] for way in sorted(by_functions))


def _named(own: UserPair, run: Run) -> tuple[str, ...]:
    """How a command names a user's pair: by its name, or by its two functions.

    A command with its two functions works everywhere.  A command with its name works
    only where a project or an installed package declares the pair.  So the name is used
    only if the command of this run had no functions.
    """
    if _is_run(run) and not _is_by_functions(own, run):
        return (own.name,)
    given = {"args": own.args, "check": own.check, "small": own.small, "name": own.name}
    words = ["--threads", own.threads, "--asyncio", own.asyncio]
    for option, value in given.items():
        if value is not None:
            words += [f"--{option}", value]
    if own.limit_seconds != LIMIT_SECONDS:
        words += ["--limit", f"{own.limit_seconds:g}"]
    if own.memory_bytes != MEMORY_BYTES:
        words += ["--memory-limit", f"{own.memory_bytes / GIB:g}"]
    return tuple(words)


def _words(run: Run) -> list[str]:
    """The words of the command; none if its quotes do not match, or if it is too long.

    The time to split a text grows with the square of its length.
    """
    if len(run.command) > LONGEST_COMMAND:
        return []
    try:
        return shlex.split(run.command)
    except ValueError:
        return []


def typed(run: Run, *options: str) -> list[str]:
    """The given options that the command of the run has, each with its value."""
    found: list[str] = []
    for word, after in pairwise([*_words(run), ""]):
        name, equals, value = word.partition("=")
        if name in options:
            found += [name, value if equals else after]
    return found


def _without(words: list[str], *options: str) -> list[str]:
    """The words without these options and their values."""
    pairs = zip(words[::2], words[1::2], strict=True)
    return [word for pair in pairs if pair[0] not in options for word in pair]


def _is_run(run: Run) -> bool:
    """Whether the command is `run`, and not `merge`, which does not name pairs."""
    return tuple(_words(run)[: len(BENCH) + 1]) == (*BENCH, "run")


def _is_by_functions(own: UserPair, run: Run) -> bool:
    """Whether the command names the functions of the pair: `--threads a.b:f`."""
    for word, after in pairwise([*_words(run), ""]):
        name, equals, value = word.partition("=")
        if name == "--threads" and own.threads == (value if equals else after):
            return True
    return False


def _ratios(
    pair: str, named: dict[str, tuple[str, ...]], results: Results, *options: str
) -> str:
    """The command for one pair, at the workloads and on the runtimes of this run."""
    words = _options(pair, results)
    if "--aa" in options:
        words = _without(words, "--against")
    return _line("run", *named.get(pair, (pair,)), *words, *options)


def _options(pair: str, results: Results) -> list[str]:
    """The options for one pair of a run, each with its value."""
    settings = results.run.settings
    loads = [one.workload for one in results.comparisons if one.pair == pair]
    loads += [one.workload for one in results.noise if one.subject.pair == pair]
    options = ["--lens", "throughput"]
    if settings is None:  # a merged run: its shards had the same options
        kept = typed(results.run, *MEASURING)
        lacking = () if pair == JOBS else OF_JOBS
        has_capacity = any(load.capacity is not None for load in loads)
        return options + _without(kept, *lacking, *["--capacity"] * (not has_capacity))
    # a user's pair has no number of workers
    if settings.workers and (workers := {load.workers for load in loads} - {0}):
        options += ["--workers", _numbers(workers)]
    if capacities := {load.capacity for load in loads} & set(settings.capacities):
        options += ["--capacity", _numbers({room or 0 for room in capacities})]
    if settings.cpu_shares and (shares := {load.cpu_share * 100 for load in loads}):
        options += ["--cpu-share", _numbers(shares)] if pair == JOBS else []
    if settings.sweep == "full" and pair == JOBS:
        options += ["--sweep", settings.sweep]
    if settings.placements == ("free",):
        options += ["--placement", "free"]
    elif len(settings.placements) > 1:
        options += ["--placement", "both"]
    options += _runtimes(settings, bool(typed(results.run, "--python")))
    if pair == JOBS:
        for carrier in settings.carriers:
            options += ["--carrier", carrier]
    # For a folder, `settings.against` is only its name, not its path.  So the option is
    # repeated as it was typed.
    if settings.against:
        options += typed(results.run, "--against") or ["--against", settings.against]
    if settings.seed:
        options += ["--seed", f"{settings.seed}"]
    return options


def _runtimes(settings: Settings, is_python_typed: bool) -> list[str]:
    """The options that name the loops and the interpreters of a run."""
    loops = dict.fromkeys(
        loop for one in settings.runtimes if (loop := _loop(one)) is not None
    )
    words = []
    if loops and list(loops) != ["asyncio"]:
        words += [word for loop in loops for word in ("--loop", loop)]
    pythons = dict.fromkeys(one.executable for one in settings.runtimes)
    if len(pythons) > 1 or is_python_typed:
        words += [word for path in pythons for word in ("--python", path)]
    return words


def _loop(one: Runtime) -> str | None:
    """The name of a loop as `--loop` takes it; None for threads."""
    if one.loop is None or one.carrier:
        return None
    if one.eager:
        return "eager"
    return "anyio" if one.anyio and one.loop == "asyncio" else one.loop


def _numbers(values: set[int] | set[float]) -> str:
    return ",".join(f"{value:g}" for value in sorted(values))


def _explored(results: Results, named: dict[str, tuple[str, ...]]) -> list[Again]:
    """The commands for what was explored, and for each failure of a counter-example."""
    own = [one for one in results.certificates if one.expected == "holds"]
    broken = sorted(
        (one for one in results.certificates if one.expected == "broken"),
        key=lambda one: (one.pair, one.scenario, one.model != "threads"),
    )
    return [
        *(
            Again(
                f"the schedules of {scenario}",
                _line("run", *named[scenario], "--lens", "correctness")
                if scenario in named
                else _line("explore", scenario),
            )
            for scenario in dict.fromkeys(one.scenario for one in own)
        ),
        *(
            Again(f"the locks of {pair}", _line("explore", "--without-locks", pair))
            for pair in dict.fromkeys(one.pair for one in results.locks)
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
