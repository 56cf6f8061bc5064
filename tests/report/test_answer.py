"""The first screen says in words what the comparisons say in figures, and no more."""

import math
import re

import msgspec
import pytest

from bench.records.runs import End, Results, Settings
from bench.records.samples import NoiseFloor, Sample, Unmeasured
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload
from bench.report.page import html_file
from bench.report.words import certainty, crossover, more_time
from bench.report.words.answer import answer, winner
from bench.throughput import inference, planning
from tests.report.sample_results import (
    ASYNCIO,
    STARTED,
    THREADS,
    comparison,
    rich,
    run,
)

LOAD = Workload(workers=2)
FLOOR = NoiseFloor(
    subject=Subject(pair="lock", model="threads", runtime=THREADS),
    workload=LOAD,
    blocks=12,
    ratio=1.0,
    low=0.99,
    high=1.01,
)


def told(*comparisons, **more):
    end = End(finished=STARTED, elapsed_seconds=1.0)
    return answer(Results(run=run(), comparisons=comparisons, end=end, **more))


@pytest.mark.parametrize(
    ("verdicts", "whose"),
    [
        (["faster", "faster"], "second"),
        (["slower"], "first"),
        (["equivalent"], "either"),
        (["undecided"], "undecided"),
        (["wrong"], "undecided"),
        (["faster", "undecided"], "second"),
        (["faster", "equivalent"], "depends"),
        (["faster", "slower"], "depends"),
    ],
)
def test_a_program_belongs_to_a_model_when_all_that_is_decided_says_so(verdicts, whose):
    """One workload that says otherwise makes it depend on the load."""
    group = [comparison("p", LOAD, 1.0, 0.1, verdict) for verdict in verdicts]

    assert winner(group) == whose


def test_the_headline_names_the_winner_of_most_first():
    """The reader reads one line: it must be the one that decides."""
    said = told(
        comparison("a", LOAD, 0.5, 0.1),
        comparison("b", LOAD, 0.25, 0.1),
        comparison("c", LOAD, 3.0, 0.1),
        comparison("d", LOAD, 1.0, 0.01),
    )

    assert said.headline == (
        "On this machine it depends on the work: threads are faster in two of four"
        " programs (2.0 to 4.0 times), asyncio in one (3.0 times)"
        " and it does not matter in one."
    )


def on_anyio(pair, ratio, loop):
    """Threads against the anyio form, on a loop."""
    runtime = Runtime(python="3.11.7", loop=loop, anyio=True, placement="free")
    one = comparison(pair, LOAD, ratio, 0.1, asyncio=runtime)
    return msgspec.structs.replace(one, models=("threads", "anyio"))


def test_a_run_on_anyio_alone_has_a_headline():
    """It said that no speeds were measured, above the speeds."""
    one = told(on_anyio("lock", 0.5, "trio"))
    both = told(on_anyio("lock", 3.0, "asyncio"), on_anyio("lock", 0.5, "trio"))

    assert one.headline == (
        "On this machine, with Python 3.11.7, anyio, on trio, all cores, threads are"
        " faster in the one program measured (2.0 times)."
    )
    assert "anyio is faster" in both.headline
    assert any("on trio" in sentence for sentence in both.sentences)


def test_asyncio_has_the_headline_beside_anyio():
    """Its form is the usual one."""
    said = told(on_anyio("lock", 0.5, "trio"), comparison("lock", LOAD, 3.0, 0.1))

    assert "asyncio is faster" in said.headline


def test_a_run_against_itself_says_that_it_compares_no_models():
    """It said that no speeds were measured, and advised nothing."""
    aa = msgspec.structs.replace(run(), settings=Settings(against_itself=True))
    said = answer(Results(run=aa))
    merged = answer(Results(run=run(), noise=(FLOOR,)))

    for headline in (said.headline, merged.headline):
        assert headline == "This run measured only its noise: each side against itself."


def test_a_run_that_decides_nothing_says_so_and_how_to_decide():
    """A ratio of 3 with too wide an interval is no answer."""
    said = told(comparison("a", LOAD, 3.0, 9.0, "undecided"))

    assert said.headline.startswith("This run was too short")
    assert any("--budget" in sentence for sentence in said.sentences)


def undecided(blocks, half_width, ratio=1.0):
    return msgspec.structs.replace(
        comparison("a", LOAD, ratio, half_width, "undecided"),
        ratio=ratio,
        blocks=blocks,
        low=ratio * math.exp(-half_width),
        high=ratio * math.exp(half_width),
    )


