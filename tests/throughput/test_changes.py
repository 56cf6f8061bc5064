"""One run against another: what a machine in CI may fail for."""

import json
import math
import random
from itertools import combinations

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bench.commands.compare import command
from bench.commands.gate import pair_of
from bench.errors import CannotRunError
from bench.ledger.store import Ledger
from bench.records.runs import End
from bench.records.user_pairs import UserPair
from bench.throughput.changes import Change, changes, hodges_lehmann, mann_whitney
from bench.throughput.inference import Interval, interval
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, sample

SUBJECT = sample(0, 0, 0, 1.0).subject


@given(st.integers(0, 6), st.integers(0, 6))
def test_mann_whitney_counts_are_those_of_all_orders(first, second):
    """Counted one by one, for small samples."""
    counts = [0] * (first * second + 1)
    for places in combinations(range(first + second), first):
        counts[sum(places) - first * (first - 1) // 2] += 1

    assert mann_whitney(first, second) == counts


def test_the_interval_of_a_shift_holds_the_truth_as_often_as_it_claims():
    """Two runs of 12 blocks with different spreads of the same kind."""
    drawn = random.Random(3)
    hits = 0
    for _ in range(300):
        old = [drawn.gauss(0, 1) for _ in range(12)]
        new = [drawn.gauss(0.5, 1) for _ in range(12)]
        _, found = hodges_lehmann(old, new)
        hits += found.low <= 0.5 <= found.high

    assert 0.92 <= hits / 300 <= 0.98


@pytest.mark.parametrize("size", [1, 2, 3])
def test_few_blocks_have_a_shift_but_no_interval(size):
    """Nothing is surely slower after a handful."""
    shift, found = hodges_lehmann([0.0] * size, [1.0] * size)

    assert (shift, found) == (1.0, None)


def test_exchanging_the_runs_turns_the_change_round():
    """Twice as fast one way is half as fast the other."""
    one, other = blocks(12, 1.0, seed=1), blocks(12, 1.3, seed=2)
    forth, back = changes(one, other)[1], changes(other, one)[1]

    assert math.log(forth.ratio) == pytest.approx(-math.log(back.ratio))
    assert forth.ratio == pytest.approx(1.3, rel=0.02)


def test_a_side_against_itself_is_no_change():
    """The noise floor is about the method, and its code is in a comparison too."""
    itself = [msgspec.structs.replace(s, subject=SUBJECT) for s in blocks(6)]

    assert changes(itself, itself) == []


def test_only_what_both_runs_measured_is_compared():
    """A case of one run alone is no change."""
    assert changes(blocks(6, case="a"), blocks(6, case="b")) == []


@pytest.fixture
def write(tmp_path):
    def write(name, samples):
        with Ledger.create(tmp_path / name) as ledger:
            for entry in (RUN, *samples):
                ledger.append(entry)
        return str(tmp_path / name)

    return write


def sided(samples, prefix):
    """The samples with hashes: those of threads equal in all runs."""
    return [
        msgspec.structs.replace(
            one,
            subject=msgspec.structs.replace(
                one.subject, source_sha256=f"{prefix}{one.side}"
            ),
        )
        for one in samples
    ]


def controls(drift, seed):
    """Four pairs whose code is equal in both runs; the machine drifted by a factor."""
    return [
        one
        for number in range(2)
        for one in sided(
            scaled(blocks(12, seed=seed + number, case=f"same {number} [x]"), drift),
            "same",
        )
    ]


def scaled(samples, factor):
    return [
        msgspec.structs.replace(
            one, seconds_per_operation=one.seconds_per_operation * factor
        )
        for one in samples
    ]


def compared(write, ratio, limit="5%", drift=1.0):
    before = [*sided(blocks(12, seed=1), "old"), *controls(1.0, 5)]
    after = [*sided(scaled(blocks(12, ratio, seed=2), drift), "new")]
    after += controls(drift, 15)
    runs = [write("a", before), write("b", after)]
    options = ["--fail-over", limit] if limit else []
    return CliRunner().invoke(command, [*runs, *options], standalone_mode=False)


@pytest.mark.parametrize(
    ("ratio", "limit", "status"),
    [(0.9, "5%", 1), (0.9, "20%", 0), (1.1, "5%", 0), (0.9, None, 0), (0.99, "5", 0)],
)
def test_the_exit_status_says_whether_something_became_worse(
    write, ratio, limit, status
):
    """asyncio alone changes here, by 10 % down or up; 1 % is within the limit."""
    said = compared(write, ratio, limit)

    assert said.return_value == status, said.output
    assert ("worse: asyncio" in said.output) == bool(status)


@pytest.mark.parametrize("drift", [0.8, 1.25])
def test_a_machine_that_drifted_between_the_runs_changed_no_code(write, drift):
    """What is equal in both runs tells it, and the others are judged beside it."""
    same = compared(write, 1.0, drift=drift)

    assert same.return_value == 0, same.output
    assert "Noise between the runs" in same.output


def test_runs_of_equal_code_have_no_change(write):
    """Five minutes apart 11 were reported, and the gate failed."""
    before = sided(blocks(12, seed=1), "x")
    after = scaled(sided(blocks(12, seed=2), "x"), 1.07)
    said = CliRunner().invoke(
        command, [write("a", before), write("b", after), "--fail-over", "5%"],
        standalone_mode=False,
    )  # fmt: skip

    assert said.return_value == 0, said.output
    assert "2 have equal code" in said.output


@pytest.fixture
def write_own(tmp_path):
    """Writes a run with a pair of the user's: all samples are of its code."""

    def write(name, samples, **more):
        own = tuple(
            UserPair(name=pair, threads="a:f", asyncio="b:g")
            for pair in {pair_of(one) for one in changes(samples, samples)}
        )
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(msgspec.structs.replace(RUN, own=own, **more))
            ledger.append_all(samples)
        return str(tmp_path / name)

    return write


@pytest.mark.parametrize("which", ["both", "one"])
def test_a_ledger_without_what_was_imported_cannot_tell_equal_code(write_own, which):
    """A module that a pair imports may have changed: then a slowdown is no noise."""
    old = [("a", {}), ("b", {"follows_imports": which == "one"})]
    runs = [write_own(name, sided(blocks(12), "x"), **more) for name, more in old]
    gate = CliRunner().invoke(command, [*runs, "--fail-over", "5%"])
    told = CliRunner().invoke(command, runs)

    assert isinstance(gate.exception, CannotRunError)
    assert "did not record what it imports" in str(gate.exception)
    assert "same code" not in told.output
    assert "it is not known whether the code" in told.output


def test_a_ledger_with_what_was_imported_can_tell_equal_code(write_own):
    """Its hash is of all modules."""
    runs = [
        write_own(name, sided(blocks(12), "x"), follows_imports=True) for name in "ab"
    ]
    told = CliRunner().invoke(command, runs)

    assert "2 have equal code" in told.output


def test_a_change_of_the_users_own_module_is_what_a_gate_is_for(write, tmp_path):
    """Only the harness must be the same in both runs."""
    for name, text in (("a", "old"), ("b", "new")):
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(msgspec.structs.replace(RUN, sources={"jobs": text}))
            samples = [*sided(blocks(12, seed=1), text), *controls(1.0, 5)]
            ledger.append_all(samples)
    runs = [str(tmp_path / name) for name in "ab"]
    said = CliRunner().invoke(
        command, [*runs, "--fail-over", "5%"], standalone_mode=False
    )

    assert said.return_value == 0, said.output


def test_without_anything_equal_there_is_no_gate(write):
    """A drift of the machine would be taken for a change of the code."""
    runs = [write("a", sided(blocks(12), "x")), write("b", sided(blocks(12), "y"))]
    gate = CliRunner().invoke(command, [*runs, "--fail-over", "5%"])
    told = CliRunner().invoke(command, runs)

    assert "use run --against" in str(gate.exception)
    assert "noise between the runs is unknown" in told.output


@pytest.mark.parametrize("count", [0, 1])
def test_without_the_noise_between_the_runs_no_change_is_a_verdict(write, count):
    """`58.5 % faster` was beside "the noise is unknown"."""
    runs = [
        write(name, [*sided(blocks(12, ratio), name), *controls(1.0, 5)[: 48 * count]])
        for name, ratio in (("a", 1.0), ("b", 0.5))
    ]
    told = CliRunner().invoke(command, [*runs, "--json"]).stdout.splitlines()
    said = CliRunner().invoke(command, runs).output

    assert {json.loads(line)["verdict"] for line in told[:2]} == {"not judged"}
    assert "2 not judged" in said
    assert "changed:" not in said


def test_a_side_that_lost_its_figure_is_told_without_the_noise(write):
    """No noise takes a figure away."""
    gone = [one for one in blocks(12) if one.side == 0]
    runs = [write("a", sided(blocks(12), "old")), write("b", sided(gone, "new"))]
    said = CliRunner().invoke(command, runs).output

    assert "no figure any more" in said


def test_if_all_code_is_equal_a_few_sides_pass_the_gate(write):
    """None of them can be worse, however much the machine has changed."""
    runs = [
        write(name, scaled(sided(blocks(12, seed=1), "x"), drift))
        for name, drift in (("a", 1.0), ("b", 2.0))
    ]
    said = CliRunner().invoke(
        command, [*runs, "--fail-over", "5%"], standalone_mode=False
    )

    assert said.return_value == 0, said.output
    assert "not judged" not in said.output


def test_runs_of_two_machines_are_no_gate(write, tmp_path):
    """They are compared with a warning where nothing is to fail for it."""
    other = msgspec.structs.replace(
        RUN, machine=msgspec.structs.replace(RUN.machine, cpu="another")
    )
    with Ledger.create(tmp_path / "b") as ledger:
        ledger.append_all([other, *controls(1.0, 3)])
    runs = [write("a", controls(1.0, 1)), str(tmp_path / "b")]

    assert "cannot be compared" in str(
        CliRunner().invoke(command, [*runs, "--fail-over", "5%"]).exception
    )
    assert "warning: the runs differ in machine: cpu" in (
        CliRunner().invoke(command, runs).output
    )


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.85, 0.95, True),
        (0.94, 0.96, True),
        (0.85, 1.02, False),
        (0.96, 0.99, False),
        (1.05, 1.15, False),
    ],
)
def test_worse_is_surely_below_one_and_reaches_the_limit(low, high, expected):
    """A CI that fails for noise is switched off; one that misses 5 % is useless."""
    found = Interval(low, high, 0.95)
    one = Change("case", "threads", "3.11.7", 1.0, 0.9, (low + high) / 2, found)

    assert one.is_worse(0.05) is expected


