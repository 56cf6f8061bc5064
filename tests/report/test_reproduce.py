"""Commands that a report names keep what the user asked for."""

import msgspec
import pytest

from bench.records.runs import Results, Settings
from bench.records.samples import NoiseFloor, Unmeasured
from bench.records.subjects import Runtime, Subject
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


def test_a_longer_run_of_merged_shards_is_no_shard():
    """It advised the first shard alone."""
    shard = run(command="python -m bench run lock --shard 1/3 --budget 9")
    merged = msgspec.structs.replace(shard, settings=None)
    alone = msgspec.structs.replace(shard, settings=Settings(shard=(1, 3)))

    assert reproduce.longer(merged, 60) == "python -m bench run lock --budget 60"
    assert "--shard 1/3" in reproduce.longer(alone, 60)


TYPED = "--loop uvloop --placement free --workers 3 --seed 7 --sweep none"


def test_what_is_advised_is_measured_as_in_the_run():
    """The noise floor was measured on another runtime."""
    made = run(command=f"python -m bench run lock --against=old {TYPED} --budget 9")
    made = msgspec.structs.replace(made, pairs=("lock",))

    assert reproduce.measuring(made, "--aa") == (
        f"python -m bench run lock {TYPED} --aa"
    )
    assert reproduce.measuring(made, "--lens", "throughput") == (
        f"python -m bench run lock --against old {TYPED} --lens throughput"
    )
    assert reproduce.measuring(made, "--lens", "throughput", is_study=False) == (
        f"python -m bench run lock {TYPED} --lens throughput"
    )
    assert reproduce.measuring(made, "--lens", "shape") == (
        "python -m bench run lock --lens shape"
    )


def test_a_run_of_jobs_alone_gets_no_command_that_is_refused():
    """`jobs` has neither schedules nor two files."""
    made = msgspec.structs.replace(run("python -m bench run jobs"), pairs=("jobs",))

    assert reproduce.of_correctness(made) is None
    assert reproduce.of_shape(made) is None
    both = msgspec.structs.replace(made, pairs=("lock", "jobs"))
    assert reproduce.of_shape(both) is not None


def again(made, *comparisons, **more):
    found = reproduce.commands(Results(run=made, comparisons=comparisons, **more))
    return {one.figure: one.command for one in found}


def test_a_ratio_of_two_versions_is_measured_against_the_other_version():
    """The command compared the models."""
    made = msgspec.structs.replace(
        run("python -m bench run lock --against ../old"),
        settings=Settings(against="old"),
    )
    found = again(made, comparison("lock", Workload(workers=2), 2.0, 0.1))

    assert found["the ratios of lock"] == (
        "python -m bench run lock --lens throughput --against ../old"
    )
    assert found["the noise floor"] == (
        "python -m bench run lock --lens throughput --aa"
    )


def test_a_figure_of_merged_shards_is_made_again_with_their_options():
    """The settings of a merged run are not known, but its command is."""
    made = run(
        "python -m bench run --shard 1/2 --workers 3 --capacity 1 --sweep full"
        " --loop uvloop"
    )
    found = again(
        msgspec.structs.replace(made, settings=None),
        comparison("lock", Workload(workers=3), 2.0, 0.1),
        comparison("bounded_queue", Workload(workers=3, capacity=1), 2.0, 0.1),
    )

    assert found["the ratios of lock"].endswith(
        "run lock --lens throughput --workers 3 --loop uvloop"
    )
    assert "--capacity 1" in found["the ratios of bounded_queue"]


def test_the_noise_of_a_run_against_itself_is_made_again():
    """The page had no command for the only figures of the run."""
    floor = NoiseFloor(
        subject=Subject(pair="lock", model="threads", runtime=THREADS),
        workload=Workload(workers=3),
        blocks=12,
        ratio=1.0,
        low=0.99,
        high=1.01,
    )
    made = msgspec.structs.replace(
        run("python -m bench run lock --aa --workers 3"),
        settings=Settings(against_itself=True, workers=(3,)),
    )

    assert again(made, noise=(floor,))["the noise floor"] == (
        "python -m bench run lock --lens throughput --workers 3 --aa"
    )


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
