"""Probes that are repeated: intervals, ratios, and no digit that one shot made up."""

import msgspec
import pytest

from bench.records.runs import Results
from bench.records.samples import Measurement
from bench.records.subjects import Runtime
from bench.report.words.figures import of_measurements
from bench.throughput.combined_probes import combined
from bench.throughput.doubts import doubts
from bench.throughput.probing import USUAL, _in_turn, probe
from tests.ledger.test_merging import RUN

THREADS = Runtime(python="3.11.7")
ASYNCIO = Runtime(python="3.11.7", loop="asyncio")
UVLOOP = Runtime(python="3.11.7", loop="uvloop")


def rounds(values, model="threads", runtime=THREADS, **changed):
    return [
        Measurement(
            name="cancel", title="ending workers", model=model, runtime=runtime,
            coordinates={"workers": 100.0}, values={"cancel_seconds": value},
            round=number, **changed,
        )
        for number, value in enumerate(values)
    ]  # fmt: skip


def test_rounds_are_one_row_with_its_interval():
    """One shot was told to three digits, and the next was forty times as long."""
    [one] = combined(rounds([0.010, 0.012, 0.011, 0.240, 0.013, 0.009]))

    assert one.rounds == 6
    assert one.values["cancel_seconds"] == pytest.approx(0.0115)
    spread = one.spreads["cancel_seconds"]
    assert (spread.low, spread.high) == (0.009, 0.240)
    [table] = of_measurements([one], "rest")
    assert table.rows == (("threads", "11.5 ms (9.00 ms to 240 ms)"),)


def test_models_are_compared_round_by_round():
    """What slows a round slows both, and cancels in their ratio."""
    slow = [1.0, 2.0, 4.0, 1.0, 3.0, 1.5]
    found = combined(
        [
            *rounds([0.010 * factor for factor in slow]),
            *rounds([0.005 * factor for factor in slow], "asyncio", ASYNCIO),
            *rounds([0.002 * factor * n for n, factor in enumerate(slow, 1)],
                    "asyncio", UVLOOP),
        ]
    )  # fmt: skip
    threads, tasks, uvloop = found

    assert threads.over_threads == {}
    assert tasks.over_threads == {}  # the same ratio in each round: nothing varies
    ratio = uvloop.over_threads["cancel_seconds"]
    assert (ratio.low, ratio.middle, ratio.high) == pytest.approx((0.2, 0.7, 1.2), 0.02)
    [table] = of_measurements(found, "rest")
    assert table.rows[-1][0] == "asyncio over threads"
    assert "(0.20 to 1.20×)" in table.rows[-1][-1]


def test_few_rounds_have_no_interval_and_are_doubted():
    """Five rounds have no interval of 95 %."""
    [one] = combined(rounds([0.010] * 3 + [0.011, 0.012]))

    assert one.spreads == {}
    said = doubts(Results(run=RUN, measurements=(one,)))
    assert any("probes of single costs have 5 rounds" in text for text in said)


def test_a_figure_that_jumps_between_rounds_is_doubted():
    """The median of 6 to 241 ms is no figure to plan with."""
    [one] = combined(rounds([0.006, 0.241, 0.1, 0.05, 0.006, 0.2]))

    [said] = doubts(Results(run=RUN, measurements=(one,)))
    assert "ending workers, threads: cancel_seconds is between 6 ms and 241 ms" in said


def test_a_figure_that_jumps_between_few_rounds_is_doubted():
    """The middle of 75 µs and 1 ms is a time that no round took."""
    [one] = combined(rounds([0.0000755, 0.001003]))

    jump, few = doubts(Results(run=RUN, measurements=(one,)))
    assert "cancel_seconds is between 75.5 µs and 1 ms over 2 rounds" in jump
    assert "have 2 rounds, too few for an interval" in few


def test_a_figure_of_few_rounds_is_shown_with_their_range():
    """There is no interval, but a reader must see how far the rounds differ."""
    [one] = combined(rounds([0.010, 0.030]))
    [table] = of_measurements([one], "rest")

    assert table.rows == (("threads", "20.0 ms (10.0 ms to 30.0 ms in 2 rounds)"),)


def test_few_rounds_that_are_equal_have_no_range():
    """Two equal ends say nothing."""
    [one] = combined(rounds([0.010, 0.010]))
    [table] = of_measurements([one], "rest")

    assert table.rows == (("threads", "10.0 ms"),)


def test_the_figure_that_differs_most_is_the_one_that_is_doubted():
    """A figure that is named first may be only just beyond the limit."""
    shots = [
        msgspec.structs.replace(one, values={"a_seconds": slow, "b_seconds": slower})
        for one, slow, slower in zip(
            rounds([0.0, 0.0]), (0.010, 0.021), (0.010, 0.090), strict=True
        )
    ]

    said, _ = doubts(Results(run=RUN, measurements=tuple(combined(shots))))
    assert "b_seconds is between 10 ms and 90 ms" in said


def test_percentiles_are_those_of_all_rounds_together():
    """A round has 200 values, and the 99th percentile takes 300."""
    shots = [
        Measurement(
            name="latency", title="latency", model="threads", runtime=THREADS,
            values={"latency_p50_seconds": 0.5, "latency_count": 200.0},
            series={"latency": tuple(n / 200 for n in range(200))}, round=number,
        )
        for number in range(6)
    ]  # fmt: skip
    [one] = combined(shots)

    assert one.values["latency_count"] == 1200
    assert one.values["latency_p99_seconds"] == pytest.approx(0.99, abs=0.01)
    assert one.series == {}


def test_a_failed_round_is_what_is_shown():
    """A hang in one of six rounds is no figure of the other five."""
    [one] = combined(
        [*rounds([1.0] * 3), *rounds([1.0], status="hung", reason="no result")]
    )

    assert (one.status, one.reason) == ("hung", "no result")


def test_a_record_of_an_older_run_is_shown_as_it_is():
    """It had one round, and no interval."""
    old = rounds([0.5])

    assert combined(old) == old


def test_runtimes_take_turns_in_a_round_and_the_order_is_reversed():
    """So that a drift of the machine does not favour the second."""
    wanted = [(one, runtime) for runtime in (THREADS, ASYNCIO) for one in USUAL]
    orders = [
        [(one.name, it.loop) for one, all_ in _in_turn(wanted, number) for it in all_]
        for number in (0, 1)
    ]

    assert orders[0][:4] == [
        ("lifecycle", None), ("lifecycle", "asyncio"), ("memory", None),
        ("memory", "asyncio"),
    ]  # fmt: skip
    assert orders[1][:2] == [("lifecycle", "asyncio"), ("lifecycle", None)]


def test_a_probe_without_time_is_not_begun():
    """At most means at most."""
    assert list(probe([(USUAL[0], THREADS)], left_seconds=lambda: 0.1)) == []
