"""Commands that a report names keep what the user asked for."""

import msgspec
import pytest

from bench.records.runs import Results, Settings
from bench.records.samples import Unmeasured
from bench.records.subjects import Runtime
from bench.records.workload import Workload
from bench.report.words import reproduce
from bench.report.words.answer import answer
from bench.report.words.certainty import advice
from tests.report.sample_results import ASYNCIO, THREADS, comparison, run

UVLOOP = Runtime(python="3.11.7", loop="uvloop")
TRIO = Runtime(python="3.11.7", loop="trio", anyio=True)
EAGER = Runtime(python="3.12.1", executable="py312", loop="asyncio", eager=True)


@pytest.mark.parametrize(
    ("typed", "longer"),
    [
        ("run lock --loop uvloop --budget 20", "run lock --loop uvloop --budget 300"),
        ("run lock --budget=20 -o out --open", "run lock --budget 300"),
        ("run", "run --budget 300"),
        ("run --resume results/x", "run --budget 300"),
        ("merge a b", "run --budget 300"),
        ("run 'a b' --workers 1,2", "run 'a b' --workers 1,2 --budget 300"),
    ],
)
def test_a_longer_run_has_the_options_of_the_run(typed, longer):
    """`run --budget 300` alone would measure something else."""
    made = run(command=f"python -m bench {typed}")

    assert reproduce.longer(made, 300) == f"python -m bench {longer}"


def test_the_answer_advises_the_run_of_the_user():
    """Where something is undecided, or got no time."""
    load = Workload(workers=2)
    missing = Unmeasured(pair="b", workload=load, threads=THREADS, asyncio=ASYNCIO)
    said = answer(
        Results(
            run=run(command="python -m bench run lock b --loop uvloop --budget 90"),
            comparisons=(comparison("lock", load, 2.0, 0.1),),
            unmeasured=(missing,),
        )
    ).sentences

    assert any("run lock b --loop uvloop --budget 180" in text for text in said)


def test_a_figure_is_made_again_on_its_runtimes():
    """The command had neither the loops nor the interpreters."""
    settings = Settings(
        runtimes=(THREADS, UVLOOP, TRIO, EAGER), carriers=("processes",),
        capacities=(1, None), placements=("free",),
    )  # fmt: skip
    made = msgspec.structs.replace(run(), settings=settings)
    queue = comparison("bounded_queue", Workload(workers=2, capacity=1), 2.0, 0.1)
    jobs = comparison("jobs", Workload(workers=2, wait_seconds=0.01), 2.0, 0.1)
    commands = [
        one.command
        for one in reproduce.commands(Results(run=made, comparisons=(queue, jobs)))
    ]

    assert (
        "python -m bench run bounded_queue --lens throughput --capacity 1"
        " --placement free --loop uvloop --loop trio --loop eager"
        " --python '' --python py312"
    ) in commands
    assert any("jobs" in one and "--carrier processes" in one for one in commands)


def test_a_command_that_would_be_most_of_the_answer_is_not_repeated():
    """That of 27 pairs took five lines of it."""
    names = " ".join(f"pair_number_{number}" for number in range(27))
    one = comparison("lock", Workload(workers=2), 2.0, 3.0, "undecided")
    short, long = (
        advice([one], [], Results(run=run(command=f"python -m bench run {pairs}")))
        for pairs in ("lock", names)
    )

    assert short[-1].startswith("More time may decide more: `python -m bench run lock")
    assert long[-1] == (
        "More time may decide more: the same command with `--budget 180`."
    )
