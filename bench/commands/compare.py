"""python -m bench compare: one run against an earlier one, for readers and for CI."""

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.commands.gate import (
    Percentage,
    check_junit,
    failing,
    judged,
    pair_of,
    side_of,
    write_junit,
)
from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.ledger.merging import differences
from bench.records.runs import Results
from bench.report.terminal.grid import Column, grid
from bench.report.words import cases
from bench.report.words import changes as words
from bench.runs import saved
from bench.throughput.changes import (
    LEAST_CONTROLS,
    Change,
    allowing,
    changes,
    not_judged,
    of_comparisons,
    runs_apart,
)

FAILED = 1  # the exit status if a side is slower
# A difference that begins with this text is in the harness.  The harness must be equal
# in both runs; the sources of the pairs may differ.
HARNESS = "source: bench."


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("compare results/MONDAY results/TUESDAY", "what changed, by how much"),
        ("compare base head --fail-over 5%", "the same, as a gate in CI"),
        ("compare results/TIME --junit out.xml", "of a run made with --against"),
    ),
)
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", required=False, type=click.Path(path_type=Path))
@click.option(
    "--fail-over",
    type=Percentage(),
    metavar="PERCENT",
    help="Exit with status 1 if a side is surely slower, and may be slower by PERCENT"
    " or more, such as 5%.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, a line per side.")
@click.option(
    "--junit",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.xml",
    help="Write the verdicts for a CI system, as JUnit does.",
)
def command(
    before: Path,
    after: Path | None,
    fail_over: float | None,
    as_json: bool,
    junit: Path | None,
) -> int:
    """Compare the run AFTER with the run BEFORE, each model for itself.

    Both are folders of runs, or their ledgers.  Sides whose code is equal in both runs,
    with all its imports from your folders, show the noise between the runs.  The other
    sides are judged against that noise.  The machine changes from one run to the next.
    `run --against REVISION` measures both versions in the same blocks, so it finds
    smaller changes.  `compare RUN` shows such a run again.

    Exit status with --fail-over P: 1 if a side is surely slower (its whole interval is
    below 1) and may be slower by P (the interval reaches 1 - P), or if a side has lost
    its figure.  2 if the runs cannot be compared.  Otherwise 0.
    """

    def warn(text: str) -> None:
        click.echo(f"warning: {text}", err=True)

    if junit is not None:
        check_junit(junit)
    if after is None:
        found = against(saved.results(before, warn), before)
        note = ""
    else:
        runs = saved.results(before, warn), saved.results(after, warn)
        found, note = between(runs, (before, after), fail_over is not None)
    if as_json:
        lines = (encoded(one, fail_over) for one in found)
        click.echo("".join(f"{line}\n" for line in lines), nl=False)
    else:
        show(found, note, fail_over, Console())
    if junit is not None:
        write_junit(found, fail_over, junit, str(after or before))
    return FAILED if failing(found, fail_over, is_apart=as_json) else 0


def against(results: Results, folder: Path) -> list[Change]:
    """Return the changes of a run that was made against another version."""
    if results.run.settings is None or not results.run.settings.against:
        raise CannotRunError(
            f"{folder} was not made with run --against; name two runs to compare"
        )
    return of_comparisons(results.comparisons)


def between(
    runs: tuple[Results, Results], folders: tuple[Path, Path], is_gate: bool
) -> tuple[list[Change], str]:
    """Return the changes between two runs, and a sentence on the noise between them.

    Raises CannotRunError if the runs cannot be compared.  Without --fail-over, runs
    of different machines are compared with a warning.
    """
    old, new = runs
    apart = [
        text
        for text in differences(old.run, new.run)
        if text.startswith(HARNESS) or not text.startswith("source: ")
    ]
    if apart and is_gate:
        raise CannotRunError(
            f"{folders[0]} and {folders[1]} cannot be compared ({'; '.join(apart)}); "
            "make both on one machine, or use run --against"
        )
    for text in apart:
        click.echo(f"warning: the runs differ in {text}", err=True)
    for folder, run, other in zip(folders, runs, runs[::-1], strict=True):
        others = {one.case for one in other.samples}
        only = list(dict.fromkeys(
            one.case for one in run.samples if one.case not in others
        ))  # fmt: skip
        if only:
            more = f" and {len(only) - 1} more" if len(only) > 1 else ""
            click.echo(
                f"warning: only {folder} measured {only[0]}{more}: not compared",
                err=True,
            )
    found = changes(old.samples, new.samples)
    if not found:
        raise CannotRunError(nothing_to_compare(runs, folders))
    if untold := [folder for run, folder in zip(runs, folders, strict=True)
                  if run.run.own and not run.run.follows_imports]:  # fmt: skip
        found = judged_without_code(found, runs, untold, is_gate)
    noise = runs_apart(found)
    if noise is not None:
        end = math.expm1(noise.spread) * 100
        said = (
            f"Noise between the runs: ±{end:.1f} %, from {noise.controls} sides of "
            "equal code."
        )
        if not all(one.is_same_code for one in found):
            said += (
                " The changes of the other sides are corrected for it, and their "
                "intervals include it."
            )
        return allowing(found, noise), said
    said = (
        "The noise between the runs is unknown: fewer than "
        f"{LEAST_CONTROLS} sides have equal code."
    )
    if all(one.is_same_code for one in found):
        return found, said
    if is_gate:
        raise CannotRunError(
            "too few sides are equal in both runs to measure the noise between "
            "them; measure more pairs in both, or use run --against"
        )
    return not_judged(found), (
        f"{said} So the changes are not judged. Use run --against, which measures both "
        "versions in the same blocks."
    )


