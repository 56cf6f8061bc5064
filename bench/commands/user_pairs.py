"""Options that name a pair of the user's, and the pairs that their project names."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich_click as click

from bench import shape
from bench.commands.options import InUnits
from bench.decide.described import quantities
from bench.errors import CannotRunError
from bench.pairs import function_pairs, user_discovery
from bench.pairs.function_pairs import checked, folders_of
from bench.records.certificates import Certificate
from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Sample
from bench.records.user_pairs import LIMIT_SECONDS, MEMORY_BYTES, UserPair
from bench.report.words import reproduce
from bench.runs import user_correctness
from bench.throughput import reasons
from bench.throughput.guarding import visible

NAME = "yours"  # the default name of a pair
GIB = 2**30
SHAPELESS = "no code shape: "
SHOWN = 60  # the most characters of an outcome
TIMERS = (
    "; a timer may fire before other work is done, as on a busy machine: the outcome "
    "is always the same if timers fire only when no worker can run"
)
FAILED, CANNOT = 1, 2  # exit statuses: a pair failed; it cannot be run as requested
MOST_SHOWN = 3  # the most outcomes that are listed of a function that breaks


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that takes a pair of the user's."""
    for option in reversed(
        (
            click.option(
                "--threads",
                metavar="MODULE:FUNCTION",
                help="Your function in threads, such as pkg.jobs:run.",
            ),
            click.option(
                "--asyncio",
                metavar="MODULE:FUNCTION",
                help="Your coroutine function for the same job.",
            ),
            click.option(
                "--args",
                metavar="JSON",
                help="Arguments of both functions: '{\"count\": 1000}' or '[1000]'.",
            ),
            click.option(
                "--small",
                metavar="JSON",
                help="Smaller arguments, with which `run` tries every schedule.",
            ),
            click.option(
                "--check",
                metavar="MODULE:FUNCTION",
                help="Judges each outcome; without it, both outcomes must be equal.",
            ),
            click.option("--name", metavar="NAME", help="The name of your pair."),
            click.option(
                "--limit",
                type=InUnits(0.1, quantities.seconds, 1.0),
                default=LIMIT_SECONDS,
                show_default=True,
                metavar="SECONDS",
                help="A call that takes longer, or all of --budget, counts as hung.",
            ),
            click.option(
                "--memory-limit",
                type=InUnits(0.01, quantities.bytes_, GIB),
                default=MEMORY_BYTES / GIB,
                show_default=True,
                metavar="GIB",
                help="The memory limit of each process of yours: 2, or 512MB.",
            ),
        )
    ):
        command = option(command)
    return command


def named(asked: Mapping[str, Any]) -> UserPair | None:
    """Return the pair that the options name, or None.

    Raises CannotRunError if the options name only one function.
    """
    sides = {side: asked[side] for side in ("threads", "asyncio")}
    if not any(sides.values()):
        for option in ("args", "small", "check", "name"):
            if asked[option] and not asked.get("function"):
                raise CannotRunError(
                    f"--{option} is about a pair of yours; give --threads and "
                    "--asyncio too"
                )
        return None
    for side, target in sides.items():
        if not target:
            raise CannotRunError(
                f"--{side} is missing: a pair has a function on threads and a "
                "coroutine function for asyncio"
            )
    return checked(
        UserPair(
            name=asked["name"] or NAME,
            threads=asked["threads"],
            asyncio=asked["asyncio"],
            args=asked["args"] or "{}",
            check=asked["check"],
            small=asked["small"],
            folders=folders_of(Path.cwd()),
            limit_seconds=asked["limit"],
            memory_bytes=round(asked["memory_limit"] * GIB),
        )
    )


def register_found() -> tuple[UserPair, ...]:
    """Add the pairs of the project and of installed packages to the catalogue.

    Raises CannotRunError if a project's table cannot be read.  An invalid pair of a
    package is a note.
    """
    for line in user_discovery.left_out():
        click.echo(f"note: {line}", err=True)
    found = user_discovery.found(Path.cwd())
    function_pairs.register(found)
    return found


def status_of(failed: Iterable[str]) -> int:
    """Return the exit status, from the lines on the user's pairs that failed.

    - No line: 0.
    - Each line is a refusal (its pair cannot be run as requested): CANNOT.
    - At least one line is no refusal: FAILED.
    """
    found = {CANNOT if _is_refusal(line) else FAILED for line in failed}
    return min(found, default=0)


def _is_refusal(line: str) -> bool:
    """Whether the line of a pair says that the pair cannot be run as requested."""
    _, _, problem = line.partition(": ")  # the name of a pair has no colon
    refusals = (*(f"{model} {reasons.UNUSABLE}" for model in MODELS), SHAPELESS)
    return problem.startswith(refusals)


