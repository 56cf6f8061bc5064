"""python -m bench history: shows the ratios of many runs, and where they changed."""

from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.records.histories import History
from bench.report.page import files, history_file
from bench.report.terminal.grid import Column, grid
from bench.report.words import histories as words
from bench.report.words import units
from bench.runs import history as histories
from bench.runs import saved


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
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.json",
    help="Read the history from this file, and write it back with the runs added.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
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

    The level is the median of the runs since the last step.  A step is a run whose
    interval does not overlap the level before it.  Interval and level are first widened
    by the noise, which a run measures with code against itself.  FILE.json and
    FILE.html can be stored in a git repository: no server is needed.

    Exit status: 0 even if there are steps; 2 if the runs cannot be read.
    """
    if not runs and file is None:
        raise CannotRunError(
            "there is no run; name folders of runs, or --file FILE.json"
        )
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
        lines = (msgspec.json.encode(one).decode() for one in steps)
        click.echo("".join(f"{line}\n" for line in lines), nl=False)
    else:
        console = Console()
        console.print(table(found, console.width), soft_wrap=True)
        click.echo(f"\n{units.many(len(steps), 'step')}")
        for one in steps:
            click.echo(words.step(one, found))
        if (remark := words.others(found)) is not None:
            click.echo(f"note: {remark}", err=True)
    if page is not None:
        if no_pictures := history_file.write(found, steps, page):
            click.echo(f"note: the page has no pictures: {no_pictures}", err=True)
        click.echo(f"page: {page}", err=as_json)


def table(history: History, width: int) -> Text:
    """Make a row for each case: first ratio, last ratio with interval, runs."""
    columns = [
        Column("case", is_name=True),
        Column("runs", right=True),
        Column("first", right=True),
        Column("last", right=True),
        Column("interval", right=True),
    ]
    rows = []
    for case in histories.cases(history):
        known = [run.ratios[case] for run in history.runs if case in run.ratios]
        low, last, high = known[-1]
        rows.append(
            [
                case,
                str(len(known)),
                units.times(known[0][1]),
                units.times(last),
                units.interval(low, high),
            ]
        )
    return grid(columns, rows, width)
