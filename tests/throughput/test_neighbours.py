"""Other programs on the core: left out where they come and go, else allowed for."""

import math
import random
import re

import msgspec
import pytest

from bench.pairs.catalogue import PAIRS
from bench.records.runs import Results
from bench.throughput import this_process, worker
from bench.throughput.doubts import doubts
from bench.throughput.inference import compare, log_ratios, noise
from bench.throughput.jobs import JOBS, JobsOutcome
from bench.throughput.neighbours import TAKEN, Neighbours, neighbours, quiet
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, sample


def beside(samples, shares):
    """The samples with what others took: by side, or by block."""
    return [
        msgspec.structs.replace(one, measures={TAKEN: shares(one)}) for one in samples
    ]


def slowed(count, truth, taken, seed=0):
    """Blocks of a true ratio, in which others take a share of each side's time."""
    drawn = random.Random(seed)
    made = []
    for one in blocks(count, truth, seed=seed):
        share = max(0.0, min(0.9, taken[one.side] + drawn.gauss(0, 0.05)))
        seconds = one.seconds_per_operation / (1 - share)
        made.append(
            msgspec.structs.replace(
                one,
                seconds_per_operation=seconds,
                windows=(seconds,) * 4,
                measures={TAKEN: share + drawn.gauss(0, 0.05)},
            )
        )
    return made


def test_a_neighbour_that_slows_one_side_more_does_not_move_the_truth_out():
    """`event` read 8.9 times beside a busy program, and 3.0 on a quiet machine."""
    [alone] = compare(slowed(24, 3.0, (0.0, 0.0)))
    [busy] = compare(slowed(24, 3.0, (0.66, 0.10)))

    assert alone.low <= 3.0 <= alone.high
    assert alone.high / alone.low < 1.1
    assert alone.note is None
    assert busy.ratio > 7
    assert busy.low <= 3.0 <= busy.ratio <= busy.high
    assert re.search(r"other programs took 6\d and \d+ % of the core", busy.note)


def test_a_neighbour_that_slows_both_alike_is_told_and_widens_little():
    """The ratio is what it was; that it was busy is still worth a word."""
    [one] = compare(slowed(24, 3.0, (0.5, 0.5)))

    assert one.low <= 3.0 <= one.high
    assert one.high / one.low < 1.5
    assert "other programs took" in one.note


def test_blocks_beside_a_neighbour_are_left_out_where_others_are_enough():
    """One that computes and rests in turns leaves quiet blocks between."""
    calm = slowed(14, 3.0, (0.0, 0.0))
    loud = [
        msgspec.structs.replace(one, block=one.block + 14)
        for one in slowed(10, 3.0, (0.66, 0.10), seed=1)
    ]
    [one] = compare([*calm, *loud])

    assert one.blocks == 14
    assert one.low <= 3.0 <= one.high
    assert "10 blocks left out" in one.note


def test_too_few_quiet_blocks_are_not_chosen_alone():
    """Five blocks have no interval, and choosing among few is choosing."""
    mixed = [*slowed(5, 3.0, (0.0, 0.0)), *slowed(9, 3.0, (0.6, 0.6))]

    assert quiet(mixed) == mixed


def test_the_noise_floor_leaves_them_out_too():
    """It is made of the same samples."""
    subject = sample(0, 0, 0, 1.0).subject
    samples = [
        msgspec.structs.replace(one, subject=subject)
        for one in beside(blocks(30), lambda one: 0.5 * (one.block % 2))
    ]
    [floor] = noise(samples)

    assert floor.blocks == 15


def test_without_the_measure_nothing_changes():
    """Of an older run, of a system that does not say, of several cores."""
    samples = blocks(12, 2.0)

    assert neighbours(samples) is None
    assert quiet(samples) == samples
    assert len(log_ratios(quiet(samples))) == 12


@pytest.mark.parametrize(("left", "right"), [(0.0, 0.0), (0.04, 0.05)])
def test_a_little_is_no_neighbour(left, right):
    """The system itself runs now and then."""
    assert not Neighbours(left, right).are_busy


def test_the_shift_takes_the_time_of_others_out():
    """Half of the left's time was others': it is twice as fast without them."""
    assert Neighbours(0.5, 0.0).log_shift == pytest.approx(math.log(0.5))
    assert Neighbours(0.0, 0.5).log_shift == pytest.approx(math.log(2.0))


