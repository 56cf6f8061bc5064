"""python -m bench run: takes every pair through the three lenses, and reports."""

import time
import webbrowser
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from bench.commands import sweeping, user_pairs
from bench.commands.beginning import started
from bench.commands.continuing import take_up
from bench.commands.effects import check_effects
from bench.commands.executing import execute
from bench.commands.gate import Percentage, gated
from bench.commands.options import (
    InUnits,
    examples,
    finite,
    given,
    numbers,
    shard,
)
from bench.commands.self_testing import self_test
from bench.decide.described import quantities
from bench.errors import CannotRunError
from bench.ledger.sweeps import is_sweep
from bench.pairs import function_pairs
from bench.records.runs import Resumed, Run
from bench.report.page import html_file
from bench.report.terminal import summary
from bench.runs import resumed_parts, saved
from bench.runs.lenses import LENSES
from bench.runs.progress import remark
from bench.throughput import runtimes
from bench.throughput.doubts import doubts
from bench.throughput.measurable import CARRIERS

REPORT = "report.html"


@click.command(
    epilog=examples(
        ("run", "every pair through the three lenses, in under 90 s"),
        ("run lock event --budget 20", "two pairs, throughput within 20 s"),
        ("run --lens correctness", "only the counter-examples; nothing is timed"),
        ("run jobs --sweep full --budget 600", "the crossover alone, finely"),
        ("run --python all --loop uvloop", "all interpreters found, another loop"),
        ("run --threads a.b:f --asyncio c.d:g", "a pair of your own"),
        ("run --against main --fail-over 5%", "what this version changed; for CI"),
        ("run --on tcp://10.0.0.1:8786", "on each host of a dask cluster"),
        ("run --resume results/TIME", "resume a run that was interrupted"),
        ("run --resume results/TIME --budget 300", "measure on in a finished one"),
    )
)
@click.argument("pairs", nargs=-1, metavar="[PAIR]...")
@click.option(
    "--budget",
    type=InUnits(1, quantities.seconds, 1.0),
    callback=finite,
    default=88.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest time for the whole run; with --resume, for all its parts.",
)
@click.option(
    "--lens",
    "lenses",
    type=click.Choice(LENSES),
    multiple=True,
    help="Only this lens; can be repeated.  [default: all three]",
)
@click.option(
    "--workers",
    callback=numbers(int, 1, 100_000),
    metavar="N,N,...",
    help="Numbers of threads or tasks, instead of the usual workloads.",
)
@click.option(
    "--capacity",
    callback=numbers(int, 0, 1_000_000_000),
    metavar="N,N,...",
    help="Capacities of queues and trays; 0 is unbounded.",
)
@click.option(
    "--cpu-share",
    callback=numbers(float, 0, 99),
    metavar="P,P,...",
    help="For the crossover: the share of computing in each job, in percent.",
)
@click.option(
    "--sweep",
    type=click.Choice(["none", "default", "full"]),
    default="default",
    show_default=True,
    help="The points of the crossover: numbers of workers by shares of computing.",
)
@click.option(
    "--placement",
    "placements",
    type=click.Choice(["pinned", "free", "both"]),
    multiple=True,
    default=("pinned",),
    show_default=True,
    help="Pin each sample to one core, or leave that to the system; can be repeated.",
)
@click.option(
    "--python",
    "pythons",
    multiple=True,
    metavar="PATH|all",
    help="Measure this interpreter, or all on this machine; can be repeated.",
)
@click.option(
    "--loop",
    "loops",
    type=click.Choice(runtimes.LOOPS),
    multiple=True,
    default=("asyncio",),
    show_default=True,
    help="The event loop; can be repeated.",
)
@click.option(
    "--against",
    metavar="REVISION|FOLDER",
    help="Measure each model against itself at another version, in the same blocks.",
)
@click.option(
    "--fail-over",
    type=Percentage(),
    metavar="PERCENT",
    help="With --against: status 1 if a side is surely slower, and may be slower by"
    " PERCENT or more, such as 5%.",
)
@click.option("--aa", is_flag=True, help="Measure each side against itself: noise.")
@click.option(
    "--self-test",
    is_flag=True,
    help="Slow one side by 2 % and by 5 %, and count how often that is detected.",
)
@click.option(
    "--carrier",
    "carriers",
    type=click.Choice([*CARRIERS]),
    multiple=True,
    help="A carrier of the crossover's jobs, compared with threads; can be repeated.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="The seed of the order within blocks.",
)
@click.option(
    "--shard",
    callback=shard,
    metavar="I/N",
    help="Only the I-th of N parts; `merge` joins them.",
)
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(path_type=Path),
    help="Folder of the run.  [default: results/TIME]",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Resume a run with its own options; a finished one only with more --budget.",
)
@click.option("--open", "opened", is_flag=True, help="Open the report in a browser.")
@sweeping.options
@user_pairs.options
@click.pass_context
def command(
    ctx: click.RichContext,
    /,
    pairs: tuple[str, ...],
    out: Path | None,
    resume: Path | None,
    **asked: Any,
) -> int:
    """Compare pairs on this machine: correctness, throughput, code shape.

    PAIR is a name that `list` shows, or `jobs` for the crossover alone.  Without PAIR,
    all are compared.  The run's folder then holds the raw ledger and a report in one
    file that works offline.  Ctrl-C interrupts a run; --resume continues it.  If the
    run is finished, --resume measures more only with a larger --budget, because
    measuring again and again until a difference appears produces false differences.

    A pair of your own is two functions, --threads and --asyncio, or a table
    [tool.threads-vs-asyncio.pairs.NAME] of your pyproject.toml.  The functions are
    called in processes of their own, and timed only if their outcomes are equal.  With
    smaller arguments (`small`, --small), every schedule of both is tried.  Timers may
    then fire before other work is done, as on a busy machine.  The outcome must be the
    same in every schedule.

    Exit status: 0 done, 1 a pair of yours failed or breaks, 2 cannot run, as with a
    function that does not exist, 130 interrupted, 143 ended by SIGTERM.
    """
    begun = ctx.find_root().obj or time.time()  # the start of the command
    if asked["self_test"]:
        if given(ctx) - {"self_test", "budget", "seed"}:
            raise CannotRunError(
                "--self-test takes --budget and --seed; leave out the rest"
            )
        self_test(asked["budget"], asked["seed"])
        return 0
    if asked["on"] or (resume and is_sweep(resume)):
        return sweeping.run_on_hosts(pairs, asked, out, resume, given(ctx))
    if resume and given(ctx) - {"resume", "opened", "budget", "ledger_only"}:
        raise CannotRunError(
            f"--resume {resume} has the options of its run; leave out all but --budget"
        )
    if resume:
        budget = asked["budget"] if "budget" in given(ctx) else None
        ledger, before, first = take_up(resume, budget, begun)
        if resumed_parts.is_finished(before):
            remark("note: this run is finished; a larger --budget continues it")
            return finished(ledger.path.parent, first, opened=asked["opened"])
    else:
        user_pairs.register_found()
        if (mine := user_pairs.named(asked)) is not None:
            function_pairs.register((mine,))
            pairs = (*pairs, mine.name)
        check_effects(pairs, given(ctx), asked)
        folder = out or Path("results") / time.strftime("%Y-%m-%dT%H-%M-%S")
        ledger, first = started(pairs, asked, folder, begun)
        before = [first]
    # This record begins the run or its resumed part.  Its warnings are about the
    # machine as it is now.
    part = before[-1]
    for warning in part.warnings if isinstance(part, Run | Resumed) else ():
        remark(f"note: {warning}")
    execute(first, ledger, before)
    if asked["ledger_only"]:
        return 0
    status = finished(ledger.path.parent, first, opened=asked["opened"])
    if late := resumed_parts.late(before, time.time() - begun):
        remark(f"note: {late}")
    return status


