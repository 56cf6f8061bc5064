"""python -m bench explore: all schedules of a scenario, or one that fails."""

import re
import shlex
import shutil
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from bench.commands.options import examples
from bench.commands.targets import Listed, programs
from bench.correctness.api import choice_of, explore_program
from bench.correctness.explain.render import failure_lines, verdict_text
from bench.correctness.explain.replay import replay_and_explain
from bench.correctness.programs.packages import PackageChoice
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Verdict
from bench.errors import CannotRunError

STATUS = {"holds": 0, "broken": 1, "refused": 2, "cut": 3}
WORST = (0, 3, 2, 1)  # statuses from good to bad


@click.command(
    epilog=examples(
        ("explore jobs.py", "every scenario in the file"),
        ("explore jobs.py:Counter", "one of them"),
        ("explore jobs.py:Counter --preemptions 2", "bounded, when all take too long"),
        ("explore condition", "a pair, at small workloads, in both models"),
        ("explore threaded.broken.condition", "a counter-example in threads"),
    )
)
@click.argument("target", metavar="FILE.py[:NAME]|PAIR|broken.NAME")
@click.option(
    "--search",
    type=click.Choice(["dpor", "brute", "random", "pct"]),
    default="dpor",
    show_default=True,
    help="dpor: one schedule of each class; brute: all; random: random choices;"
    " pct: random priorities.",
)
@click.option(
    "--order",
    type=click.Choice(["any", "fifo"]),
    default="any",
    show_default=True,
    help="asyncio: ready tasks in any order, or as the stock loop runs them.",
)
@click.option(
    "--preemptions",
    type=click.IntRange(0),
    metavar="N",
    help="A bound: at most N preemptions, switches away from a runnable worker.",
)
@click.option(
    "--limit-schedules",
    type=click.IntRange(1),
    metavar="N",
    help="Stop after N schedules.",
)
@click.option(
    "--limit-seconds",
    type=click.FloatRange(0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop after this time.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    metavar="N",
    help="The seed of random and pct: another N draws other schedules.",
)
@click.option(
    "--carrier",
    type=click.Choice(["greenlet", "threads"]),
    default=None,
    help="What runs the workers; real threads are slower, but work with a debugger.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes for a long search.  [default: one for each core]",
)
@click.option("--all", "keep_going", is_flag=True, help="Continue after a failure.")
@click.option(
    "--only",
    multiple=True,
    metavar="PKG",
    help="Look into this installed package, and no others not named so.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="PKG",
    help="Take this package as one step: no worker runs within its calls.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run a saved schedule.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".explore"),
    show_default=True,
    help="The directory for failing schedules.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, one line a scenario."
)
def command(target: str, replay: Path | None, **given: Any) -> None:
    """Explore every schedule of a scenario, of a pair or of a counter-example.

    A scenario is a class with a tuple `workers` of its methods (plain ones are
    threads, async ones tasks) and, optionally, a method `check` with assertions on the
    state after all workers have ended.  FILE.py alone explores every scenario in it.

    A pair that `list` shows is explored in threads and in asyncio, at the workloads
    that `run` explores; broken.NAME is one of its counter-examples, explored until a
    workload breaks it.  threaded.PAIR, asyncio_impl.PAIR and threaded.broken.NAME are
    the same in one model.

    Exit status: 0 holds, 1 broken, 2 cannot be explored, 3 cut by a limit.
    """
    as_json, save = given.pop("as_json"), given.pop("save")
    carrier = given.pop("carrier")
    if replay is not None:
        choice = PackageChoice(given["only"] or None, given["skip"])
        sys.exit(replay_saved(target, replay, carrier or "threads", choice))
    statuses = []
    given["only"] = given["only"] or None
    options = Options(carrier=carrier or "greenlet", tick=progress(), **given)
    choice = choice_of(options)
    for group in programs(target, choice):
        outcome = ""
        for verdict in explored(group, options):
            clear_progress()
            outcome = verdict.outcome
            statuses.append(STATUS[outcome])
            if isinstance(verdict, Refusal):
                if as_json:
                    click.echo(msgspec.json.encode(verdict).decode())
                click.echo(f"error: {verdict.reason}", err=True)
                continue
            hint = keep(verdict, save) if verdict.schedule else ""
            if as_json:
                click.echo(as_line(verdict, hint))
            else:
                click.echo(verdict_text(verdict, width(), hint) + "\n")
        if outcome in ("holds", "cut") and (program := counter_example(group)):
            click.echo(
                f"note: no schedule broke {program} at these workloads;"
                f" it fails when it is run: python -m {program}",
                err=True,
            )
    sys.exit(max(statuses, key=WORST.index))


class Refusal(msgspec.Struct, kw_only=True):
    """A scenario that cannot be explored, with the reason."""

    scenario: str
    outcome: str = "refused"
    reason: str


def explored(group: Iterable[Program], options: Options) -> Iterator[Verdict | Refusal]:
    """Explore the programs of a group until one of them is broken."""
    for program in group:
        try:
            verdict = explore_program(program, options)
        except CannotRunError as problem:
            named = program.name in str(problem)
            reason = str(problem) if named else f"{program.name}: {problem}"
            yield Refusal(scenario=program.name, reason=reason)
            continue
        except OSError:
            raise
        except Exception as problem:  # a defect of the explorer
            traceback.print_exc()
            crash = f"{type(problem).__name__}: {problem}"
            reason = f"{program.name}: the explorer itself failed: {crash}"
            yield Refusal(scenario=program.name, reason=reason)
            continue
        yield verdict
        if verdict.outcome == "broken":
            return


def counter_example(group: Sequence[Program]) -> str:
    """The name of a counter-example; empty for a group that should hold."""
    first = group[0]
    return first.target if isinstance(first, Listed) and first.variant else ""


def width() -> int:
    """The width of the terminal in characters, at most 160."""
    return min(shutil.get_terminal_size((100, 24)).columns, 160)


def progress() -> Any:
    """Make the function that reports the progress to a terminal; None in a pipe."""
    if not sys.stderr.isatty():
        return None

    def tick(schedules: int, seconds: float) -> None:
        click.echo(f"\r{schedules:,} schedules, {seconds:.0f} s ", nl=False, err=True)

    return tick


def clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


def keep(verdict: Verdict, directory: Path) -> str:
    """Save the failing schedule; return the command that replays it."""
    assert verdict.schedule is not None
    name = re.sub(r"\W+", "-", Path(verdict.scenario).name).strip("-")
    path = directory / f"{name}.json"
    try:
        verdict.schedule.save(path)
    except CannotRunError as problem:  # the verdict is printed all the same
        click.echo(f"warning: {problem}; --save DIRECTORY names another", err=True)
        return ""
    program = verdict.program
    target = program.target if isinstance(program, Listed) else verdict.scenario
    return shlex.join(
        ["python", "-m", "bench", "explore", target, "--replay", str(path)]
    )


def replay_saved(target: str, path: Path, carrier: str, choice: PackageChoice) -> int:
    """Run a saved schedule and print its failure; return the exit status."""
    kept = Schedule.read(path)
    found = [program for group in programs(target, choice) for program in group]
    if len(found) > 1:
        found = [one for one in found if is_of(one, kept.scenario)]
    if not found:
        raise CannotRunError(f"{target} has no scenario called {kept.scenario}")
    name = found[0].name
    state, failure = replay_and_explain(found[0], kept, carrier)
    if failure is None:
        click.echo(f"{name}: the schedule no longer fails: {state}")
        return 0
    click.echo("\n".join([name, *failure_lines(failure, width())]))
    return 1


def is_of(program: Program, scenario: str) -> bool:
    """Whether a saved schedule is of this program, wherever its file is now."""
    return scenario.rpartition(":")[2] == program.name.rpartition(":")[2]


def as_line(verdict: Verdict, hint: str) -> str:
    """A verdict as one line of JSON; `hint` is the command that replays it."""
    failure = verdict.failure
    if failure is not None:
        failure = msgspec.structs.replace(failure, replay=hint)
    return msgspec.json.encode(
        {
            "scenario": verdict.scenario,
            "outcome": verdict.outcome,
            "schedules": verdict.schedules,
            "exhausted": verdict.exhausted,
            "seconds": verdict.seconds,
            "granularity": verdict.granularity,
            "search": verdict.search,
            "order": verdict.order,
            "bound": verdict.bound,
            "looked_into": verdict.looked_into,
            "one_step": verdict.one_step,
            "outcomes": verdict.outcomes,
            "failure": failure,
        }
    ).decode()
