"""python -m bench explore: all schedules of a scenario, or one that fails."""

import re
import shlex
import sys
from functools import partial
from pathlib import Path
from typing import Any

import rich_click as click

from bench.commands.both_forms import compare_forms
from bench.commands.options import examples
from bench.commands.progress import clear_progress, progress, terminal_width
from bench.commands.targets import catalogued, programs
from bench.commands.together import check_together
from bench.commands.without_locks import tell_needed_locks
from bench.correctness.explain.both_forms import BothForms
from bench.correctness.explain.both_forms_text import forms_line, forms_text
from bench.correctness.explain.plain_text import plain, plain_lines
from bench.correctness.explain.render import failure_lines, verdict_text
from bench.correctness.explain.verdict_json import as_line
from bench.correctness.records.options import Carrier, Options
from bench.correctness.records.schedule import Schedule
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.search.program_search import choice_of
from bench.correctness.watch.exploring_process import Explored, explore_watched
from bench.correctness.watch.replaying import replay_watched
from bench.errors import CannotRunError
from bench.hosts.cluster_searchers import searchers

BROKEN, CANNOT = 1, 2
STATUS = {"holds": 0, "broken": BROKEN, "refused": CANNOT, "cut": 3}
NARROWEST, WIDEST = 40, 1_000  # the least and the greatest length of a line
WORST = (0, 3, 2, 1)  # statuses, from best to worst


@click.command(
    epilog=examples(
        ("explore jobs.py", "every scenario in the file"),
        ("explore jobs.py:Counter", "one of them"),
        ("explore jobs.py:Counter --preemptions 2", "bounded, if all take too long"),
        ("explore jobs.py --all --on local", "shared among workers on this machine"),
        ("explore condition", "a pair, at small workloads, in each model"),
        ("explore threaded.broken.condition", "a counter-example in threads"),
        ("explore jobs.py ajobs.py", "can the port end as the original cannot?"),
        ("explore --without-locks jobs.py", "which of its locks it needs"),
    )
)
@click.argument("target", metavar="FILE.py[:NAME]|PAIR")
@click.argument("port", metavar="[PORT]", required=False)
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
    "--timers",
    type=click.Choice(["any", "idle"]),
    default="any",
    show_default=True,
    help="any: a timer may fire at any time, as on a busy machine; idle: a timer fires"
    " only when no worker can run.",
)
@click.option(
    "--preemptions",
    type=click.IntRange(0),
    metavar="N",
    help="A bound: at most N preemptions, switches away from a runnable worker.  The"
    " search is then brute.",
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
    help="The seed of random and pct, and of the program's random numbers.",
)
@click.option(
    "--draws",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Explore with N seeds for the program's random numbers and time of day.",
)
@click.option(
    "--carrier",
    type=click.Choice(["greenlet", "threads"]),
    default=None,
    help="What the workers run in; real threads are for a debugger, and slower.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes for a long search.  [default: one for each core]",
)
@click.option(
    "--on",
    metavar="local|ADDRESS",
    help="Share the search among the workers of a dask cluster: `local` starts one on"
    " this machine; tcp://HOST:PORT or tls://HOST:PORT is the address of a scheduler.",
)
@click.option("--all", "keep_going", is_flag=True, help="Continue after a failure.")
@click.option(
    "--independent",
    is_flag=True,
    help="Accept that nothing shared was seen; else the exit status is 2.",
)
@click.option(
    "--only",
    multiple=True,
    metavar="PKG",
    help="Look into this installed package and no other; can be repeated.",
)
@click.option(
    "--skip",
    multiple=True,
    metavar="PKG",
    help="Take this package as one step: no worker runs within its calls; can be"
    " repeated.",
)
@click.option(
    "--without-locks",
    is_flag=True,
    help="Explore again without each lock in turn: is it needed?",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run a saved schedule.",
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".explore"),
    show_default=True,
    help="The directory for failing schedules.",
)
@click.option(
    "--width",
    type=click.IntRange(NARROWEST, WIDEST),
    metavar="N",
    help="Lines of at most N characters; longer ones are wrapped."
    "  [default: the terminal's, at most 160]",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, one line a scenario."
)
def command(
    target: str, port: str | None, replay: Path | None, on: str | None, **given: Any
) -> None:
    """Explore every schedule of a scenario, of a pair or of a counter-example.

    A scenario is a class with a tuple `workers` of its methods (plain ones are
    threads, async ones tasks) and, optionally, a method `check` with assertions on the
    state after all workers have ended.  FILE.py alone explores every scenario in it.

    A pair that `list` shows is explored in threads, asyncio and anyio, at the workloads
    that `run` explores.  broken.NAME is one of its counter-examples, explored until a
    workload breaks it.  threaded.PAIR, asyncio_impl.PAIR and threaded.broken.NAME are
    the same in one model.

    PORT is a file with a second form of the same scenarios.  Then all schedules of both
    forms are explored, and the end states are compared: each end state of the port must
    also be one of the original. Attributes that only one form has are left out. If a
    scenario has the same name in both files, one name is enough: a.py:Account b.py.  A
    scenario AsyncX counts as the port of X.

    Exit status: 0 holds, 1 broken, 2 cannot be explored or nothing shared was seen,
    3 cut by a limit, 141 the reader of the output has gone, as after `| head -4`.

    --without-locks puts each lock, semaphore and condition's lock of the program out of
    effect in turn, and explores the program again.  Exit status: 0 if it is known of
    each lock whether it is needed; 1 if the program is broken even with all its locks;
    2 if there is no lock to try, or if an exploration has no verdict.
    """
    as_json, save = given.pop("as_json"), given.pop("save")
    without_locks = given.pop("without_locks")
    width = given.pop("width") or terminal_width()
    usual: Carrier = "greenlet" if replay is None else "threads"
    carrier: Carrier = given.pop("carrier") or usual
    given["only"] = given["only"] or None
    options = Options(carrier=carrier, tick=progress(), **given)
    check_together(
        options, port=port, replay=replay, without_locks=without_locks, on=on
    )
    if as_json and replay is not None:
        raise CannotRunError("--replay prints a trace, not JSON; leave out --json")
    if port is not None:
        shown = partial(show_forms, as_json=as_json, save=save, width=width)
        compared = compare_forms(target, port, options, shown, clear_progress)
        sys.exit(max(compared, key=WORST.index))
    if replay is not None:
        sys.exit(replay_saved(target, replay, options, width))
    debugged = carrier == "threads"
    listed = partial(programs, target, choice_of(options))
    if without_locks:
        sys.exit(tell_needed_locks(listed, options, as_json, width))
    statuses = []
    opener = partial(searchers, on, options.jobs) if on is not None else None
    explored = explore_watched(
        listed, options, terminal=debugged, searchers=opener, note=tell_note
    )
    for found in explored:
        clear_progress()
        show(found, as_json, save, width)
        outcome = found.answer.outcome
        unproved = isinstance(found.answer, Verdict) and found.answer.nothing_shared
        statuses.append(CANNOT if unproved else STATUS[outcome])
        if found.last and outcome in ("holds", "cut"):
            note_counter_example(found.target)
    sys.exit(max(statuses, key=WORST.index))