@pytest.mark.parametrize(
    ("found", "blocks"),
    [
        (undecided(6, 0.06), 12),
        (undecided(12, 0.06), 24),
        (undecided(12, 0.09), 48),
        (undecided(12, 0.3), None),
        (undecided(12, 0.3, 1.3), 24),
        (undecided(48, 0.06), None),
        (msgspec.structs.replace(undecided(2, 0.1), low=None, high=None), 12),
    ],
)
def test_an_undecided_comparison_needs_so_many_blocks(found, blocks):
    """Four times the blocks halve the interval."""
    assert more_time.blocks(found, 48) == blocks


def test_the_budget_that_is_advised_depends_on_the_run():
    """It was 300 s, after a run of 5 s and after one of 90 s."""
    missing = Unmeasured(pair="b", workload=LOAD, threads=THREADS, asyncio=ASYNCIO)
    short = msgspec.structs.replace(run(), budget_seconds=5.0)
    of_run = Results(run=run())

    assert more_time.budget(of_run, [undecided(12, 0.06)]) == 180
    assert more_time.budget(of_run, [undecided(48, 0.06)]) is None
    assert more_time.budget(of_run, []) is None
    assert more_time.budget(Results(run=short), [undecided(12, 0.09)]) == 49
    many = Results(run=short, unmeasured=(missing,) * 26)
    assert more_time.budget(many, []) == 380  # 5 s, and 26 times 12 blocks


def test_the_advice_knows_when_a_run_decides():
    """The words may not import the statistics, and have their own numbers."""
    assert more_time.MATTERS == inference.EQUIVALENT
    assert more_time.LOOKS == inference.LOOKS
    assert more_time.BLOCK_SECONDS == planning.BLOCK_SECONDS


def test_what_was_asked_for_and_not_measured_is_named():
    """A program that is silently missing makes the others look like all there are."""
    measured = comparison("a", LOAD, 2.0, 0.1)
    missing = [
        Unmeasured(pair=pair, workload=LOAD, threads=THREADS, asyncio=ASYNCIO)
        for pair in ("b", "c", "d", "e")
    ]
    few = told(measured, unmeasured=tuple(missing[:2])).sentences
    many = told(measured, unmeasured=tuple(missing)).sentences

    assert any(
        sentence.startswith("There was no time to measure `b` at 2 workers (asyncio")
        for sentence in few
    )
    assert "There was no time to measure 4 of 5 comparisons: listed below." in many


def test_a_run_without_speeds_has_no_winner():
    """Only wrong or no samples: the page must not invent an answer."""
    assert told().headline.startswith("This run measured no speeds")


def test_a_crossover_is_told_from_its_left_to_its_right():
    """Where one model overtakes the other is what people come for."""
    points = [
        comparison("queue", Workload(workers=workers), ratio, 0.01)
        for workers, ratio in ((1, 0.5), (10, 0.6), (100, 1.0), (1000, 3.0))
    ]

    assert told(*points).sentences[0] == (
        "In `queue`, threads lead from 1 to 10 workers, it does not matter at"
        " 100 workers and asyncio leads at 1,000 workers."
    )


def test_the_harness_own_program_is_told_by_what_its_jobs_do():
    """A reader does not know `jobs`; a model that leads everywhere is an answer too."""
    points = [
        comparison(
            "jobs",
            Workload(workers=workers, wait_seconds=wait, cpu_share=share),
            ratio,
            0.01,
        )
        for wait, share, ratios in (
            (0.01, 0.0, (1.0, 1.0, 3.0)),
            (0.0095, 0.05, (0.9, 0.9, 0.8)),
        )
        for workers, ratio in zip((10, 100, 1000), ratios, strict=True)
    ]

    assert told(*points).sentences[:2] == (
        "In `jobs` of 10 ms that only wait, it does not matter from 10 to 100 workers"
        " and asyncio leads at 1,000 workers.",
        "In `jobs` of 10 ms, 5 % of it computing, threads lead from 10 to 1,000"
        " workers.",
    )


def test_the_answer_speaks_of_one_runtime_and_names_the_others():
    """uvloop's ratio may not decide what the stock loop is said to do."""
    other = Runtime(python="3.11.7", loop="uvloop")
    said = told(
        comparison("a", LOAD, 0.5, 0.1),
        comparison("a", LOAD, 2.0, 0.1, asyncio=other),
    )

    assert "threads are faster in the one program measured (2.0 times)" in said.headline
    assert any(
        "on uvloop, all cores: asyncio is faster" in sentence
        for sentence in said.sentences
    )


