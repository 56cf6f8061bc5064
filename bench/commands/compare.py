"""python -m bench compare: one run against an earlier one, for readers and for CI."""

import sys
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.ledger.merging import differences
from bench.runs import saved
from bench.throughput.changes import Change, changes


class Percentage(click.ParamType[float]):
    """A percentage, as 5% or 5, which becomes 0.05."""

    name = "percentage"

    def convert(
        self,
        value: str | float,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        if isinstance(value, float):
            return value
        try:
            number = float(value.removesuffix("%")) / 100
        except ValueError:
            number = -1.0
        if not 0 <= number < 1:
            self.fail(f"{value} is not a percentage from 0% to 99%", param, ctx)
        return number


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("compare results/MONDAY results/TUESDAY", "what changed, by how much"),
        ("compare base head --fail-over 5%", "the same, as a gate in CI"),
    ),
)
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--fail-over",
    type=Percentage(),
    metavar="PERCENT",
    help="Exit with status 1 when something became slower by more, as 5%.",
)
def command(before: Path, after: Path, fail_over: float | None) -> None:
    """Compare the run AFTER with the run BEFORE, each model for itself.

    Both are folders of runs, or their ledgers.  A change counts when the whole 95 %
    interval is on its side.

    Exit status: 1 when --fail-over is given and a side of a case became slower by
    more than that, with its whole interval slower; 2 when the runs cannot be
    compared; otherwise 0.
    """

    def warn(text: str) -> None:
        click.echo(f"warning: {text}", err=True)

    old, new = saved.results(before, warn), saved.results(after, warn)
    for difference in differences(old.run, new.run):
        warn(f"the runs differ in {difference}")
    found = changes(old.samples, new.samples)
    if not found:
        raise CannotRunError(
            f"{before} and {after} measured nothing in common; "
            "compare runs of the same pairs at the same workload"
        )
    Console().print(table(found, fail_over))
    worse = [one for one in found if fail_over is not None and one.is_worse(fail_over)]
    for one in worse:
        amount = (
            f"by {(1 - one.ratio) * 100:.1f} %"
            if one.ratio
            else "from a figure to none"
        )
        click.echo(f"worse: {one.column} {amount}: {one.case}", err=True)
    if worse:
        sys.exit(1)


def table(found: list[Change], fail_over: float | None) -> Table:
    """A row for each side of each case; a column of runtimes only for several."""
    has_runtimes = len({(one.column, one.runtime) for one in found}) > len(
        {one.column for one in found}
    )
    rows = Table(box=None, padding=(0, 1))
    rows.add_column("case", no_wrap=True)
    for name in ("model", *(["runtime"] if has_runtimes else [])):
        rows.add_column(name)
    for name in ("before /s", "after /s", "change", "95 % interval"):
        rows.add_column(name, justify="right")
    for one in found:
        is_worse = fail_over is not None and one.is_worse(fail_over)
        rows.add_row(
            one.case.split("]")[0] + "]",
            one.column,
            *([one.runtime] if has_runtimes else []),
            f"{one.before:,.0f}" if one.before else "none",
            f"{one.after:,.0f}" if one.after else "none",
            f"{(one.ratio - 1) * 100:+.1f} %" if one.ratio else "",
            f"{(one.interval.low - 1) * 100:+.1f} to"
            f" {(one.interval.high - 1) * 100:+.1f} %"
            if one.interval
            else "too few blocks",
            style="bold red" if is_worse else None,
        )
    return rows