def show(found: Explored, as_json: bool, save: Path, width: int) -> None:
    """Print a verdict or a refusal, and save the failing schedule."""
    answer = found.answer
    if isinstance(answer, Refusal):
        if as_json:
            click.echo(as_line(answer))
        if answer.traceback:
            click.echo(plain_lines(answer.traceback), err=True)
        click.echo(f"error: {plain(answer.reason)}", err=True)
        return
    hint = keep(answer, found.target, save) if answer.schedule else ""
    if as_json:
        click.echo(as_line(answer, hint))
    else:
        click.echo(verdict_text(answer, width, hint) + "\n")


def show_forms(
    forms: BothForms, port: Explored, as_json: bool, save: Path, width: int
) -> None:
    """Print the comparison of two forms, and save the port's failing schedule."""
    hint = keep(forms.port, port.target, save) if forms.port.schedule else ""
    if as_json:
        click.echo(forms_line(forms, hint))
    else:
        click.echo(forms_text(forms, width, hint) + "\n")


def tell_note(line: str) -> None:
    """Print a message about the processes that share a search."""
    clear_progress()
    click.echo(f"note: {plain(line)}", err=True)


def note_counter_example(target: str) -> None:
    """If no explored schedule broke a counter-example, say how it should fail."""
    if "broken." in target and catalogued(target):
        click.echo(
            f"note: no schedule broke {target} at these workloads;"
            f" it fails when it is run: python -m {target}",
            err=True,
        )


def keep(verdict: Verdict, target: str, directory: Path) -> str:
    """Save the failing schedule; return the command that replays it."""
    assert verdict.schedule is not None
    name = re.sub(r"\W+", "-", Path(verdict.scenario).name).strip("-")
    path = directory / f"{name}.json"
    try:
        verdict.schedule.save(path)
    except CannotRunError as problem:
        # only a warning, because the verdict does not depend on the saved file
        text = plain(f"warning: {problem}; --save DIRECTORY names another")
        click.echo(text, err=True)
        return ""
    return shlex.join(
        ["python", "-m", "bench", "explore", target, "--replay", str(path)]
    )


def replay_saved(target: str, path: Path, options: Options, width: int) -> int:
    """Run a saved schedule and print its failure; return the exit status."""
    kept = Schedule.read(path)
    listed = partial(programs, target, choice_of(options))
    found = replay_watched(listed, kept, options)
    name = plain(found.name)
    if found.failure is not None:
        lines = failure_lines(found.failure, width)
        if found.missed:
            lines.append(f"  ({found.fit}: the program has changed)")
        click.echo("\n".join(map(plain, [found.name, *lines])))
        return BROKEN
    if found.missed:
        text = f"{name}: the schedule does not apply: {found.fit}"
        click.echo(f"error: {text}; explore the scenario again", err=True)
        return CANNOT
    click.echo(f"{name}: the schedule no longer fails: {plain(found.state)}")
    return 0
