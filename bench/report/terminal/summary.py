"""The summary of a run in the terminal: the answer, then a table for each lens."""

import math
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bench.records.certificates import Certificate
from bench.records.locks import LockAnswer, LockNeeds
from bench.records.models import FORMS
from bench.records.runs import Results
from bench.records.samples import Comparison, Unmeasured
from bench.records.shapes import ShapeComparison
from bench.report.terminal.grid import Column, grid
from bench.report.words import locks, standings, units, unmeasured, workloads
from bench.report.words.answer import answer
from bench.report.words.certainty import is_only_noise
from bench.report.words.contests import Contest, contests
from bench.report.words.standings import Standing
from bench.report.words.tables import noise_floor, verdict

STYLES = {
    "faster": "green",
    "slower": "cyan",
    "equivalent": "dim",
    "undecided": "yellow",
    "wrong": "bold red",
    "failed": "bold red",
}
NEEDS = {  # the style of an answer for a lock
    "needed": "green",
    "changes the end": "green",
    "not needed": "cyan",
    "undecided": "yellow",
}
WIDE = 110  # columns; the intervals are drawn only on a terminal that has this width
AXIS_COLUMNS = 25  # an odd number, so that the ratio 1 has its own column
AXIS_END = 4.0  # the ratio at the right end, its inverse at the left


def show(results: Results, console: Console) -> None:
    """Print the results of a run: the answer in words, then lens by lens."""
    said = answer(results)
    width = console.width
    console.print(Text(said.headline, style="bold"))
    for sentence in said.sentences:
        console.print(Text(sentence))
    for title, body in (
        ("Correctness", _correctness(results.certificates, width)),
        ("Is each lock needed?", _locks(results.locks, width)),
        *(
            (f"Throughput of {contest.title}", _throughput(contest, width))
            for contest in contests(results.comparisons)
        ),
        ("Noise: each side against itself", _noise(results, width)),
        ("Not measured: there was no time", _unmeasured(results.unmeasured)),
        ("Not measured: not possible", _lines(results.run.left_out)),
        ("Code shape", _shape(results.shapes, width)),
    ):
        if body is not None:
            console.print()
            console.print(Text(title, style="bold"))
            # `grid` has already laid out this text in columns
            is_set = body.overflow == "ignore"
            console.print(body, soft_wrap=is_set)


def _correctness(certificates: Sequence[Certificate], width: int) -> Text | None:
    """A row for each pair: its claims with the schedules explored, and what broke."""
    if not certificates:
        return None
    explored = {one.model for one in certificates}
    models = [model for model in FORMS if model in explored]
    columns = [Column(f"schedules of {model}") for model in models]
    rows: list[list[str | Text]] = []
    for pair in dict.fromkeys(one.pair for one in certificates):
        of_pair = [one for one in certificates if one.pair == pair]
        claims = [_claim(standings.of_model(of_pair, model)) for model in models]
        rows.append([pair, *claims, _broken(of_pair)])
    head = [Column("pair", is_name=True), *columns, Column("counter-examples")]
    return grid(head, rows, width)


def _claim(found: Standing | None) -> Text:
    if found is None:
        return Text("-", style="dim")
    styles = {"holds": "green", "broken": "bold red", "cut": "yellow"}
    return Text(found.brief, style=styles[found.outcome])


def _broken(certificates: Sequence[Certificate]) -> Text:
    named, of = standings.broken_as_named(certificates)
    if not of:
        return Text("-", style="dim")
    return Text(f"{named} of {of} as named", style="" if named == of else "red")


def _locks(found: Sequence[LockNeeds], width: int) -> Text | None:
    """A row for each lock: whether schedules without it fail."""
    if not found:
        return None
    models = locks.models(found)
    head = [Column("pair", is_name=True), Column("lock", is_name=True)]
    rows: list[list[str | Text]] = [
        [row.pair, row.name, *(_need(row.cells.get(model)) for model in models)]
        for row in locks.rows(found)
    ]
    return grid([*head, *(Column(f"in {model}") for model in models)], rows, width)


def _need(one: LockNeeds | LockAnswer | None) -> Text:
    answer = one.answer if isinstance(one, LockAnswer) else ""
    return Text(locks.brief(one), style=NEEDS.get(answer, "dim"))


def _throughput(contest: Contest, width: int) -> Text:
    """A row for each comparison; a wide terminal also has a drawing of the interval."""
    drawn = width >= WIDE
    columns = [
        Column("pair", is_name=True),
        Column("workload", is_name=True),
        Column("ratio", right=True),
        Column("interval", right=True),
        *([Column(_axis(contest.models))] if drawn else []),
        Column("verdict"),
    ]
    rows: list[list[str | Text]] = []
    for one in contest.comparisons:
        known = one.ratio is not None and one.low is not None and one.high is not None
        rows.append(
            [
                one.pair,
                workloads.in_words(one.workload),
                units.times(one.ratio) if one.ratio else "",
                units.interval(one.low or 0, one.high or 0) if known else "",
                *([_whisker(one) if known else ""] if drawn else []),
                Text(said := verdict(one), style=STYLES.get(said, STYLES[one.verdict])),
            ]
        )
    return grid(columns, rows, width)


def _noise(results: Results, width: int) -> Text | None:
    """A row for each side that was measured against itself, if nothing else was."""
    found = noise_floor(results.noise) if is_only_noise(results) else None
    if found is None:
        return None
    columns = [
        Column(name, right=number >= found.first_figure_column, is_name=not number)
        for number, name in enumerate(found.head)
    ]
    return grid(columns, [[*row] for row in found.rows], width)


def _unmeasured(missing: Sequence[Unmeasured]) -> Text | None:
    """A line for each comparison that has no sample."""
    if not missing:
        return None
    return Text("\n".join(unmeasured.in_words(one) for one in missing))


def _lines(said: Sequence[str]) -> Text | None:
    return Text("\n".join(said)) if said else None


def _axis(models: tuple[str, str]) -> str:
    left, right = models
    half = AXIS_COLUMNS // 2
    return f"{left:<{half - 1}}1{right:>{half + 1}}"


def _column(ratio: float) -> int:
    """Place a ratio on the logarithmic axis."""
    end, middle = math.log(AXIS_END), AXIS_COLUMNS // 2
    share = max(-1.0, min(1.0, math.log(ratio) / end))
    return middle + round(share * middle)


def _whisker(one: Comparison) -> str:
    low, ratio, high = (_column(x or 1.0) for x in (one.low, one.ratio, one.high))
    cells = [" "] * AXIS_COLUMNS
    cells[_column(1.0)] = "│"
    cells[low : high + 1] = "─" * (high + 1 - low)
    cells[ratio] = "●"
    return "".join(cells)


def _shape(shapes: Sequence[ShapeComparison], width: int) -> Text | None:
    """A row for each pair: what porting changes."""
    if not shapes:
        return None
    titles = ("lines of code", "rows that differ", "suspension points", "async def")
    rows = []
    for one in shapes:
        total = sum(one.changed_lines.values())
        differ = total - one.changed_lines.get("same", 0)
        rows.append(
            [
                one.pair,
                f"{one.threads.lines} and {one.asyncio.lines}",
                f"{differ} of {total}",
                str(one.asyncio.suspension_points),
                f"{one.asyncio.coroutines} of {one.asyncio.functions}",
            ]
        )
    head = [Column("pair", is_name=True), *(Column(t, right=True) for t in titles)]
    return grid(head, rows, width)