def test_each_program_counts_under_the_runtime_it_has():
    """What can use several cores is left free; the rest is pinned to one."""
    pinned = Runtime(python="3.11.7", placement="pinned")
    loop = Runtime(python="3.11.7", loop="asyncio", placement="pinned")
    one = comparison("b", LOAD, 0.5, 0.1, asyncio=loop)
    said = told(
        comparison("a", LOAD, 0.5, 0.1),
        msgspec.structs.replace(one, threads=pinned),
    )

    assert "threads are faster in two of two programs" in said.headline


def test_another_model_is_called_by_its_name():
    """What anyio does must not be said of asyncio."""
    other = Runtime(python="3.11.7", loop="trio", anyio=True)
    said = told(
        comparison("a", LOAD, 2.0, 0.1),
        comparison("a", LOAD, 0.5, 0.1, asyncio=other, models=("threads", "anyio")),
        comparison("b", LOAD, 3.0, 0.1, asyncio=other, models=("threads", "anyio")),
    )

    assert said.sentences[0] == (
        "Python 3.11.7, anyio, on trio, all cores: anyio is faster in one of two"
        " programs (3.0 times) and threads in one (2.0 times)."
    )


def test_samples_that_failed_and_a_run_cut_off_are_told():
    """What is missing must be known before the rest is believed."""
    failed = Sample(
        subject=Subject(pair="a", model="threads", runtime=THREADS),
        workload=LOAD,
        block=0,
        position=0,
        status="hung",
    )
    said = answer(Results(run=run(), samples=(failed,))).sentences

    assert said[0].startswith("1 sample of 1 did not end well")
    assert said[1].startswith("The run was cut off")


def test_a_wrong_result_has_no_speed():
    """A fast wrong answer must not win."""
    said = told(
        comparison("a", LOAD, 9.0, 0.1, "wrong"),
        comparison("b", LOAD, 0.5, 0.1),
    )

    assert "the one program measured (2.0 times)" in said.headline
    assert any("`a` gave a wrong result" in sentence for sentence in said.sentences)


def test_a_noise_floor_names_its_runtime_if_the_run_has_several():
    """It was measured on one of them, and spoke for all."""
    uvloop = Runtime(python="3.11.7", loop="uvloop", placement="free")
    several = [
        comparison("lock", LOAD, 2.0, 0.1),
        comparison("lock", LOAD, 2.0, 0.1, asyncio=uvloop),
    ]
    [said, *_] = certainty.sureness(several, Results(run=run(), noise=(FLOOR,)))
    page = html_file.render(
        Results(run=run(), comparisons=tuple(several), noise=(FLOOR,))
    )

    assert "against itself (`lock` with Python 3.11.7, all cores) came out" in said
    [table] = re.findall(
        "A model measured against itself</span>.*?</table>", page, re.S
    )
    assert "all cores" in table


def test_a_noise_floor_with_too_few_blocks_is_not_known():
    """Its case was counted as measured, and the floor as not measured."""
    said = told(comparison("a", LOAD, 2.0, 0.1)).sentences

    assert "The noise floor is not known: it has too few blocks." in said


def test_the_noise_floor_stands_beside_the_ratios():
    """Without it a reader cannot judge a ratio of 1.03."""
    floor = NoiseFloor(
        subject=Subject(pair="a", model="threads", runtime=THREADS),
        workload=LOAD,
        blocks=12,
        ratio=1.0,
        low=0.98,
        high=1.03,
    )
    said = told(comparison("a", LOAD, 2.0, 0.1), noise=(floor,))

    assert said.sentences[0] == (
        "The noise floor: the same code against itself came out at 1.00×;"
        " 1 of 1 interval holds 1, as it should."
    )


def test_a_sweep_of_computing_shares_makes_one_curve_a_share():
    """Job length follows from waiting and share: it must not split the curves."""
    (panel,) = crossover.panels([c for c in rich().comparisons if c.pair == "jobs"])

    assert panel.axis == "workers"
    assert [curve.label for curve in panel.curves] == [
        "0 % computing",
        "5 % computing",
        "50 % computing",
    ]


def test_one_workload_a_pair_is_no_curve():
    """A line through one point would say more than was measured."""
    assert crossover.panels([comparison("a", LOAD, 2.0, 0.1)]) == []


def test_runtimes_are_not_joined_by_a_line():
    """A curve runs along one axis, with all else equal."""
    points = [
        comparison("a", Workload(workers=workers), 2.0, 0.1, asyncio=runtime)
        for runtime in (ASYNCIO, Runtime(python="3.13.0", loop="asyncio"))
        for workers in (1, 10)
    ]
    (panel,) = crossover.panels(points)

    assert len(panel.curves) == 2
    assert all(len({c.asyncio for c in curve.points}) == 1 for curve in panel.curves)