def broken(names: tuple[str, ...], found: Iterable[Certificate]) -> list[str]:
    """Return a line for each function of the user whose outcome varies.

    A function that cannot be called with the small arguments has a line too.
    """
    mine = {one.name for one in function_pairs.registered(list(names))}
    said = []
    for one in found:
        if one.pair in mine and one.outcome == "broken" and one.failure is not None:
            by_timers = one.failure.symptom.endswith(user_correctness.BY_TIMERS)
            symptom = (
                f"{visible(one.failure.symptom)}{_outcomes(one)}{TIMERS * by_timers}"
            )
            said.append(f"{one.pair}: {one.model} breaks: {symptom}")
        elif one.pair in mine and _is_unusable(one):
            said.append(f"{one.pair}: {one.model} {one.bound}")
    return said


def _is_unusable(one: Certificate) -> bool:
    """Whether a function could not be called at all with the small arguments."""
    return one.outcome == "cut" and (one.bound or "").startswith(reasons.UNUSABLE)


def untried(names: Iterable[str], found: Iterable[Certificate]) -> list[str]:
    """Return a line for each function of the user that the explorer could not run."""
    mine = {one.name for one in function_pairs.registered(list(names))}
    return [
        f"no schedules of {one.pair} in {one.model} were tried: {one.bound}"
        for one in found
        if one.pair in mine
        and one.outcome == "cut"
        and not one.schedules
        and not _is_unusable(one)
    ]


def _outcomes(one: Certificate) -> str:
    """List the outcomes of the schedules, the most frequent first."""
    states = sorted(one.outcomes, key=lambda state: -state.schedules)
    if len(states) < 2:
        return ""
    shown = [
        f"{visible(state.state)[:SHOWN]} in {state.schedules:,}"
        for state in states[:MOST_SHOWN]
    ]
    more = f" and {len(states) - MOST_SHOWN} more" if states[MOST_SHOWN:] else ""
    return f" ({', '.join(shown)}{more} of {one.schedules:,} schedules)"


def without_small(names: Iterable[str]) -> list[str]:
    """Return the user's pairs whose schedules cannot be tried."""
    return [
        one.name for one in function_pairs.registered(list(names)) if one.small is None
    ]


def shapeless(results: Results) -> list[str]:
    """Return a line for each pair of the user's whose sources cannot be compared."""
    if "shape" not in results.run.lenses:
        return []
    known = {one.pair for one in results.shapes}
    said = []
    for one in function_pairs.registered(list(results.run.pairs)):
        if one.name not in known:
            try:
                shape.compare(function_pairs.pair(one))
            except CannotRunError as problem:
                said.append(f"{one.name}: {SHAPELESS}{problem}")
    return said


def notes(results: Results) -> list[str]:
    """Return lines on the user's pairs of a run that a reader should know."""
    pairs = results.run.pairs
    said = noticed(pairs, results.samples) + untried(pairs, results.certificates)
    if results.run.lenses != ("shape",):  # else `run` reports these lines as failures
        said += shapeless(results)
    lacking = without_small(pairs)
    if lacking and "correctness" in results.run.lenses:
        said.append(
            f"no schedules of {', '.join(lacking)} were tried: give smaller arguments "
            f"as {reproduce.where_small(results.run)}"
        )
    return said


@dataclass(frozen=True)
class Failed:
    """The side of a pair that could not be measured, and the reason."""

    pair: str
    model: str
    reason: str  # with the status of the sample: hung, crashed, ...


def failures(names: tuple[str, ...], samples: Iterable[Sample]) -> list[str]:
    """Return a line for each pair of the user that could not be measured."""
    mine = {one.name for one in function_pairs.registered(list(names))}
    found = failures_of(mine, samples)
    return [f"{one.pair}: {one.model} {one.reason}" for one in found]


def noticed(names: Iterable[str], samples: Iterable[Sample]) -> list[str]:
    """Return a line for each function of the user that continues after an error."""
    mine = {one.name for one in function_pairs.registered(list(names))}
    return list(
        dict.fromkeys(
            f"{one.subject.pair}: {visible(one.reason)}"
            for one in samples
            if one.subject.pair in mine and one.status == "ok" and one.reason
        )
    )


def failures_of(names: Set[str], samples: Iterable[Sample]) -> list[Failed]:
    """Return the first failure of each pair that could not be measured."""
    said: dict[str, Failed] = {}
    for sample in samples:
        if sample.subject.pair in names and sample.status != "ok":
            reason = reasons.told(sample.status, visible(sample.reason or ""))
            failed = Failed(sample.subject.pair, sample.subject.model, reason)
            said.setdefault(failed.pair, failed)
    return [*said.values()]
