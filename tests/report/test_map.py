"""The crossover as a map: who wins, how sure, and between which points it turns."""

import msgspec

from bench.records.runs import Results
from bench.records.workload import Workload
from bench.report.charts.maps import ratio_map
from bench.report.page import html_file
from bench.report.page.contents import Page
from bench.report.words import crossover
from tests.report.sample_results import comparison, rich, run


def points():
    return [
        comparison(
            "jobs",
            Workload(
                workers=workers,
                wait_seconds=round(0.01 * (1 - share), 9),
                cpu_share=share,
            ),
            ratio,
            0.02,
        )
        for share, row in {0.0: (0.9, 1.0, 2.5), 0.05: (0.9, 0.8, 0.7)}.items()
        for workers, ratio in zip((10, 100, 1000), row, strict=True)
    ]


def test_each_cell_says_its_verdict_without_its_colour():
    """A sign, the ratio, the interval, and a text for a reader who hears it."""
    values = ratio_map(points())["data"]["values"]

    assert [one["ratio"][0] for one in values] == list("■◆●■■■")
    assert values[2]["between"] == "2.45 to 2.55×"
    assert values[2]["said"] == (
        "1,000 workers, 10 ms a job: 2.50× (2.45 to 2.55×), asyncio faster"
    )


def test_the_page_has_the_map_and_the_brackets():
    """Nearer than two points nothing is known."""
    results = Results(run=run(), comparisons=tuple(points()))
    page = Page(results)

    assert len(page.maps) == 1
    assert page.brackets == [
        "`jobs`, 0 % computing: threads ahead at 10 workers, asyncio ahead at"
        " 1,000 workers."
    ]
    text = html_file.render(results)
    assert "which model is faster, and how sure" in text


def test_one_share_of_computing_is_no_map():
    """It is a curve."""
    results = Results(run=run(), comparisons=tuple(points()[:3]))

    assert Page(results).maps == []


def test_an_undecided_point_is_drawn_as_one():
    """With its wide interval."""
    wide = msgspec.structs.replace(points()[0], verdict="undecided", low=0.5, high=2.0)
    [value] = ratio_map([wide])["data"]["values"]

    assert value["ratio"].startswith("▲")
    assert value["between"] == "0.50 to 2.00×"


def test_a_bracket_has_the_verdicts_of_the_table():
    """It said that asyncio led where the table said that it does not matter."""
    slightly = [
        comparison("jobs", Workload(workers=workers), ratio, half)
        for workers, ratio, half in ((10, 0.8, 0.01), (100, 1.02, 0.01), (1000, 1.1, 2))
    ]
    [panel] = crossover.panels(slightly)

    assert [one.verdict for one in slightly] == ["slower", "equivalent", "undecided"]
    assert crossover.bracketed(panel) == [
        "`jobs`: threads ahead at 10 workers, equal within 5 % at 100 workers."
    ]


def test_an_undecided_place_is_no_end_of_a_bracket():
    """Its interval has both leaders, so nothing is known to change there."""
    points = [
        comparison("jobs", Workload(workers=workers), ratio, half)
        for workers, ratio, half in ((10, 0.8, 0.01), (100, 1.0, 0.5))
    ]
    [panel] = crossover.panels(points)

    assert crossover.bracketed(panel) == []


def test_a_curve_without_an_interval_has_no_bracket():
    """It is not known where it lies."""
    bare = [
        msgspec.structs.replace(p, low=None, high=None, verdict="undecided")
        for p in points()
    ]
    panels = crossover.panels(bare)

    assert [crossover.bracketed(panel) for panel in panels] == [[]]
    assert Page(rich()).maps
