"""A run on several runtimes: every row, chart and sentence names its own."""

import io
import re

import msgspec
import pytest
from rich.console import Console

from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Unmeasured
from bench.records.subjects import Runtime
from bench.records.workload import Workload
from bench.report.page import html_file
from bench.report.page.contents import Page
from bench.report.terminal import summary
from bench.report.terminal.grid import Column, grid
from bench.report.words.answer import answer
from bench.report.words.contests import contests
from bench.report.words.figures import of_comparisons
from tests.report.sample_results import comparison, run

LOAD = Workload(workers=2)
UVLOOP = Runtime(python="3.11.7", loop="uvloop")
TRIO = Runtime(python="3.11.7", loop="trio", anyio=True)
FULL = Workload(workers=1000, wait_seconds=0.0095, cpu_share=0.05)


def several() -> Results:
    return Results(
        run=run(),
        comparisons=(
            comparison("lock", LOAD, 0.5, 0.01),
            comparison("lock", LOAD, 0.7, 0.01, asyncio=UVLOOP),
            comparison(
                "lock", LOAD, 0.3, 0.01, asyncio=TRIO, models=("threads", "anyio")
            ),
            comparison("jobs", FULL, 2.5, 0.01),
        ),
    )


def printed(results: Results, width: int = 80) -> str:
    out = io.StringIO()
    summary.show(results, Console(file=out, width=width))
    return out.getvalue()


def test_rows_are_grouped_by_models_and_runtime_in_order():
    """Two loops are two tables; what a reader compares stands together."""
    found = contests(several().comparisons)

    assert [(one.models, len(one.comparisons)) for one in found] == [
        (MODELS, 2),
        (MODELS, 1),
        (("threads", "anyio"), 1),
    ]
    assert len({one.setting for one in found}) == 3


def test_the_terminal_heads_each_table_with_its_models_and_runtime():
    """The title said "of asyncio" above rows of anyio, and no row named its loop."""
    text = printed(several())

    for title in (
        "Throughput of asyncio over threads: Python 3.11.7, all cores",
        "Throughput of asyncio over threads: Python 3.11.7, on uvloop, all cores",
        "Throughput of anyio over threads: Python 3.11.7, anyio, on trio, all cores",
    ):
        assert title in text.splitlines()
    assert "asyncio faster" not in text.partition("Throughput of anyio")[2]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_no_figure_and_no_name_is_cut_or_folded(width):
    """A ratio that ends on the next line is misread."""
    text = printed(several(), width)
    lines = text.splitlines()

    assert all(len(line) <= width for line in lines)
    assert "…" not in text
    for whole in ("0.50×", "2.48 to 2.52×", "1,000 workers", "5 % computing"):
        assert any(whole in line for line in lines), whole


def test_what_does_not_fit_stands_below_its_name():
    """The name of a pair of one's own may be as long as a line."""
    name = "package.of.mine.with.a.long.name:and_a_function, with, many, parts, " * 2
    columns = [
        Column("pair", is_name=True),
        Column("ratio", right=True),
        Column("interval", right=True),
    ]
    lines = grid(columns, [[name, "1.00×", "0.99 to 1.01×"]], 60).plain.splitlines()

    assert "".join(line.strip() for line in lines).count("package.of.mine") == 2
    assert all(len(line) <= 60 for line in lines)
    assert lines[-1] == "  1.00×  0.99 to 1.01×"


def test_a_name_of_a_case_is_broken_between_its_parts():
    """A terminal would fold it inside the name of a runtime."""
    name = "jobs [100 workers] threads (3.11.7 pinned) : asyncio (3.11.7 uvloop pinned)"
    columns = [Column("case", is_name=True), Column("ratio", right=True)]
    lines = grid(columns, [[name, "1.00×"], [name, "2.00×"]], 50).plain.splitlines()

    assert lines[2:] == [
        "jobs [100 workers] threads (3.11.7 pinned) :",
        "asyncio (3.11.7 uvloop pinned)",
        "  1.00×",
        "  2.00×",
    ]


def test_figures_that_do_not_fit_beside_the_others_are_below_them():
    """None is cut or folded."""
    columns = [Column("pair", is_name=True), *(Column(x, right=True) for x in "abc")]
    lines = grid(columns, [["lock", "1,000", "2,000", "3,000"]], 16).plain.splitlines()

    assert lines[-3:] == ["lock", "  1,000  2,000", "    3,000"]


def test_a_headline_names_its_runtime_where_there_are_several():
    """Else the reader takes it for all of them."""
    one = Results(run=run(), comparisons=several().comparisons[:1])

    headline = answer(several()).headline
    assert headline.startswith("On this machine, with Python 3.11.7, all cores, it")
    assert "Python" not in answer(one).headline


@pytest.mark.long
def test_the_page_draws_every_runtime_and_names_it():
    """The chart had the first runtime only."""
    page = Page(several())
    under = [page.ratios.under, *(one.under for one in page.other_ratios)]

    assert len(under) == 3
    assert ["uvloop" in text for text in under] == [False, True, False]
    assert ["trio" in text for text in under] == [False, False, True]
    assert under[2].startswith("anyio right of the line")
    text = html_file.render(several())
    assert all(one.under in text for one in page.other_ratios)


def test_a_row_of_the_page_begins_with_verdict_and_ratio():
    """A narrow screen shows the first columns."""
    head = Page(several()).throughput.head

    assert head[:3] == ("pair", "verdict", "ratio")
    assert "runtime" in head


def test_tables_of_other_figures_name_the_runtime():
    """Two loops have two latencies, in rows that were told apart by nothing."""
    found = [
        comparison("condition", LOAD, 2.0, 0.1),
        comparison("condition", LOAD, 3.0, 0.1, asyncio=UVLOOP),
    ]
    table = of_comparisons(found, "fairness")

    assert table.head[2] == "runtime"
    assert [re.search("uvloop", row[2]) is not None for row in table.rows] == [
        False,
        True,
    ]
    assert of_comparisons(found[:1], "fairness").head[2] != "runtime"


def test_two_interpreters_are_two_contests():
    """3.12 is not 3.11."""
    found = [
        comparison("lock", LOAD, 0.5, 0.01),
        comparison(
            "lock",
            LOAD,
            0.5,
            0.01,
            asyncio=Runtime(python="3.12.1", loop="asyncio"),
        ),
    ]

    assert len(contests(found)) == 2


def test_what_got_no_time_is_listed_within_the_width():
    """By whole words: a name must not be cut."""
    results = msgspec.structs.replace(
        several(),
        unmeasured=(
            Unmeasured(
                pair="jobs", workload=FULL, threads=UVLOOP, asyncio=TRIO,
                models=("threads", "anyio"),
            ),
        ),
    )  # fmt: skip
    lines = printed(results).partition("Not measured")[2].splitlines()

    assert any(
        "`jobs` at 1,000 workers, 10 ms a job, 5 % computing" in x for x in lines
    )
    assert all(len(line) <= 80 for line in lines)
