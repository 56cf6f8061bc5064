"""Why a measurement has no 99th percentile, and which options bring it."""

from collections.abc import Sequence

from bench.records.runs import Run
from bench.records.samples import Measurement
from bench.report.words import units

FOR_P99 = 300  # the probes give p99 only if there are at least so many values
ROUNDS = 6  # a probe has at most so many rounds
COUNT, P99 = "_count", "_p99_seconds"
FULL_SECONDS = 600  # a budget for the probes of --sweep full


def without_p99(measurements: Sequence[Measurement], run: Run) -> list[str]:
    """A sentence for each measurement with too few values, and one on the options."""
    found: dict[str, list[str]] = {}
    runtimes: dict[str | None, set[str]] = {}
    for one in measurements:
        runtimes.setdefault(one.model, set()).add(_runtime(one))
    for one in measurements:
        several = len(runtimes[one.model]) > 1
        for name in lacking(one):
            where = f" ({_runtime(one)})" if several and one.runtime else ""
            said = f"{one.model or 'machine'}{where} {one.values[name]:,.0f}"
            found.setdefault(one.title, []).append(said)
    if not found:
        return []
    values = f"The 99th percentile needs at least {FOR_P99} values"
    return [
        *(
            f"{values}; {title} has fewer: {units.listed(list(dict.fromkeys(said)))}."
            for title, said in found.items()
        ),
        _options(measurements, run),
    ]


def _runtime(one: Measurement) -> str:
    return units.runtime(one.runtime) if one.runtime else ""


def lacking(one: Measurement) -> list[str]:
    """The names of the counts of values that are too low for the percentile."""
    return [
        name
        for name, count in one.values.items()
        if name.endswith(COUNT)
        and name.replace(COUNT, P99) not in one.values
        and 0 < count < FOR_P99
        and one.status == "ok"
    ]


def _options(measurements: Sequence[Measurement], run: Run) -> str:
    """Which options give more values: more time, or longer probes."""
    if any(one.rounds < ROUNDS for one in measurements if lacking(one)):
        return f"A larger `--budget` gives more values, in up to {ROUNDS} rounds."
    if run.settings is not None and run.settings.sweep == "full":
        return "The longest probes of `--sweep full` did not give enough values."
    return (
        "Longer probes give more values:"
        f" `python -m bench run jobs --sweep full --budget {FULL_SECONDS}`."
    )
