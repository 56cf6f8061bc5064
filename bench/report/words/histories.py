"""A history in words: its runs, its steps."""

from bench.records.histories import Entry, History, Step
from bench.report.words import units

LONGEST_LABEL = 24


def label(run: Entry) -> str:
    """The name of a run: its label, or its time if it has none."""
    return run.label[:LONGEST_LABEL] or units.moment(run.started)


def step(one: Step, history: History) -> str:
    """A step in a sentence."""
    later = units.many(one.confirmed, "later run")
    sure = f"{later} confirmed it" if one.confirmed else "no later run to confirm it"
    return (
        f"{one.case}: from {units.times(one.before)} to {units.times(one.after)} "
        f"with {label(history.runs[one.at])} ({sure})"
    )


def others(history: History) -> str | None:
    """A remark on the runs that another machine made than the last run's, or None."""
    if not history.runs:
        return None
    count = sum(run.machine != history.runs[-1].machine for run in history.runs)
    if not count:
        return None
    return (
        f"{units.many(count, 'run')} of other machines than the last run's: shown, but "
        "not searched for steps"
    )