def nothing_to_compare(
    runs: tuple[Results, Results], folders: tuple[Path, Path]
) -> str:
    """Return why two runs have no side to compare, and what to do."""
    for run, folder in zip(runs, folders, strict=True):
        if not run.samples:
            resumes = run.end is None and run.run.settings is not None
            step = f"continue it with run --resume {folder}" if resumes else (
                "make it again with --lens throughput"
            )  # fmt: skip
            return f"{folder} has no samples, so it has no speed; {step}"
    both = " and ".join(dict.fromkeys(map(str, folders)))
    if {one.case for one in runs[0].samples} & {one.case for one in runs[1].samples}:
        return (
            f"{both}: what they have in common is code against itself, which shows "
            "only noise; compare runs that were made without --aa"
        )
    return (
        f"{both} measured nothing in common; compare runs of the same pairs at the "
        "same workload"
    )


def judged_without_code(
    found: list[Change],
    runs: tuple[Results, Results],
    untold: list[Path],
    is_gate: bool,
) -> list[Change]:
    """Return the changes, after a check of the code of the user's pairs.

    `untold` are the folders of runs that an earlier version of this program made.
    These runs did not record what the user's code imports.  So it is unknown whether
    this code is equal in both runs, and the sides of the user's pairs do not count as
    "same code".  With --fail-over (`is_gate`), CannotRunError is raised instead.
    """
    own = {mine.name for run in runs for mine in run.run.own}
    unknown = sorted(own & {pair_of(one) for one in found if one.is_same_code})
    if not unknown:
        return found
    said = (
        f"it is not known whether the code of {', '.join(unknown)} is equal: "
        f"{' and '.join(map(str, untold))} did not record what it imports"
    )
    if is_gate:
        raise CannotRunError(f"{said}; make both runs again, or use run --against")
    click.echo(f"warning: {said}", err=True)
    return [
        replace(one, is_same_code=one.is_same_code and pair_of(one) not in own)
        for one in found
    ]


def encoded(one: Change, fail_over: float | None) -> str:
    """Return one side as JSON; `is_worse` is null without --fail-over."""
    return msgspec.json.encode(
        {
            "case": one.case,
            "model": one.column,
            "runtime": one.runtime,
            "verdict": one.verdict,
            "is_worse": None if fail_over is None else one.is_worse(fail_over),
            "before_per_second": one.before,
            "after_per_second": one.after,
            "ratio": one.ratio,
            "low": one.interval.low if one.interval else None,
            "high": one.interval.high if one.interval else None,
            "confidence": one.interval.confidence if one.interval else None,
        }
    ).decode()


def show(
    found: list[Change], note: str, fail_over: float | None, console: Console
) -> None:
    """Print what changed: a sentence, the table, and how to read its figures."""
    console.print(Text(words.in_a_line(judged(found))))
    if note:
        console.print(Text(note))
    console.print(table(found, fail_over, console.width), soft_wrap=True)
    known = [one.interval.confidence for one in found if one.interval]
    console.print(Text(words.reading(min(known, default=None))))


def table(found: list[Change], fail_over: float | None, width: int) -> Text:
    """Make a row for each side of each case, the most important figures first."""
    columns = [
        Column("case", is_name=True),
        Column("model"),
        Column("change", right=True),
        Column("interval", right=True),
        Column("verdict"),
        Column("before /s", right=True),
        Column("after /s", right=True),
    ]
    sides = [side_of(one) for one in found]
    titles, models = cases.titles(sides), cases.models(sides)
    rows: list[list[str | Text]] = []
    for one in found:
        style = "bold red" if fail_over is not None and one.is_worse(fail_over) else ""
        cells = [
            models[side_of(one)],
            words.signed(one.ratio) if one.ratio else "",
            words.interval(one.interval.low, one.interval.high)
            if one.interval
            else "too few blocks"
            if one.before and one.after
            else "none",
            one.verdict,
            f"{one.before:,.0f}" if one.before else "none",
            f"{one.after:,.0f}" if one.after else "none",
        ]
        rows.append([titles[one.case], *(Text(cell, style=style) for cell in cells)])
    return grid(columns, rows, width)
