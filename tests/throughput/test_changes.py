"""One run against another: what a machine in CI may fail for."""

import math
import random
from itertools import combinations

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bench.commands.compare import command
from bench.ledger.store import Ledger
from bench.throughput.changes import Change, changes, hodges_lehmann, mann_whitney
from bench.throughput.inference import Interval
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


@pytest.mark.parametrize(
    ("ratio", "limit", "status"),
    [(0.9, "5%", 1), (0.9, "20%", 0), (1.1, "5%", 0), (0.9, None, 0), (0.97, "5", 0)],
)
def test_the_exit_status_says_whether_something_became_worse(
    write, ratio, limit, status
):
    """asyncio alone changes here, by 10 % down or up; 3 % is within the limit."""
    runs = [write("a", blocks(12, seed=1)), write("b", blocks(12, ratio, seed=2))]
    options = ["--fail-over", limit] if limit else []
    said = CliRunner().invoke(command, [*runs, *options])

    assert said.exit_code == status, said.output
    assert ("worse: asyncio" in said.output) == bool(status)


@pytest.mark.parametrize(
    ("ratio", "high", "expected"),
    [(0.9, 0.95, True), (0.9, 1.02, False), (0.97, 0.99, False), (1.1, 1.2, False)],
)
def test_worse_is_beyond_the_limit_and_surely_below_one(ratio, high, expected):
    """A CI that fails for noise is switched off."""
    found = Interval(ratio - 0.1, high, 0.95)
    one = Change("case", "threads", "3.11.7", 1.0, ratio, ratio, found)

    assert one.is_worse(0.05) is expected


def test_a_side_that_gives_no_figure_any_more_is_worse(write):
    """It was measured before and fails now: that is no improvement."""
    gone = [s for s in blocks(12) if s.side == 0]
    runs = [write("a", blocks(12)), write("b", gone)]
    said = CliRunner().invoke(command, [*runs, "--fail-over", "5%"])

    assert said.exit_code == 1
    assert "from a figure to none" in said.output


def test_runs_with_nothing_in_common_are_refused(write):
    """Success would say that nothing became worse."""
    runs = [write("a", blocks(6, case="a")), write("b", blocks(6, case="b"))]
    said = CliRunner().invoke(command, runs)

    assert "nothing in common" in str(said.exception)


@pytest.mark.parametrize("limit", ["x", "-1%", "200%", "nan"])
def test_a_limit_that_is_no_percentage_is_refused(write, limit):
    """With the value that was given."""
    said = CliRunner().invoke(command, ["a", "b", "--fail-over", limit])

    assert said.exit_code == 2
    assert limit in said.output
