"""The tables of an answer of `decide`: the evidence, the flips, the lines beneath."""

from bench.records.decisions import Bounds, Decision, Option
from bench.report.words import units
from bench.report.words.decision import INPUTS, WISHES

DISTURBED_CORES = 0.3


def columns(one: Decision) -> tuple[str, ...]:
    """What heads the columns of the evidence; what nothing has is left out."""
    names = ["candidate", "jobs/s", "p50", "p99", "memory", "cores", "start"]
    if any(option.cancel_seconds is not None for option in one.evidence):
        names.append("cancel")
    return (*names, "meets it")


def rows(one: Decision) -> list[tuple[str, ...]]:
    """One row a candidate, those of the question first."""
    cancels = "cancel" in columns(one)
    return [row(option, cancels=cancels) for option in one.evidence]


def row(option: Option, *, cancels: bool) -> tuple[str, ...]:
    if option.failure is not None:
        blank = ("-",) * (6 + cancels)
        return (option.name, *blank, f"no: {option.failure}")
    cells = [
        option.name,
        _rate(option.jobs_per_second),
        _latency(option.p50_seconds, option.window_seconds),
        _latency(option.p99_seconds, option.window_seconds)
        if option.p99_seconds is not None
        else f"{option.samples} jobs: too few",
        units.bytes_(option.memory_bytes) if option.memory_bytes else "-",
        f"{option.cores_used:.2f}" if option.cores_used is not None else "-",
        units.seconds(option.start_seconds)
        if option.start_seconds is not None
        else "-",
    ]
    if cancels:
        ended = option.cancel_seconds
        cells.append(units.seconds(ended) if ended is not None else "-")
    return (*cells, met(option))


def met(option: Option) -> str:
    """Whether it meets what was asked, and what not."""
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


def flip_rows(one: Decision) -> list[tuple[str, ...]]:
    """One row an input: now, from where on, the verdict then, how that is known."""
    found: list[tuple[str, ...]] = []
    for flip in one.flips:
        name, show = INPUTS[flip.input]
        now = show(flip.now) if flip.now is not None else "not asked for"
        known = {True: "model and run", False: "model; a run says no", None: "model"}
        side = "above" if flip.now is None or flip.at > flip.now else "below"
        found.append(
            (
                f"{now} {name}",
                f"{side} {show(flip.at)}" if flip.at else show(flip.at),
                flip.verdict,
                known[flip.verified],
            )
        )
    return found


def footnotes(one: Decision) -> list[str]:
    """How the figures were made, and how far they can be trusted."""
    said = []
    if one.predicted_ratio is not None:
        said.append(
            f"Predicted before it was run: {one.predicted_verdict}, ratio "
            f"{units.times(one.predicted_ratio)}."
        )
    if one.controls:
        shown = ", ".join(
            f"only {name} {units.times(value)}" for name, value in one.controls.items()
        )
        said.append(f"Controls, asyncio over threads where both are equal: {shown}.")
    age = one.calibration_age_seconds
    days = "just now" if age < 3600 else f"{age / 86400:.1f} days ago"
    said.append(
        f"Python {one.python}, {units.many(one.cores, 'core')}, calibrated {days}; "
        f"p50 and p99 are of jobs that are due together, unless a rate is asked for."
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
    return (
        f"{units.seconds(bounds.value)} ({units.seconds(bounds.low)}"
        f"-{units.seconds(bounds.high)})"
    )