def test_equal_code_fails_the_gate_in_at_most_one_of_forty_and_five_percent_is_found():
    """12 blocks whose ratios scatter by 2 %, 400 times each."""
    drawn = random.Random(11)

    def fails(truth):
        values = [math.log(truth) + drawn.gauss(0, 0.02) for _ in range(12)]
        found = interval(values)
        ends = Interval(math.exp(found.low), math.exp(found.high), 0.95)
        return Change("c", "t", "r", 1.0, 1.0, truth, ends).is_worse(0.05)

    assert sum(fails(1.0) for _ in range(400)) <= 10
    assert sum(fails(0.95) for _ in range(400)) >= 360


def test_a_side_that_gives_no_figure_any_more_is_worse(write):
    """It was measured before and fails now: that is no improvement."""
    gone = [s for s in blocks(12) if s.side == 0]
    runs = [
        write("a", [*sided(blocks(12), "old"), *controls(1.0, 1)]),
        write("b", [*sided(gone, "new"), *controls(1.0, 2)]),
    ]
    said = CliRunner().invoke(
        command, [*runs, "--fail-over", "5%"], standalone_mode=False
    )

    assert said.return_value == 1
    assert "from a figure to none" in said.output


def test_a_side_that_fails_in_both_runs_is_no_pass(write, tmp_path):
    """A wrong outcome leaves no figure in either run."""
    failed = [
        msgspec.structs.replace(one, status="wrong", seconds_per_operation=None)
        if one.side
        else one
        for one in blocks(12)
    ]
    runs = [
        write("a", [*sided(failed, "old"), *controls(1.0, 1)]),
        write("b", [*sided(failed, "new"), *controls(1.0, 2)]),
    ]
    junit = tmp_path / "out.xml"
    said = CliRunner().invoke(
        command,
        [*runs, "--fail-over", "5%", "--junit", str(junit)],
        standalone_mode=False,
    )

    assert said.return_value == 1
    assert 'message="failed: a sample was wrong, hung' in junit.read_text()
    assert "because it fails" in said.output
    assert "fails, so it has no figure" in said.output


