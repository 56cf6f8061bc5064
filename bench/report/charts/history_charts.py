"""The ratio of a case over the runs of a history, with intervals and steps."""

from collections.abc import Sequence

from bench.records.histories import Entry, Step
from bench.report.charts.specs import Spec
from bench.report.words import units

SIZE = (460, 130)  # pixels


def course(case: str, runs: Sequence[Entry], steps: Sequence[Step]) -> Spec:
    """A point with a whisker for each run that has the case; a rule at each step."""
    values = [
        {
            "run": number + 1,
            "low": run.ratios[case][0],
            "ratio": run.ratios[case][1],
            "high": run.ratios[case][2],
            "said": f"{run.label or units.moment(run.started)}: "
            f"{units.times(run.ratios[case][1])} "
            f"({units.interval(run.ratios[case][0], run.ratios[case][2])})",
        }
        for number, run in enumerate(runs)
        if case in run.ratios
    ]
    x = {"field": "run", "type": "quantitative", "title": "run",
         "scale": {"domain": [0.5, len(runs) + 0.5], "nice": False},
         "axis": {"tickMinStep": 1, "format": "d", "grid": False}}  # fmt: skip
    scale = {"type": "log", "nice": False, "zero": False}
    y = {"type": "quantitative", "title": None, "scale": scale}
    return {
        "width": SIZE[0],
        "height": SIZE[1],
        "layer": [
            {
                "data": {"values": [{"at": step.at + 0.5} for step in steps]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "var(--ink)"},
                "encoding": {"x": {**x, "field": "at"}},
            },
            {
                "data": {"values": values},
                "mark": {"type": "rule", "strokeWidth": 2, "color": "var(--soft)"},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                },
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "color": "var(--asyncio)"},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "ratio"},
                    "description": {"field": "said"},
                },
            },
        ],
    }
