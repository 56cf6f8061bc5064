"""The ratios on the first screen and in the picture: one row a program, by runtime."""

import xml.etree.ElementTree as ElementTree

import msgspec

from bench.records.subjects import Runtime
from bench.records.workload import Workload
from bench.report.charts import pictures
from bench.report.page import html_file, svg_file
from bench.report.page.contents import Page
from tests.report.sample_results import comparison, empty, rich

LOAD = Workload(workers=2)
ON_UVLOOP = Runtime(python="3.11.7", loop="uvloop", placement="free")


def results(*comparisons):
    return msgspec.structs.replace(empty(), comparisons=comparisons)


def fetches(*pairs):
    return [
        comparison(pair, Workload(workers=count), ratio, 0.1)
        for pair in pairs
        for count, ratio in ((1, 2.5), (8, 3.5))
    ]


def drawn(found, tmp_path):
    """The texts of the picture, and its text alternative."""
    svg_file.write(found, tmp_path / "picture.svg")
    root = ElementTree.parse(tmp_path / "picture.svg").getroot()
    return ["".join(one.itertext()) for one in root.iter() if one.text], root.get(
        "aria-label"
    )


def test_the_first_screen_and_the_picture_show_the_same_programs(tmp_path):
    """The pairs that fetch were in the picture only."""
    more = fetches("url_fetch", "lean_fetch")
    others = [one for one in rich().comparisons if one.pair != "url_fetch"]
    found = results(*others, *more)
    page = str(Page(found).ratios.picture)
    _, label = drawn(found, tmp_path)

    for pair in {one.pair for one in found.comparisons} - {"jobs"}:
        assert f"{pair} " in page
        assert f"{pair} " in label.partition("jobs:")[0]
    assert "jobs " not in page


def test_a_row_names_the_load_of_a_program_with_several():
    """Without it, the reader does not know which of the ratios this is."""
    found = [*fetches("url_fetch"), comparison("lock", LOAD, 0.5, 0.01)]
    rows = pictures.rows(found, [])

    assert pictures.row_names(rows, found) == ["url_fetch, 8 workers", "lock"]


def test_a_picture_of_several_runtimes_has_a_chart_of_each(tmp_path):
    """It showed the first runtime, and its subtitle named all."""
    found = results(
        comparison("lock", LOAD, 0.5, 0.01),
        comparison("lock", LOAD, 0.7, 0.01, asyncio=ON_UVLOOP),
    )
    texts, label = drawn(found, tmp_path)

    for setting in ("Python 3.11.7, all cores", "Python 3.11.7, on uvloop, all cores"):
        assert texts.count(setting) == 1
        assert f"{setting}: lock" in label
    assert any("2 runtimes, each named above its chart" in text for text in texts)


def test_the_subtitle_names_one_runtime_once(tmp_path):
    """The only runtime of a run stood there twice."""
    texts, _ = drawn(results(comparison("lock", LOAD, 0.5, 0.01)), tmp_path)

    [subtitle] = [text for text in texts if "Invented CPU" in text]
    assert subtitle.endswith(", Python 3.11.7, all cores")
    assert subtitle.count("3.11.7") == 1


def test_the_charts_of_several_runtimes_have_one_axis(tmp_path):
    """Bars of one length would be other ratios in each chart."""
    found = results(
        comparison("lock", LOAD, 0.9, 0.01),
        comparison("lock", LOAD, 8.0, 0.01, asyncio=ON_UVLOOP),
    )
    texts, _ = drawn(found, tmp_path)

    assert texts.count("asyncio 5×") == 2


def test_a_picture_says_how_many_runtimes_it_leaves_out(tmp_path):
    """A picture that shows four of six must not look complete."""
    loops = [None, "uvloop", "trio", "winloop", "rloop", "eager"]
    found = results(
        *(
            comparison(
                "lock",
                LOAD,
                0.5,
                0.01,
                asyncio=Runtime(python="3.11.7", loop=loop, placement="free"),
            )
            for loop in loops
        )
    )
    texts, _ = drawn(found, tmp_path)

    assert any("4 runtimes of 6" in text for text in texts)


def test_a_run_on_anyio_alone_has_charts_with_its_name(tmp_path):
    """The picture was refused: no ratios."""
    on_trio = Runtime(python="3.11.7", loop="trio", anyio=True, placement="free")
    found = results(
        *(
            msgspec.structs.replace(one, models=("threads", "anyio"), asyncio=on_trio)
            for one in fetches("url_fetch")
        )
    )
    texts, label = drawn(found, tmp_path)
    page = html_file.render(found)

    assert any("anyio" in text for text in texts)
    assert "url_fetch: anyio's speed over that of threads" in label
    assert "Above the line of equal speed anyio is faster" in page
    assert "anyio faster" in page
    assert "asyncio faster" not in page
