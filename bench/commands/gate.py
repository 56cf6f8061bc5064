"""A gate for CI: reports slower sides as lines, as JUnit XML and as a status."""

from collections.abc import Sequence
from pathlib import Path

import rich_click as click

from bench.errors import CannotRunError
from bench.exports.junit_xml import Checked, as_junit
from bench.report.page import files
from bench.report.words import cases, units
from bench.report.words import changes as words
from bench.report.words.units import many
from bench.runs import saved
from bench.throughput.changes import Change, of_comparisons

UNJUDGED = ("same code", "unknown", "not judged")  # verdicts without a result
# 1 % as a share.  A limit between 0 and 1 % is refused unless it is written with a %,
# because 0.05 without % may mean 0.05 % or 5 %.
LEAST = 0.01


class Percentage(click.ParamType[float]):
    """Read a percentage: 5% or 5 becomes 0.05."""

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
        if 0 < number < LEAST and "%" not in value:
            self.fail(f"{value} may mean {value}% or {number * 1e4:g}%; add the %")
        if not 0 <= number < 1:
            self.fail(f"{value} is not a percentage from 0% to 99%", param, ctx)
        return number


def judged(found: Sequence[Change]) -> list[tuple[str, str, float | None]]:
    """Return the name, the verdict and the ratio of each side.

    `bench.report.words.changes.in_a_line` makes a sentence of them.
    """
    names = cases.names([side_of(one) for one in found])
    return [
        (name, one.verdict, one.ratio if one.after else None)
        for name, one in zip(names, found, strict=True)
    ]


def side_of(one: Change) -> cases.Side:
    """Return the case, the model and the runtime: `cases.names` makes names of them."""
    return one.case, one.column, one.runtime


def failing(
    found: Sequence[Change], limit: float | None, *, is_apart: bool = False
) -> list[Change]:
    """Print the result of the gate; return the sides that fail it.

    Without a limit, nothing is printed and no side fails.  The result is printed where
    the table is, on standard output.  `is_apart`: standard output is for a program, so
    the result is printed on standard error.

    Raises CannotRunError if no side fails but some sides have too few blocks for a
    verdict.
    """
    if limit is None:
        return []
    worse = [one for one in found if one.is_worse(limit)]
    titles = cases.titles(map(side_of, found))
    for one in worse:
        click.echo(
            f"worse: {one.column} {_amount(one)}: {titles[one.case]}", err=is_apart
        )
    unknown = [one.case for one in found if one.verdict == "unknown"]
    if unknown and not worse:
        raise CannotRunError(
            f"{len(unknown)} of {many(len(found), 'side')} "
            f"{'has' if len(unknown) == 1 else 'have'} too few blocks for a verdict, "
            f"the first is {titles[unknown[0]]}; give more --budget or fewer pairs"
        )
    if open_ := [one for one in found if one.may_be_worse(limit)]:
        click.echo(f"not decided: {_undecided(open_, found, limit)}", err=is_apart)
    failed = f"{len(worse)} of {units.many(len(found), 'side')}"
    click.echo(
        f"gate at {units.percent(limit)}: {failed if worse else 'no side'} worse",
        err=is_apart,
    )
    return worse


def _undecided(open_: Sequence[Change], found: Sequence[Change], limit: float) -> str:
    """Say for how many sides the run was too short, and how slow the slowest may be."""
    lows = {one: one.interval.low for one in open_ if one.interval}
    slowest = min(lows, key=lambda one: lows[one])
    name = dict(zip(found, judged(found), strict=True))[slowest][0]
    return (
        f"{len(open_)} of {many(len(found), 'side')} may be slower by "
        f"{units.percent(limit)} or more ({name}: by up to "
        f"{units.percent(1 - lows[slowest])}); give more --budget"
    )


def gated(folder: Path, limit: float | None) -> list[Change]:
    """Return the sides that are worse than in the other version (`Change.is_worse`)."""
    if limit is None:
        return []
    results = saved.results(folder)
    if results.unmeasured:
        raise CannotRunError(
            f"there was no time to measure {many(len(results.unmeasured), 'side')}; "
            "give more --budget or fewer pairs"
        )
    return failing(of_comparisons(results.comparisons), limit)


def check_junit(path: Path) -> None:
    """Raise CannotRunError if the file cannot be written; a pipe is not checked."""
    if path.is_file() or not path.exists():
        files.check(path)


def write_junit(
    found: Sequence[Change], limit: float | None, path: Path, title: str
) -> None:
    """Write the verdicts as JUnit XML; a side fails if it is slower by the limit."""
    titles = cases.titles(map(side_of, found))
    checked = [
        Checked(
            group=titles[one.case],
            name=f"{one.column} ({one.runtime})",
            said=f"{one.verdict}: {_figures(one)}",
            failure=_failure(one)
            if limit is not None and one.is_worse(limit)
            else None,
            skipped=one.verdict if one.verdict in UNJUDGED else None,
        )
        for one in found
    ]
    files.refuse_ledger(path)
    try:
        path.write_text(as_junit(title, checked), encoding="utf-8")
    except OSError as error:
        raise CannotRunError(
            f"cannot write {path}: {error.strerror}; name another file"
        ) from None


def pair_of(one: Change) -> str:
    """Return the name of the pair of a change."""
    return cases.pair(one.case)


def _failure(one: Change) -> str:
    """Return the message of a side that fails the gate."""
    if one.failed:
        return "failed: a sample was wrong, hung, crashed or killed"
    return f"{'slower' if one.after else 'gone'}: {_amount(one)}"


def _amount(one: Change) -> str:
    if one.failed and one.after is None:
        return "because it fails"
    if one.after is None or one.ratio is None:
        return "from a figure to none"
    return f"by {(1 - one.ratio) * 100:.1f} %"


def _figures(one: Change) -> str:
    if one.ratio is None:
        return "no figure"
    between = (
        f" ({words.interval(one.interval.low, one.interval.high)})"
        if one.interval
        else ""
    )
    return f"{words.signed(one.ratio)}{between}"
