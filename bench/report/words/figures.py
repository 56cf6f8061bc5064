"""Figures other than throughput, grouped by their names and made into tables.

`..._p99_seconds` belongs to a latency distribution, `bytes` to memory, `jain` and
`starved` to fairness.  A figure with an unknown name is in the last group.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.records.samples import Comparison, Measurement, Spread
from bench.report.words import units, workloads
from bench.report.words.text import sentence

PERCENTILE = re.compile(r"(?:^|_)p(50|90|95|99(?:[._]?9+)?)(?=_|$)")
CAPTION = "Medians of the samples of each comparison"
NONE = "-"  # the figure does not exist
MOST_BESIDE = 4  # figures of a table that has a column for each model
NAMES = {  # figures whose words differ from their name
    "fairness_jain": "Jain's index",
    "gil": "GIL",
    "start_seconds": "start, each",
    "stop_seconds": "stop, each",
    "started_workers": "workers started",
    "send_late_max_seconds": "sent late, at most",
    "cancel_seconds": "until ended, in sleep",
    "cancel_seconds_cooperative": "until ended, in Event.wait",
    "left_after_10_ms_cooperative": "left after 10 ms, in Event.wait",
    "seconds": "for",
    "wait_seconds": "waiting",
    "cpu_seconds": "computing",
    "latency_count": "answers",
    "lateness_count": "beats",
}
GROUPS = ("latency", "memory", "fairness", "floor", "rest")


@dataclass(frozen=True)
class Table:
    """A head and rows of text; from `first_figure_column` on, cells are figures.

    The fields with "column" in their names are positions or counts of columns.  A new
    column changes the positions of all columns after it.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    first_figure_column: int = 1
    prose_columns_at_end: int = 0  # how many of the last columns hold prose
    text_columns: tuple[int, ...] = ()  # positions of text columns among the figures


def group_of(name: str) -> str:
    """Which of GROUPS a figure belongs to, by its name."""
    if PERCENTILE.search(name) or "latency" in name or "lateness" in name:
        return "latency"
    if "bytes" in name or "memory" in name:
        return "memory"
    if any(word in name for word in ("jain", "fairness", "starved")):
        return "fairness"
    return "floor" if "floor" in name else "rest"


def words(name: str) -> str:
    """The name of a figure in words, without its unit."""
    if name in NAMES:
        return NAMES[name]
    bare = re.sub(r"_(?:seconds|bytes)(?=_|$)|_per_second$", "", name)
    return (
        PERCENTILE.sub(lambda found: f" p{nines(found[1])}", bare)
        .replace("_", " ")
        .strip()
    )


def nines(digits: str) -> str:
    """Write a percentile in one form: `999`, `99_9` and `99.9` become `99.9`."""
    bare = re.sub(r"[._]", "", digits)
    return f"{bare[:2]}.{bare[2:]}" if len(bare) > 2 else bare


def of_comparisons(comparisons: Sequence[Comparison], group: str) -> Table | None:
    """A table of the medians of a group, with a column for each model if they fit."""
    found = [
        (one, {model: only(m, group) for model, m in one.measures.items()})
        for one in comparisons
    ]
    names = _columns(measures for _, by in found for measures in by.values())
    models = list(dict.fromkeys(model for _, by in found for model in by))
    if not names:
        return None
    if len(names) > MOST_BESIDE:
        return _below(found, names)
    columns = [(name, model) for name in names for model in models]
    several = _several(comparisons)
    return Table(
        caption=CAPTION,
        head=(
            "pair",
            "workload",
            *(["runtime"] if several else []),
            *(f"{words(name)}, {model}" for name, model in columns),
        ),
        rows=tuple(
            (
                one.pair,
                workloads.in_words(one.workload),
                *([units.setting(one)] if several else []),
                *(_cell(name, by.get(model, {})) for name, model in columns),
            )
            for one, by in found
            if any(by.values())
        ),
        first_figure_column=2 + several,
    )


def _several(comparisons: Sequence[Comparison]) -> bool:
    """Whether the comparisons have several runtimes, so that each row names its own."""
    return len({units.setting(one) for one in comparisons}) > 1


def _below(
    found: Sequence[tuple[Comparison, Mapping[str, Mapping[str, float]]]],
    names: Sequence[str],
) -> Table:
    """A table with a row for each model, for figures that do not fit side by side."""
    several = _several([one for one, _ in found])
    return Table(
        caption=CAPTION,
        head=(
            "pair",
            "workload",
            *(["runtime"] if several else []),
            "model",
            *map(words, names),
        ),
        rows=tuple(
            (
                one.pair,
                workloads.in_words(one.workload),
                *([units.setting(one)] if several else []),
                model,
                *_cells(names, measures),
            )
            for one, by in found
            for model, measures in by.items()
        ),
        first_figure_column=3 + several,
    )


