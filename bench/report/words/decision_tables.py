"""The tables of an answer of `decide`: the evidence, the flips, the footnotes."""

from collections.abc import Callable

from bench.records.decisions import Bounds, Decision, Option
from bench.report.words import units
from bench.report.words.decision import WISHES
from bench.report.words.flips import INPUTS, has_end, last_of

# the columns of the first of two tables, if not all columns fit into one
FIRST = ("candidate", "jobs/s", "p50", "p99", "meets it")


def divided(one: Decision) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """The evidence as two tables: first speed and limits, then the resources."""
    names, cells = columns(one), rows(one)

    def part(wanted: list[str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        places = [number for number, name in enumerate(names) if name in wanted]
        return (
            tuple(names[place] for place in places),
            [tuple(row[place] for place in places) for row in cells],
        )

    rest = ["candidate", *(name for name in names if name not in FIRST)]
    parts = [list(FIRST), rest] if len(rest) > 1 else [list(FIRST)]
    return [part(wanted) for wanted in parts]


def columns(one: Decision) -> tuple[str, ...]:
    """The column heads of the evidence; a column without any figure is left out."""
    return tuple(name for name, has, _ in COLUMNS if any(map(has, one.evidence)))


def rows(one: Decision) -> list[tuple[str, ...]]:
    """One row for each candidate; the two of the question first."""
    shown = [cell for _, has, cell in COLUMNS if any(map(has, one.evidence))]
    return [tuple(cell(option) for cell in shown) for option in one.evidence]


def met(option: Option) -> str:
    """Whether the candidate meets all wishes, or else which wishes it does not meet."""
    if option.failure is not None:
        return f"no: {option.failure}"
    if not option.wishes:
        return "-"
    missed = [
        WISHES.get(wish, wish).removeprefix("the ")
        for wish, is_met in option.wishes.items()
        if is_met == option.meets
    ]
    if option.meets == "yes":
        return "yes"
    return f"{option.meets}: {', '.join(missed)}"


def _p99(option: Option) -> str:
    if option.p99_seconds is None and option.p50_seconds is not None:
        return f"{option.samples} jobs: too few"
    return _latency(option.p99_seconds, option.window_seconds)


def _seconds(value: float | None) -> str:
    return units.seconds(value) if value is not None else "-"


def _always(option: Option) -> bool:
    return True


# For each column: its head, the options that have it, and its cell.
COLUMNS: tuple[tuple[str, Callable[[Option], bool], Callable[[Option], str]], ...] = (
    ("candidate", _always, lambda one: one.name),
    ("jobs/s", _always, lambda one: _rate(one.jobs_per_second)),
    (
        "p50",
        lambda one: one.p50_seconds is not None,
        lambda one: _latency(one.p50_seconds, one.window_seconds),
    ),
    ("p99", lambda one: one.p50_seconds is not None, _p99),
    (
        "memory",
        lambda one: one.memory_bytes is not None,
        lambda one: units.decimal_bytes(one.memory_bytes) if one.memory_bytes else "-",
    ),
    (
        "cores",
        lambda one: one.cores_used is not None,
        lambda one: f"{one.cores_used:.2f}" if one.cores_used is not None else "-",
    ),
    (
        "start",
        lambda one: one.start_seconds is not None,
        lambda one: _seconds(one.start_seconds),
    ),
    (
        "cancel",
        lambda one: one.cancel_seconds is not None,
        lambda one: _seconds(one.cancel_seconds),
    ),
    ("meets it", lambda one: bool(one.wishes or one.failure), lambda one: met(one)),
)


def flip_rows(one: Decision) -> list[tuple[str, ...]]:
    """One row for each input: now, the threshold, the verdict there, the evidence."""
    found: list[tuple[str, ...]] = []
    for flip in one.flips:
        name, show = INPUTS[flip.input]
        now = show(flip.now) if flip.now is not None else "not asked for"
        known = {
            True: "prediction and run",
            False: "prediction; a run says no",
            None: "prediction",
        }
        is_above = flip.now is None or flip.at > flip.now
        side = "above" if is_above else "below"
        # A number of jobs is whole: `at` itself has the new verdict.
        if flip.input == "concurrency":
            side = "at least" if is_above else "at most"
        at = f"{side} {show(flip.at)}" if flip.at else show(flip.at)
        verdict = flip.verdict
        if has_end(flip):
            ends = sorted((flip.at, last_of(flip)))
            at = " to ".join(map(show, ends)) if ends[0] < ends[1] else show(flip.at)
            verdict = f"{flip.verdict}, {'above' if is_above else 'below'} {flip.then}"
        found.append(
            (
                f"{now} {name}",
                at,
                verdict,
                known[flip.verified],
            )
        )
    return found


def footnotes(one: Decision) -> list[str]:
    """How the figures were measured, and how far to trust them."""
    said = []
    if one.predicted_ratio is not None:
        said.append(
            f"Predicted before the run: {one.predicted_verdict}, ratio "
            f"{units.times(one.predicted_ratio)}."
        )
    if one.controls:
        shown = ", ".join(
            f"only {name} {units.times(value)}" for name, value in one.controls.items()
        )
        said.append(f"Controls, asyncio over threads where both are equal: {shown}.")
    if not any(option.p50_seconds for option in one.evidence):
        return [*said, f"Python {one.python}, {units.many(one.cores, 'core')}."]
    age = one.calibration_age_seconds
    days = "just now" if age < 3600 else f"{age / 86400:.1f} days ago"
    said.append(
        f"Python {one.python}, {units.many(one.cores, 'core')}, calibrated {days}; "
        f"p50 and p99 are of jobs that are all due together, unless --rate is given."
    )
    return said


def _rate(bounds: Bounds | None) -> str:
    if bounds is None or bounds.value is None:
        return "-"
    return units.digits(bounds.value)


def _latency(bounds: Bounds | None, window_seconds: float) -> str:
    if bounds is None:
        return "-"
    if bounds.value is None:
        return f"> {units.seconds(window_seconds)}"
    if bounds.low is None or bounds.high is None:
        return f"{units.seconds(bounds.value)} or more"
    if not bounds.low or bounds.low == bounds.high:
        return units.seconds(bounds.value)
    value, unit = units.seconds(bounds.value).split(" ")
    size = next(size for size, name in units.SECONDS if name == unit)
    low, high = (units.digits(end / size) for end in (bounds.low, bounds.high))
    return f"{value} ({low}-{high}) {unit}"
