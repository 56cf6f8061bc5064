"""The method tried on what is known, its bookkeeping tried on paper."""

import math
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from bench.studies import noise
from bench.studies.noise import cells, hog, study, table
from bench.throughput import selftest
from bench.throughput.inference import Interval
from bench.throughput.measuring import measure
from bench.throughput.selftest import Found, Trials, row
from tests.throughput.fakes import ASYNCIO, THREADS, FakeWorkers


@pytest.fixture
def found(monkeypatch):
    """Trials that find what the test says."""

    def set_found(*intervals):
        left = iter(intervals)
        monkeypatch.setattr(
            selftest,
            "trial",
            lambda *_: (
                Found(12, Interval(*pair, 0.96)) if (pair := next(left)) else None
            ),
        )

    return set_found


def test_alarms_coverage_and_width_are_counted(found):
    """Equal, a little different, beyond 5 %, and one that came to nothing."""
    found((-0.01, 0.01), (0.01, 0.03), (0.06, 0.08), None)
    counted = row(Trials("threads", 5.0), (), 4, seed=0)

    assert (counted.trials, counted.covered) == (3, 1)
    assert (counted.differs, counted.beyond) == (2, 1)
    assert counted.half_width == pytest.approx(0.01)


def test_a_slowed_side_is_covered_at_its_true_ratio(found):
    """5 % slower is a log-ratio of -0.0488, not 0."""
    found((-0.06, -0.04), (-0.01, 0.01))
    counted = row(Trials("threads", 5.0, slowed=1.05), (), 2, seed=0)

    assert (counted.covered, counted.differs) == (1, 1)


def test_each_trial_has_its_own_seed_and_surroundings(found):
    """Trials in the same order of blocks would not be trials apart."""
    entered = []

    @contextmanager
    def beside(seed):
        entered.append(seed)
        yield

    found(*[(-0.01, 0.01)] * 3)
    row(Trials("threads", 5.0, surroundings=beside), (), 3, seed=7)

    assert entered == [7, 8, 9]


@pytest.mark.parametrize("slowed", [1.0, 1.05, 1.5])
@pytest.mark.parametrize("model", selftest.SIDES)
def test_a_trial_finds_how_much_one_side_was_slowed(monkeypatch, model, slowed):
    """The right side alone is slowed, and its throughput falls by that factor."""
    workers = FakeWorkers(noise=0.001)

    def run(chosen, ledger):
        return measure(chosen, ledger, workers, clock=workers.clock)

    monkeypatch.setattr(selftest.session, "run", run)
    one = selftest.trial(Trials(model, 10.0, slowed=slowed), (THREADS, ASYNCIO), 0)

    assert math.exp(one.interval.low) == pytest.approx(1 / slowed, rel=0.01)
    assert math.exp(one.interval.high) == pytest.approx(1 / slowed, rel=0.01)
    assert {spec["model"] for spec in workers.specs} == {model}


def test_the_study_covers_what_it_claims():
    """Both models, alone and beside a hog, and both effects."""
    titles = {trials.title for trials in study(is_quick=False)}

    assert {"threads A/A", "asyncio A/A, hog", "threads slowed 5 %"} < titles
    assert "asyncio slowed 2 %" in titles
    assert "holds truth" in table([], 80).plain


def test_the_cells_are_four_pairs_beside_four_neighbours_in_both_models():
    """Quiet, a hog, a hog in turns, two hogs: each must keep its coverage."""
    made = cells(20.0)

    assert len(made) == len({one.title for one in made}) == 4 * 4 * 2
    assert {one.pair for one in made} == {"lock", "event", "condition", "jobs"}
    with made[-1].surroundings(0):
        import multiprocessing

        assert len(multiprocessing.active_children()) == 2


def test_the_hog_ends_with_its_block():
    """It would disturb whatever comes next."""
    import multiprocessing

    with hog(0):
        assert len(multiprocessing.active_children()) == 1

    assert multiprocessing.active_children() == []


def test_a_study_of_hours_goes_on_where_it_stopped(found, tmp_path, monkeypatch):
    """Each trial is kept at once; a line that was cut off is tried again."""
    alone = dict.fromkeys(noise.NEIGHBOURS, selftest.quietly)
    monkeypatch.setattr(noise, "NEIGHBOURS", alone)
    file = tmp_path / "trials.jsonl"
    command = ["--cells", "--only", "event", "--trials", "2", "-o", str(file)]
    found(*[(-0.01, 0.01)] * 16)
    CliRunner().invoke(noise.main, command, catch_exceptions=False)
    whole = file.read_text()
    lines = whole.splitlines(keepends=True)
    file.write_text("".join(lines[:10]) + lines[10][:20])

    found(*[(-0.01, 0.01)] * 6)
    again = CliRunner().invoke(noise.main, command, catch_exceptions=False)

    assert len(lines) == 16
    assert "10 trials are kept, 6 are left" in again.output
    assert file.read_text() == whole
    assert again.output.count("2 of 2") == 8  # each holds the truth, both times


def test_a_study_that_is_cut_short_has_tried_each_kind(found, tmp_path):
    """One trial of each in turn: not forty of the first cell and none of the last."""
    file = tmp_path / "trials.jsonl"
    found(*[(-0.01, 0.01)] * 32)
    command = ["--cells", "--trials", "3", "-o", str(file), "--minutes", "0"]
    CliRunner().invoke(noise.main, command, catch_exceptions=False)
    chosen = cells(20.0)

    left = list(noise.missing(chosen, range(3), noise.kept(file)))

    assert not file.exists()
    assert [seed for _, seed in left[: len(chosen)]] == [0] * len(chosen)
    assert len(left) == 3 * len(chosen)
