"""Source, schedules and figures, prepared for the page."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from bench.cli import COMMANDS
from bench.records.certificates import Certificate, Failure, Outcome, Step
from bench.records.samples import Measurement
from bench.records.shapes import (
    BlockingCall,
    Coloured,
    Row,
    ShapeComparison,
    SharedAttribute,
)
from bench.records.subjects import Runtime
from bench.report.charts import plots, ratio_charts, specs
from bench.report.page import listing, scenarios
from bench.report.page.lanes import pool
from bench.report.words import findings, notes, reproduce
from bench.report.words.figures import (
    Table,
    group_of,
    of_comparisons,
    of_measurements,
    words,
)
from tests.report.sample_results import counts, rich


@given(st.text(alphabet="ab \"'#\\\n\t()<&>", max_size=60))
def test_coloured_source_is_the_source(source):
    """Colours are put around the text; not a letter of it may be lost or moved."""
    lines = listing.coloured(source)

    assert [Markup(line).striptags() for line in lines] == [
        Markup.escape(line).striptags() for line in source.split("\n")
    ]
    assert len(lines) == len(source.split("\n"))


def test_a_row_without_a_line_is_empty_and_not_another_line():
    """A shape made of other sources must not show a neighbour's line as its own."""
    shape = shape_of("one\ntwo", Row(difference="else", left=9, right=0))
    (line,) = listing.side_by_side(shape)

    assert (line.left, line.right) == ("", "")


def test_every_kind_of_difference_has_a_mark_in_letters():
    """A reader who sees no colours reads the kind in the margin."""
    marks = [mark for kind, (mark, _) in listing.MARKS.items() if kind != "same"]

    assert all(marks)
    assert len(set(marks)) == len(marks)


def test_notes_stand_at_the_lines_they_speak_of():
    """What forces async, what is shared, what blocks: at its line, said once."""
    shared = SharedAttribute(
        owner="Basket",
        name="integers",
        guards=("self.lock",),
        guarded_lines=(4, 3),
        unguarded_lines=(7,),
    )
    blocking = BlockingCall(
        function="take", line=8, call="time.sleep", instead="await asyncio.sleep(...)"
    )
    nothing = counts("", suspension_points=0, coroutines=0)
    shape = ShapeComparison(
        pair="p",
        threads=msgspec.structs.replace(nothing, shared=(shared,)),
        asyncio=msgspec.structs.replace(nothing, blocking=(blocking,)),
        coloured=(
            Coloured(function="take", line=2, chain=("Basket.get", "time.sleep")),
            Coloured(function="other", line=2, chain=("x",), file="other.py"),
        ),
        threads_file="p.py",
    )

    assert dict(notes.of_threads(shape)) == {
        2: ["take must become async: it waits on time.sleep, through Basket.get."],
        3: ["Basket.integers is shared, and written here under self.lock."],
        7: ["Basket.integers is shared, and written here under no lock."],
    }
    assert dict(notes.of_asyncio(shape)) == {
        8: ["time.sleep blocks every task while it waits: await asyncio.sleep(...)"]
    }


def test_each_worker_has_a_lane_in_order_of_appearance():
    """The eye follows a worker down its column; a rule marks where another goes on."""
    steps = [Step(worker=worker, action="acts") for worker in ("b", "a", "a", "b")]
    laid = pool(Failure(symptom="x", steps=tuple(steps)))

    assert laid.workers == ("b", "a")
    assert [step.lane for step in laid.rows] == [0, 1, 1, 0]
    assert [step.switched for step in laid.rows] == [False, True, False, True]


def test_a_gap_is_no_step_of_anybody():
    """An explorer leaves out what does not matter, and says how much."""
    steps = (
        Step(worker="a", action="acts"),
        Step(worker="", action="8 steps left out"),
        Step(worker="a", action="acts"),
    )
    laid = pool(Failure(symptom="x", steps=steps))

    assert laid.workers == ("a",)
    assert [step.number for step in laid.rows] == [1, None, 2]
    assert not any(step.switched for step in laid.rows)


def test_an_endless_schedule_is_cut_and_says_so():
    """A hundred thousand rows would stop the browser."""
    laid = pool(Failure(symptom="x", steps=(Step(worker="a", action="acts"),) * 1_000))

    assert laid.steps + laid.left_out == 1_000
    assert laid.steps < 1_000


