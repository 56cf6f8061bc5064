"""The charts of the crossover can be read, on wide and on narrow screens."""

import re

from bench.records.workload import Workload
from bench.report.charts import pictures, ratio_charts
from bench.report.words import crossover
from tests.report.sample_results import comparison, rich


def test_a_program_with_a_map_has_a_chart_for_each_share():
    """The names of four curves that lie close together covered the points."""
    [panel] = [
        one for one in crossover.panels(rich().comparisons) if one.pair == "jobs"
    ]
    charts = pictures.crossovers([panel])

    assert [one.title for one in charts] == [
        "jobs: 0 % computing",
        "jobs: 5 % computing",
        "jobs: 50 % computing",
    ]
    assert "computing<" not in charts[0].picture


def test_the_charts_of_a_program_with_a_map_have_one_axis():
    """Otherwise the same height means another ratio in each."""
    [panel] = [
        one for one in crossover.panels(rich().comparisons) if one.pair == "jobs"
    ]
    axes = {
        tuple(spec["layer"][1]["encoding"]["y"]["scale"]["domain"])
        for one in pictures.by_curve(panel)
        for spec in [ratio_charts.curves(one, 250, pictures.points_of(panel))]
    }

    assert len(axes) == 1


def test_numbers_of_workers_are_written_out():
    """A label such as 2e+1 is not a number of workers."""
    points = [
        comparison("jobs", Workload(workers=workers, wait_seconds=0.01), 1.0, 0.01)
        for workers in (5, 20, 30, 50)
    ]
    [chart] = pictures.crossovers(crossover.panels(points))
    texts = re.findall(r">([^<>]+)</text>", str(chart.picture))

    assert {"5", "20", "50"} <= set(texts)
    assert not any("e+" in text for text in texts)


def test_a_narrow_screen_has_a_map_of_its_own():
    """Shrunk to a telephone, its figures were too small to read."""
    [chart] = pictures.maps(crossover.panels(rich().comparisons))
    wide, narrow = (
        float(re.search(r'viewBox="0 0 ([\d.]+)', str(one))[1])
        for one in (chart.picture, chart.narrow)
    )

    assert narrow < 360
    assert narrow < wide
