"""python -m bench history: shows the ratios of many runs, and where they changed."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.commands.options import examples, refuse_same_file
from bench.errors import CannotRunError
from bench.records.histories import History, Step
from bench.report.page import files, history_file
from bench.report.terminal.grid import Column, below, grid
from bench.report.words import cases, units
from bench.report.words import histories as words
from bench.runs import history as histories
from bench.runs import saved

MOST_RUNS = 10  # the most runs that have a line of their own in the terminal


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("history results/*", "the runs of a folder, and their steps"),
        ("history RUN --file kept.json", "add a run to a file"),
        ("history --file kept.json --page p.html", "the page of a file"),
    ),
)
@click.argument("runs", nargs=-1, type=click.Path(path_type=Path), metavar="[RUN]...")
@click.option(
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.json",
    help="Read the history from this file, and write it back with the runs added.",
)
@click.option(
    "--page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write one page that works offline.",
)
@click.option("--label", default="", help="A label for the runs: a revision, a tag.")
@click.option("--json", "as_json", is_flag=True, help="Write the steps as JSON lines.")
def command(
    runs: tuple[Path, ...],
    file: Path | None,
    page: Path | None,
    label: str,
    as_json: bool,
) -> None:
    """Show the ratios of RUNS over time, and where they changed.

    A level is what the runs since the last step have in common: the median of their
    ratios, and the medians of both ends of their intervals.  A step is a run whose
    interval does not overlap that of the level before it.  Each interval is first
    widened by the noise of its run, which the run measures with the same code on both
    sides.  FILE.json and FILE.html can be stored in a git repository: no server is
    needed.

    Exit status: 0 even if there are steps; 2 if the runs cannot be read.
    """
    if not runs and file is None:
        raise CannotRunError(
            "there is no run; name folders of runs, or --file FILE.json"
        )
    refuse_same_file({"--file": file, "--page": page})
    if label and not runs:
        raise CannotRunError(f"--label {label} is for runs to add; name a run")
    if page is not None:
        files.check(page)
    kept = histories.read(file) if file else History()

    def warn(text: str) -> None:
        click.echo(f"warning: {text}", err=True)

    found = histories.added(
        kept, [histories.entry(saved.results(run, warn), label) for run in runs]
    )
    if not found.runs:
        raise CannotRunError(f"{file} has no runs yet; name some to add")
    if file and runs:
        files.write(file, histories.encoded(found))
    steps = histories.steps(found)
    if as_json:
        lines = (encoded(one, found) for one in steps)
        click.echo("".join(f"{line}\n" for line in lines), nl=False)
    else:
        show(found, steps, Console())
        if (remark := words.others(found)) is not None:
            click.echo(f"note: {remark}", err=True)
    if page is not None:
        if no_pictures := history_file.write(found, steps, page):
            click.echo(f"note: the page has no pictures: {no_pictures}", err=True)
        click.echo(f"page: {page}", err=as_json)


def encoded(one: Step, history: History) -> str:
    """Return a step as JSON, with the run that begins the new level."""
    run = history.runs[one.at]
    return msgspec.json.encode(
        {
            "case": one.case,
            "run": one.at + 1,  # its number in the terminal
            "label": run.label,
            "started": run.started,
            "before": one.before,
            "after": one.after,
            "confirmed": one.confirmed,
        }
    ).decode()


def show(history: History, steps: Sequence[Step], console: Console) -> None:
    """Print the ratios, the steps, and the noise of each run."""
    contests = words.contests(history)
    if not contests:
        console.print(Text("No run has a ratio yet."))
    for contest, of_contest in contests.items():
        if contest:
            second, _, first = contest.rpartition(" over ")
            heading = below(f"Throughput of {second} over", first, console.width)
            heading.stylize("bold")
            console.print(heading, soft_wrap=True)
        console.print(table(of_contest, history, console.width), soft_wrap=True)
        console.print()
    console.print(Text(units.many(len(steps), "step"), style="bold"))
    for one in steps:
        name, said = words.title(one.case, history), words.course(one, history)
        console.print(below(f"{name}:", said, console.width), soft_wrap=True)
    console.print()
    console.print(Text("The noise of each run: code against itself", style="bold"))
    console.print(runs_table(history, console.width), soft_wrap=True)
    if earlier := history.runs[:-MOST_RUNS]:
        many = units.many(len(earlier), "earlier run")
        console.print(Text(f"{many}: noise {words.noises(earlier)}"))


def table(of_contest: Sequence[str], history: History, width: int) -> Text:
    """Make a row for each case: last ratio with interval, first ratio, runs."""
    columns = [
        Column("case", is_name=True),
        Column("last", right=True),
        Column("interval", right=True),
        Column("first", right=True),
        Column("runs", right=True),
    ]
    rows = []
    for case in of_contest:
        known = [run.ratios[case] for run in history.runs if case in run.ratios]
        low, last, high = known[-1]
        rows.append(
            [
                cases.load(case),
                units.times(last),
                units.interval(low, high),
                units.times(known[0][1]),
                str(len(known)),
            ]
        )
    return grid(columns, rows, width)


def runs_table(history: History, width: int) -> Text:
    """Make a row for each of the last runs: its number, its name and its noise."""
    columns = [
        Column("run", right=True),
        Column("noise", right=True),
        Column("name", is_name=True),
    ]
    numbered = [*enumerate(history.runs, 1)][-MOST_RUNS:]
    rows = [
        [f"{number}", words.noise(run), words.label(run)] for number, run in numbered
    ]
    return grid(columns, rows, width)