@pytest.mark.parametrize(
    ("given", "sort", "said"),
    [
        ({"outcome": "holds", "exhausted": True}, "right", "holds in all 7 schedules"),
        ({"outcome": "holds", "exhausted": False}, "right", "holds in 7 schedules"),
        ({"outcome": "cut"}, "open", "not settled: stopped after 7 schedules"),
        ({"outcome": "cut", "schedules": 0}, "open", "no schedule was tried"),
        ({"outcome": "broken"}, "wrong", "broken, details not stored"),
        ({"outcome": "holds", "expected": "broken"}, "wrong", "but should fail"),
    ],
)
def test_a_claim_says_no_more_than_its_evidence(given, sort, said):
    """A run that was cut never holds, and a counter-example must break."""
    certificate = Certificate(
        pair="p",
        model="threads",
        scenario="p",
        method="explored",
        **{"schedules": 7} | given,
    )
    claim = findings.claim(certificate)

    assert claim.sort == sort
    assert said in claim.words


def test_a_state_that_a_cut_search_missed_is_not_seen_and_not_never():
    """A search that was cut at 3,000 schedules says nothing of the others."""
    explored = [
        Certificate(
            pair="p", model=model, scenario="p", method="explored", outcome=outcome,
            exhausted=outcome == "holds", schedules=3,
            outcomes=(Outcome(state=state, schedules=3, acceptable=True),),
        )
        for model, outcome, state in (
            ("threads", "cut", "[1]"), ("asyncio", "holds", "[2]"),
        )
    ]  # fmt: skip
    [table] = scenarios._outcomes(explored)
    rows = {row[0]: row[2:] for row in table.rows}

    assert rows == {"[1]": ("3", "never"), "[2]": ("not seen", "3")}


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("latency_p99_9_seconds", "latency"),
        ("lateness_max_seconds", "latency"),
        ("peak_memory_bytes", "memory"),
        ("fairness_jain", "fairness"),
        ("starved_workers", "fairness"),
        ("cores_used", "rest"),
    ],
)
def test_figures_are_found_by_their_names(name, group):
    """A figure with an unknown name is shown too, under other figures."""
    assert group_of(name) == group


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("latency_p99_9_seconds", "latency p99.9"),
        ("latency_p999_seconds", "latency p99.9"),
        ("memory_bytes_per_worker", "memory per worker"),
        ("rate_per_second", "rate"),
        ("fairness_jain", "Jain's index"),
    ],
)
def test_names_of_figures_are_read_as_words(name, said):
    """The unit stands at the figure, not in its name."""
    assert words(name) == said


def test_models_stand_beside_each_other():
    """A reader compares along a row."""
    table = of_comparisons([rich().comparisons[0]], "fairness")

    assert isinstance(table, Table)
    assert table.head[2:] == ("Jain's index, threads", "Jain's index, asyncio")
    assert table.rows == (("condition", "2 workers", "0.500", "0.990"),)


def test_a_probe_on_another_loop_is_called_by_it():
    """Two loops of one model must not fall into one line."""
    (chart,) = plots.distributions([], [latency("asyncio"), latency("uvloop")])

    assert {point["model"] for point in chart.points} == {
        "asyncio",
        "asyncio on uvloop",
    }


def latency(loop):
    return Measurement(
        name="latency",
        title="latency",
        model="asyncio",
        runtime=Runtime(python="3.11.7", loop=loop),
        values={"latency_p50_seconds": 0.1, "latency_p90_seconds": 0.2},
    )


def test_programs_with_one_beginning_keep_a_row_each():
    """A long module path is cut, and two of one package must not fall together."""
    names = ["package.module." + "x" * 40 + end for end in "ab"]
    chart = ratio_charts.ratios(rich().comparisons[:2], names, 500)
    rows = {value["name"] for value in chart["layer"][1]["data"]["values"]}

    assert len(rows) == 2


def test_every_command_to_do_it_again_is_one_of_ours():
    """A figure whose command does not exist cannot be made again."""
    named = [
        re.match(r"python -m bench (\w+)", one.command)
        for one in reproduce.commands(rich())
    ]

    assert named
    assert {match[1] for match in named} <= COMMANDS.keys()