def finished(folder: Path, first: Run, *, opened: bool) -> int:
    """Print the summary, write the report, and return the exit status of the run.

    `first` is the record with which the run began.  The limit of --fail-over is read
    from this record, because --resume does not take this option.
    """
    failed = finish(folder, opened=opened)
    worse = gated(folder, first.fail_over)
    return user_pairs.FAILED if worse else user_pairs.status_of(failed)


def finish(folder: Path, opened: bool) -> list[str]:
    """Print the summary and the doubts, and write the report.

    Returns a line for each pair of the user's that failed.
    """
    results = saved.results(folder)
    report = folder / REPORT
    # the summary comes first, because it needs no disk space
    summary.show(results, Console())
    found = doubts(results)
    try:
        no_pictures = html_file.write(results, report, found)
    except CannotRunError as problem:
        raise CannotRunError(
            f"{problem}; the run is kept: report {folder} -o FILE writes its page"
        ) from None
    pairs = results.run.pairs
    failed = user_pairs.failures(pairs, results.samples)
    failed += user_pairs.broken(pairs, results.certificates)
    if results.run.lenses == ("shape",):
        failed += user_pairs.shapeless(results)
    click.echo("".join(f"failed: {line}\n" for line in failed), nl=False)
    for line in user_pairs.notes(results):
        remark(f"note: {line}")
    if no_pictures:
        remark(f"note: the report has no pictures: {no_pictures}")
    for doubt in found:
        remark(f"doubt: {doubt}")
    click.echo(f"\nreport: {report}")
    if opened:
        webbrowser.open(report.resolve().as_uri())
    return failed
