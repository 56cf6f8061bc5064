"""The ratio of a case over the runs of a history, with intervals, noise and steps."""

import math
from collections.abc import Sequence

from bench.records.histories import Entry, Step
from bench.report.charts.specs import Spec
from bench.report.words import histories as words
from bench.report.words import units

SIZE = (460, 130)  # pixels
ROOM = 0.06  # of the height, above the highest whisker and below the lowest
LEAST_HEIGHT = math.log(1.1)  # a smaller range of ratios would magnify the noise
MOST_TICKS = 5
# if the upper end of the axis is more than this times the lower end: ticks 1, 2, 5, 10
WIDE = 10.0


def course(case: str, runs: Sequence[Entry], steps: Sequence[Step]) -> Spec:
    """A point with two whiskers for each run that has the case; a rule at each step.

    The thick whisker is the interval of the run.  The thin whisker is this interval,
    widened by the noise of the run; steps are found with the widened intervals.
    """
    values = [
        {
            "run": number + 1,
            "lowest": run.ratios[case][0] * math.exp(-run.noise),
            "low": run.ratios[case][0],
            "ratio": run.ratios[case][1],
            "high": run.ratios[case][2],
            "highest": run.ratios[case][2] * math.exp(run.noise),
            "said": f"{words.label(run)}: "
            f"{units.times(run.ratios[case][1])} "
            f"({units.interval(run.ratios[case][0], run.ratios[case][2])}), "
            f"noise {words.noise(run)}",
        }
        for number, run in enumerate(runs)
        if case in run.ratios
    ]
    x = {"field": "run", "type": "quantitative", "title": "run",
         "scale": {"domain": [0.5, len(runs) + 0.5], "nice": False},
         "axis": {"tickMinStep": 1, "format": "d", "grid": False}}  # fmt: skip
    known = [run for run in runs if case in run.ratios]
    low, high = domain(
        min(run.ratios[case][0] * math.exp(-run.noise) for run in known),
        max(run.ratios[case][2] * math.exp(run.noise) for run in known),
    )
    marks = ticks(low, high)
    y = {
        "type": "quantitative",
        "title": None,
        "scale": {"type": "log", "domain": [low, high], "nice": False},
        "axis": {
            "values": marks,
            "labelExpr": f"format(datum.value, '.{places(marks)}f') + '×'",
        },
    }
    equal = [{"equal": 1}] if low < 1 < high else []
    return {
        "width": SIZE[0],
        "height": SIZE[1],
        "layer": [
            {
                "data": {"values": equal},
                "mark": {"type": "rule", "color": "var(--soft)", "aria": False},
                "encoding": {"y": {**y, "field": "equal"}},
            },
            {
                "data": {"values": [{"at": step.at + 0.5} for step in steps]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "var(--ink)"},
                "encoding": {"x": {**x, "field": "at"}},
            },
            _whisker(values, x, y, ("lowest", "highest"), 1),
            _whisker(values, x, y, ("low", "high"), 3),
            {
                "data": {"values": values},
                "mark": {
                    "type": "point",
                    "filled": True,
                    "opacity": 1,
                    "size": 55,
                    "color": "var(--asyncio)",
                },
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "ratio"},
                    "description": {"field": "said"},
                },
            },
        ],
    }


def domain(lowest: float, highest: float) -> tuple[float, float]:
    """The ends of the axis: all whiskers and some room, and at least LEAST_HEIGHT."""
    low, high = math.log(lowest), math.log(highest)
    lacking = max(0.0, LEAST_HEIGHT - (high - low)) / 2
    room = lacking + ROOM * (high - low)
    return math.exp(low - room), math.exp(high + room)


def ticks(low: float, high: float) -> list[float]:
    """At most MOST_TICKS round ratios, evenly spaced if the range is not wide."""
    if high / low > WIDE:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        for digits in ((1, 2, 5), (1,)):
            found = [
                digit * 10.0**power
                for power in powers
                for digit in digits
                if low <= digit * 10.0**power <= high
            ]
            if len(found) <= MOST_TICKS:
                break
        return found[:: math.ceil(len(found) / MOST_TICKS) or 1]
    power = 10.0 ** math.floor(math.log10(high - low))
    for step in (power / 10 * digit for digit in (1, 2, 5, 10, 20, 50, 100)):
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first < MOST_TICKS:
            break
    return [round(number * step, 9) for number in range(first, last + 1)]


def places(values: Sequence[float]) -> int:
    """The number of decimals that all these values need."""
    return max(
        (len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in values),
        default=0,
    )


def _whisker(
    values: Sequence[Spec], x: Spec, y: Spec, ends: tuple[str, str], width: float
) -> Spec:
    low, high = ends
    colour = "var(--soft)"
    return {
        "data": {"values": values},
        "mark": {"type": "rule", "strokeWidth": width, "color": colour, "aria": False},
        "encoding": {"x": x, "y": {**y, "field": low}, "y2": {"field": high}},
    }