def test_a_busy_machine_is_a_doubt_with_its_number():
    """And not only a remark in a row."""
    samples = beside(blocks(12), lambda one: 0.3 if one.side else 0.4)
    said = doubts(Results(run=RUN, comparisons=tuple(compare(samples))))

    assert any("other programs took up to 40 % of the measured core" in s for s in said)


def test_a_core_says_how_long_it_was_idle(tmp_path, monkeypatch):
    """With the time in which it waited for a disk."""
    text = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu1 100 10 20 5000 50 3 4 200 7 0\n"
    real = open
    (tmp_path / "stat").write_text(text)
    monkeypatch.setattr(
        this_process,
        "open",
        lambda path, **how: real(tmp_path / "stat", **how),
        raising=False,
    )
    monkeypatch.setattr(this_process.os, "sysconf", lambda _: 100, raising=False)

    assert this_process.core_idle_seconds(1) == pytest.approx(50.5)
    assert this_process.core_idle_seconds(7) is None


def test_what_is_neither_ours_nor_idle_is_others(monkeypatch):
    """Of 10 s we computed for 4 and the core was idle for 3."""
    monkeypatch.setattr(worker, "idle_seconds", iter([100.0, 103.0]).__next__)
    monkeypatch.setattr(worker.time, "process_time", iter([1.0, 5.0]).__next__)
    window, _ = worker.timed(PAIRS["lock"], lambda *_: (10.0, None), {})

    assert window.others_seconds == pytest.approx(3.0)


def test_a_system_that_does_not_say_is_no_failure(monkeypatch):
    """Windows and macOS have no such file."""

    def refuse(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(this_process, "open", refuse, raising=False)

    assert this_process.core_idle_seconds(0) is None


def test_a_process_of_several_cores_is_not_measured(monkeypatch):
    """What others do on one of them need not slow it."""
    monkeypatch.setattr(worker.os, "sched_getaffinity", lambda _: {0, 1}, raising=False)

    assert worker.idle_seconds() is None


@pytest.mark.parametrize(
    ("workers", "cpu", "span", "idle", "taken"),
    [
        # one worker: 100 jobs of 10 ms and 1 ms; others use the core while it waits
        (1, 0.1, 1.1, 0.4, 0.0),
        # the same, and the run is 0.2 s longer than its waits and its computing
        (1, 0.1, 1.3, 0.4, 0.2 / 1.3),
        # others use less of the core than the run is longer: a wait can be late
        (1, 0.1, 1.3, 1.1, 0.1 / 1.3),
        # ten workers, which compute all the time: others take what the core lacks
        (10, 1.0, 1.5, 0.0, 0.5 / 1.5),
    ],
)
def test_other_programs_delay_nothing_while_jobs_wait(
    workers, cpu, span, idle, taken, monkeypatch
):
    """They were said to take 58 % from jobs which mostly waited."""
    clock = iter([0.0, idle])
    monkeypatch.setattr(worker, "idle_seconds", lambda: next(clock))
    computed = iter([0.0, cpu])
    monkeypatch.setattr(worker.time, "process_time", lambda: next(computed))
    outcome = JobsOutcome(startup_seconds=0.0, seconds=span, shares=[])
    options = {"count": 100, "workers": workers, "wait_seconds": 0.01, "steps": 0}

    window, _ = worker.timed(JOBS, lambda *_: (span, outcome), options)

    assert window.others_seconds / span == pytest.approx(taken)


def test_a_row_and_the_doubt_have_one_share():
    """The row had a mean of 95 %, and the doubt a median of 98 %."""
    shares = [0.99] * 20 + [0.02] * 28
    found = beside(blocks(12), lambda one: shares[one.block * 4 + one.position])
    results = Results(run=RUN, comparisons=tuple(compare(found)))
    [one] = results.comparisons
    told = [round(values[TAKEN] * 100) for values in one.measures.values()]

    assert f"took {told[0]} and {told[1]} % of the core" in one.note
    assert any(f"up to {max(told)} %" in said for said in doubts(results))


def test_no_interval_is_said_to_be_widened_where_there_is_none():
    """Two blocks have no interval."""
    found = beside(blocks(2), lambda _: 0.5)
    results = Results(run=RUN, comparisons=tuple(compare(found)))
    [said] = [one for one in doubts(results) if "other programs took" in one]

    assert "widened" not in said