def test_what_only_one_run_measured_is_named(write):
    """A case without time in the second run was not named anywhere."""
    runs = [
        write("a", [*blocks(12, case="lock [x] a : b"), *blocks(12, case="both")]),
        write("b", blocks(12, case="both")),
    ]
    said = CliRunner().invoke(command, runs)

    assert "only " in said.stderr
    assert "measured lock [x] a : b: not compared" in said.stderr


def test_runs_with_nothing_in_common_are_refused(write):
    """Success would say that nothing became worse."""
    runs = [write("a", blocks(6, case="a")), write("b", blocks(6, case="b"))]
    said = CliRunner().invoke(command, runs)

    assert "nothing in common" in str(said.exception)


def test_two_runs_of_code_against_itself_are_refused_with_the_reason(write):
    """A run and itself `measured nothing in common`."""
    run = write("a", [
        msgspec.structs.replace(one, subject=SUBJECT) for one in blocks(6)
    ])  # fmt: skip
    said = str(CliRunner().invoke(command, [run, run]).exception)

    assert "code against itself" in said
    assert "without --aa" in said
    assert said.count(run) == 1


@pytest.mark.parametrize(
    ("ended", "step"), [(False, "run --resume"), (True, "--lens throughput")]
)
def test_a_run_without_samples_is_refused_with_what_to_do(write, tmp_path, ended, step):
    """It was interrupted before its first sample, or it measured no speeds."""
    empty = tmp_path / "b"
    with Ledger.create(empty) as ledger:
        ledger.append(RUN)
        if ended:
            ledger.append(End(finished=2.0, elapsed_seconds=1.0))
    for runs in ([write("a", blocks(6)), str(empty)], [str(empty), str(empty)]):
        said = str(CliRunner().invoke(command, runs).exception)

        assert said.startswith(f"{empty} has no samples")
        assert step in said


@pytest.mark.parametrize("limit", ["x", "-1%", "200%", "nan", "0.05"])
def test_a_limit_that_is_no_percentage_is_refused(write, limit):
    """With the value that was given."""
    said = CliRunner().invoke(command, ["a", "b", "--fail-over", limit])

    assert said.exit_code == 2
    assert limit in said.output
