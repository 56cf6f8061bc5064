"""A history in words: its runs and their noise, its cases, its steps."""

import math
from collections.abc import Sequence

from bench.records.histories import ASSUMED_NOISE, Entry, History, Step
from bench.report.words import cases, units
from bench.report.words.text import seen


def label(run: Entry) -> str:
    """The name of a run: its label, or its time if it has none."""
    return seen(run.label) or units.moment(run.started)


def noise(run: Entry) -> str:
    """The noise of a run, which its code showed against itself: `±1.3 %`."""
    said = f"±{math.expm1(run.noise) * 100:.1f} %"
    return f"{said} (assumed)" if run.noise == ASSUMED_NOISE else said


def noises(runs: Sequence[Entry]) -> str:
    """The lowest and the highest noise of several runs."""
    low, high = (
        noise(found(runs, key=lambda run: run.noise)).removesuffix(" (assumed)")
        for found in (min, max)
    )
    return low if low == high else f"{low} to {high}"


def contests(history: History) -> dict[str, list[str]]:
    """The cases by the sides that they compare, in order of appearance."""
    found: dict[str, list[str]] = {}
    for case in dict.fromkeys(case for run in history.runs for case in run.ratios):
        found.setdefault(cases.contest(case), []).append(case)
    return found


def title(case: str, history: History) -> str:
    """The pair and the workload of a case; its whole name if they are ambiguous."""
    load = cases.load(case)
    alike = {
        other
        for run in history.runs
        for other in run.ratios
        if cases.load(other) == load
    }
    return case if len(alike) > 1 else load


def step(one: Step, history: History) -> str:
    """A step in a sentence."""
    return f"{title(one.case, history)}: {course(one, history)}"


def course(one: Step, history: History) -> str:
    """What changed at a step, without the name of its case."""
    run = history.runs[one.at]
    later = units.many(one.confirmed, "later run")
    sure = f"{later} confirmed it" if one.confirmed else "no later run to confirm it"
    return (
        f"from {units.times(one.before)} to {units.times(one.after)} "
        f"with {label(run)} (noise {noise(run)}; {sure})"
    )


def others(history: History) -> str | None:
    """A remark on the runs that the last run's machine did not make, or None."""
    if not history.runs:
        return None
    count = sum(run.machine != history.runs[-1].machine for run in history.runs)
    if not count:
        return None
    return (
        f"{units.many(count, 'run')} of other machines than the last run's: shown, but "
        "not searched for steps"
    )