def test_a_counter_example_is_one_row_with_all_that_was_found_of_it():
    """Both models beside each other, how it was provoked above how it was explored."""
    made = [
        Certificate(
            pair="p",
            model=model,
            scenario="broken.p",
            outcome="broken",
            expected="broken",
            method=method,
            schedules=3,
            failure=Failure(symptom=f"{model} {method}"),
        )
        for method in ("provoked", "explored")
        for model in ("asyncio", "threads")
    ]
    found = findings.counter_examples(made)

    assert found is not None
    assert found.head == ("counter-example", "threads", "asyncio")
    [(name, cells)] = found.rows
    assert name == "broken.p"
    assert [[claim.words for claim in cell] for cell in cells] == [
        ["threads provoked", "threads explored"],
        ["asyncio provoked", "asyncio explored"],
    ]


@pytest.mark.parametrize(
    ("method", "command"),
    [
        ("explored", "python -m bench explore asyncio_impl.broken.condition"),
        ("provoked", "python -m asyncio_impl.broken.condition"),
    ],
)
def test_a_failure_names_the_command_that_shows_it(method, command):
    """What a reader of the page can copy, and what `explore` knows."""
    one = Certificate(
        pair="condition",
        model="asyncio",
        scenario="broken.condition",
        outcome="broken",
        method=method,
    )

    assert reproduce.failure(one) == command


def test_what_is_the_same_in_every_row_is_said_once_above():
    """A column of equal cells pushes the figures out of a narrow screen."""
    rows = [latency("asyncio"), latency("asyncio")]
    rows[1] = msgspec.structs.replace(rows[1], coordinates={"workers": 9, "rate": 1})
    rows[0] = msgspec.structs.replace(rows[0], coordinates={"workers": 4, "rate": 1})
    [table] = of_measurements(rows, "latency")

    assert table.caption == "Latency: rate 1; Python 3.11.7, all cores"
    assert table.head == ("model", "workers", "latency p50", "latency p90")


def test_a_narrow_chart_names_of_a_load_what_tells_it_from_others():
    """The whole load would leave no room for the picture."""
    names = ["jobs: 1 worker, 5 ms a job", "jobs: 9 workers, 5 ms a job", "lock: 2 x"]
    points = [{"name": name} for name in names]

    assert [one["name"] for one in plots.named_shortly(points)] == [
        "jobs: 1 worker",
        "jobs: 9 workers",
        "lock",
    ]


def test_a_pairs_command_repeats_what_was_asked():
    """Another workload would give another figure."""
    again = [one.command for one in reproduce.commands(rich())]

    assert "python -m bench run lock --lens throughput" in again


def shape_of(source, *rows):
    nothing = counts(source, suspension_points=0, coroutines=0)
    return ShapeComparison(
        pair="p",
        threads=nothing,
        asyncio=nothing,
        threads_source=source,
        asyncio_source=source,
        rows=rows,
    )


@pytest.mark.parametrize(
    ("low", "high"), [(5.7e-3, 7.6e-3), (2e-2, 0.15), (1e-6, 10.0), (0.999, 1.001)]
)
def test_an_axis_has_at_least_three_ticks_within_it(low, high):
    """An axis with one tick says nothing of what lies away from it."""
    ticks = specs.decades(low, high)

    assert len(ticks) >= 3
    assert all(low <= tick <= high for tick in ticks)


def test_a_curve_that_ends_before_the_others_is_named_below():
    """Beside its end the others run on, and through its name."""
    values = [
        {"place": 10, "label": 1.0, "curve": "short"},
        {"place": 1000, "label": 3.0, "curve": "long"},
    ]
    beside, below = specs.end_labels(values, {}, {})

    assert [one["curve"] for one in beside["data"]["values"]] == ["long"]
    assert [one["curve"] for one in below["data"]["values"]] == ["short"]


def test_a_column_of_figures_is_even_and_has_no_holes():
    """6.4 above 6.07 looks like another precision, an empty cell like a fault."""
    (found,) = of_measurements(
        [
            Measurement(
                name="latency_at_rate",
                title="latency",
                model=model,
                coordinates={"wait_seconds": 0.01},
                values=values,
            )
            for model, values in (
                ("threads", {"latency_p50_seconds": 0.0064}),
                ("asyncio", {"latency_p50_seconds": 0.00607, "fairness_jain": 1.0}),
            )
        ],
        "latency",
    )

    assert "waiting 10 ms" in found.caption
    assert found.rows == (
        ("threads", "6.40 ms", "-"),
        ("asyncio", "6.07 ms", "1.000"),
    )