def of_measurements(measurements: Sequence[Measurement], group: str) -> list[Table]:
    """A table for each kind of measurement."""
    kinds: dict[str, list[Measurement]] = {}
    for one in measurements:
        if group_of_measurement(one) == group:
            kinds.setdefault(one.name, []).append(one)
    return [_table(of_kind) for of_kind in kinds.values()]


def group_of_measurement(one: Measurement) -> str:
    by_name = group_of(one.name)
    if by_name != "rest":
        return by_name
    found = [group_of(name) for name in one.values]
    return next((group for group in GROUPS if group in found), "rest")


def _table(measurements: Sequence[Measurement]) -> Table:
    """Rows for the measurements, then for their ratios to threads.

    Parameters that all measurements share are in the caption.
    """
    first, *others = measurements
    coordinates = _columns(one.coordinates for one in measurements)
    varied = [
        name
        for name in coordinates
        if any(
            one.coordinates.get(name) != first.coordinates.get(name) for one in others
        )
    ]
    runtimes = [units.runtime(m.runtime) if m.runtime else "" for m in measurements]
    several = len(set(runtimes)) > 1
    names = _columns(one.values for one in measurements)
    failed = any(one.status != "ok" for one in measurements)
    alike = {n: v for n, v in first.coordinates.items() if n not in varied}
    usual = [coordinates_in_words(alike), "" if several else runtimes[0]]
    return Table(
        caption=": ".join(
            filter(None, (sentence(first.title), "; ".join(filter(None, usual))))
        ),
        head=(
            "model",
            *(["runtime"] if several else []),
            *(words(name) for name in (*varied, *names)),
            *(["ended"] if failed else []),
        ),
        rows=tuple(
            (
                one.model or "machine",
                *([runtime] if several else []),
                *(_coordinate(name, one.coordinates) for name in varied),
                *(_figure(name, one) for name in names),
                *([_ended(one)] if failed else []),
            )
            for one, runtime in zip(measurements, runtimes, strict=True)
        )
        + tuple(
            (
                f"{one.model} over threads",
                *([runtime] if several else []),
                *(_coordinate(name, one.coordinates) for name in varied),
                *(_ratio(one.over_threads.get(name)) for name in names),
                *([""] if failed else []),
            )
            for one, runtime in zip(measurements, runtimes, strict=True)
            if one.over_threads
        ),
        first_figure_column=2 if several else 1,
    )


def coordinates_in_words(coordinates: Mapping[str, float]) -> str:
    """Parameters of a measurement in words: `4 workers, chunk 10 ms, for 600 ms`."""
    return ", ".join(
        units.many(int(value), "worker")
        if name == "workers"
        else f"{words(name)} {units.measure(name, value)}"
        for name, value in coordinates.items()
    )


def _coordinate(name: str, coordinates: Mapping[str, float]) -> str:
    value = coordinates.get(name)
    return NONE if value is None else units.measure(name, value)


def _ended(one: Measurement) -> str:
    return one.status if one.reason is None else f"{one.status}: {one.reason}"


def only(measures: Mapping[str, float], group: str) -> dict[str, float]:
    return {name: v for name, v in measures.items() if group_of(name) == group}


def _columns(rows: Iterable[Mapping[str, float]]) -> list[str]:
    """The names in order of appearance; percentiles first, the lowest first."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    levels = {name: found[1] for name in names if (found := PERCENTILE.search(name))}
    percentiles = sorted(levels, key=lambda name: float(nines(levels[name])))
    return [*percentiles, *(name for name in names if name not in levels)]


def _cells(names: Sequence[str], values: Mapping[str, float]) -> list[str]:
    return [_cell(name, values) for name in names]


def _figure(name: str, one: Measurement) -> str:
    """A figure; with its interval, or the range of few rounds, if it varies."""
    said = _cell(name, one.values)
    spread = one.spreads.get(name) or one.ranges.get(name)
    if spread is None:
        return said
    low, high = (
        units.measure(name, end, even=True) for end in (spread.low, spread.high)
    )
    few = "" if name in one.spreads else f" in {units.many(one.rounds, 'round')}"
    return f"{said} ({low} to {high}{few})"


def _ratio(spread: Spread | None) -> str:
    if spread is None or spread.middle is None:
        return NONE
    between = units.interval(spread.low, spread.high)
    return f"{units.times(spread.middle)} ({between})"


def _cell(name: str, values: Mapping[str, float]) -> str:
    value = values.get(name, math.nan)
    return units.measure(name, value, even=True) if math.isfinite(value) else NONE
