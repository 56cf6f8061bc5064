"""What `compare` prints: whole names and figures, and the result of its gate."""

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands.compare import command, table
from bench.errors import CannotRunError
from bench.ledger.store import Ledger, read
from bench.report.words import cases, changes, units
from bench.runs import saved
from bench.throughput.changes import of_comparisons
from bench.throughput.planning import plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import ASYNCIO, THREADS, UVLOOP, blocks, settings

PAIRS = ("lock", "bounded_queue")


@pytest.fixture
def write(tmp_path):
    """Writes a run with all cases of a plan; asyncio has `ratio` times the speed."""

    def write(
        name, ratio=1.5, count=12, seed=0, code="", pairs=PAIRS, noise=0.01, **asked
    ):
        made = settings(**{"runtimes": (THREADS, ASYNCIO), **asked})
        with Ledger.create(tmp_path / name) as ledger:
            ledger.append(msgspec.structs.replace(RUN, settings=made))
            for number, case in enumerate(plan(pairs, made).cases):
                for one in blocks(
                    count, ratio, noise, seed=seed + number, case=case.name
                ):
                    side = case.sides[one.side]
                    ledger.append(
                        msgspec.structs.replace(
                            one,
                            subject=msgspec.structs.replace(
                                side, source_sha256=f"{side.model}{code * one.side}"
                            ),
                            workload=replace(case.workload, operations=1000),
                        )
                    )
        return str(tmp_path / name)

    return write


def compared(*arguments, width=80):
    return CliRunner(env={"COLUMNS": str(width)}).invoke(
        command, [*map(str, arguments)], standalone_mode=False
    )


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("runtimes", [(THREADS, ASYNCIO), (THREADS, ASYNCIO, UVLOOP)])
def test_a_table_fits_into_the_terminal_with_whole_figures(write, width, runtimes):
    """A terminal would fold a longer line inside a figure or a name."""
    runs = [
        write(name, ratio, code=name, runtimes=runtimes)
        for name, ratio in (("a", 150.0), ("b", 330.0))
    ]
    said = compared(*runs, width=width)

    assert said.exit_code == 0, said.output
    assert max(map(len, said.stdout.splitlines())) <= width
    told = [json.loads(line) for line in compared(*runs, "--json").stdout.splitlines()]
    shown = " ".join(said.stdout.split())
    for one in told:
        assert (
            f"{one['before_per_second']:,.0f} {one['after_per_second']:,.0f}" in shown
        )


def test_what_changed_is_before_the_speeds(write):
    """If a terminal is narrow, the first columns are beside the model."""
    lines = compared(write("a"), write("b", seed=5), width=50).stdout.splitlines()
    [head] = [line for line in lines if line.split()[:2] == ["model", "change"]]
    first = lines.index(head)

    assert head.split() == ["model", "change", "interval", "verdict"]
    assert lines[first + 1].split() == ["before", "/s", "after", "/s"]


def test_the_interval_is_named_with_its_own_confidence(write):
    """The intervals of few blocks cover more than 95 %."""
    runs = write("a", count=6), write("b", count=6, seed=5)
    least = min(
        json.loads(line)["confidence"]
        for line in compared(*runs, "--json").stdout.splitlines()
    )
    text = " ".join(compared(*runs).stdout.split())

    assert f"Each interval holds with {least * 100:.3g} % confidence or more." in text
    assert "95 % interval" not in text


def test_a_change_that_is_not_the_quotient_of_both_speeds_is_explained(write):
    """A reader divides the two columns."""
    text = " ".join(compared(write("a"), write("b", seed=5)).stdout.split())

    assert "the median of the ratios of blocks, not after / before" in text


@pytest.mark.parametrize(
    "asked",
    [{"runtimes": (THREADS, ASYNCIO, UVLOOP)}, {"placements": ("pinned", "free")}],
    ids=["loops", "placements"],
)
def test_rows_with_several_opponents_are_told_apart(write, tmp_path, asked):
    """Threads were measured beside each loop, and had two rows of one name."""
    run = write("a", pairs=("lock",), **asked)
    said = compared(run, run, "--junit", tmp_path / "out.xml", width=200)
    titles = [
        line for line in said.stdout.splitlines() if line.startswith("lock [2 workers]")
    ]
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    names = [(one.get("classname"), one.get("name")) for one in suite]

    assert len(titles) == len(set(titles)) >= 2
    assert len(names) == len(set(names)) == 4


def test_a_side_has_the_shortest_name_that_no_other_side_has():
    """The names of cases are long."""
    contest = "threads (3.11) : asyncio (3.11 {})"
    first, second = (f"lock [2 workers] {contest.format(x)}" for x in "ab")
    sides = [
        ("event [2 workers] x : y", "threads", "3.11"),
        ("lock [9 workers] x : y", "asyncio", "3.11 a"),
        (first, "threads", "3.11"),
        (first, "asyncio", "3.11 a"),
        (second, "threads", "3.11"),
        (second, "asyncio", "3.11 b"),
    ]

    assert cases.names(sides) == [
        "event threads",
        "lock [9 workers] asyncio",
        f"{first}, threads (3.11)",
        "lock [2 workers] asyncio (3.11 a)",
        f"{second}, threads (3.11)",
        "lock [2 workers] asyncio (3.11 b)",
    ]


@pytest.mark.parametrize("verdict", ["unknown", "not judged"])
def test_no_change_is_shown_only_of_sides_that_were_judged(verdict):
    """`no change shown; 2 have equal code; 1 not judged`: no side was judged."""
    open_, same = ("a", verdict, 0.5), ("b", "same code", 1.0)

    assert "no change shown" not in changes.in_a_line([open_, same])
    assert "no change shown" in changes.in_a_line([same])
    assert "no change shown" in (
        changes.in_a_line([open_, same, ("c", "no change shown", 1.0)])
    )


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("same code", "equal code"), ("unknown", "too few blocks to tell")],
)
def test_one_side_has_and_two_sides_have(verdict, said):
    """`Of 1 side: 1 have too few blocks to tell`."""
    one = ("lock threads", verdict, 1.5)

    assert f"1 has {said}" in changes.in_a_line([one])
    assert f"2 have {said}" in changes.in_a_line([one, one])


@pytest.mark.parametrize(
    ("ratio", "result", "status"),
    [
        (0.8, "gate at 5 %: 4 of 4 sides worse", 1),
        (1.0, "gate at 5 %: no side worse", 0),
    ],
)
def test_the_result_of_the_gate_is_where_the_table_is(write, ratio, result, status):
    """The log of a CI job often keeps one stream."""
    said = compared(write("a", ratio, against="old"), "--fail-over", "5%")
    worse = [line for line in said.stdout.splitlines() if line.startswith("worse: ")]

    assert said.return_value == status
    assert said.stdout.splitlines()[-1] == result
    assert len(worse) == 4 * status
    assert said.stderr == ""


def test_a_gate_that_could_not_see_the_limit_says_so(write):
    """With an interval from 0.60 to 1.09, `no side worse` sounded like a proof."""
    wide = write("a", 0.97, count=6, against="old", noise=0.3, pairs=("lock",))
    said = compared(wide, "--fail-over", "5%")
    lines = said.stdout.splitlines()
    lows = [
        json.loads(line)["low"] for line in compared(wide, "--json").stdout.splitlines()
    ]

    assert said.return_value == 0
    assert lines[-1] == "gate at 5 %: no side worse"
    assert lines[-2].startswith(
        "not decided: 2 of 2 sides may be slower by 5 % or more"
    )
    assert f"by up to {units.percent(1 - min(lows))}); give more --budget" in lines[-2]
    assert "not decided" not in compared(wide, "--fail-over", "90%").output


def test_a_side_that_fails_has_no_interval_for_another_reason(write, tmp_path):
    """`too few blocks` was beside `fails`."""
    before, after = write("a", code="a"), write("b", code="b")
    with Ledger.create(tmp_path / "c") as ledger:
        for one in read(Path(after)):
            if getattr(one, "side", 0):
                one = msgspec.structs.replace(
                    one, status="wrong", seconds_per_operation=None
                )
            ledger.append(one)
    said = compared(before, tmp_path / "c", width=200).stdout
    rows = [line for line in said.splitlines() if " fails " in line]

    assert len(rows) == len(PAIRS)
    assert all("too few blocks" not in row and "none" in row for row in rows)


def test_the_result_of_the_gate_is_in_json_which_stays_json(write):
    """A program need not know the rule; without a gate there is no result."""
    run = write("a", 0.8, against="old")
    gate = compared(run, "--fail-over", "5%", "--json")
    usual = compared(run, "--json")

    assert [json.loads(line)["is_worse"] for line in gate.stdout.splitlines()] == (
        [True] * 4
    )
    assert "gate at 5 %: 4 of 4 sides worse" in gate.stderr
    assert {json.loads(line)["is_worse"] for line in usual.stdout.splitlines()} == {
        None
    }


def test_the_name_of_a_case_has_no_verdict(write):
    """Its first side is worse, and the name is of both sides."""
    results = saved.results(Path(write("a", 0.8, against="old")))
    text = table(of_comparisons(results.comparisons), 0.05, 80)
    at = text.plain.index("lock [2 workers]")

    assert any("red" in str(span.style) for span in text.spans)
    assert not any(
        span.start <= at < span.end and "red" in str(span.style) for span in text.spans
    )


def test_a_file_for_the_verdicts_is_checked_first(write, tmp_path):
    """The table was printed, and then the status of the gate was lost."""
    said = compared(write("a"), write("b"), "--junit", tmp_path / "no" / "x.xml")

    assert isinstance(said.exception, CannotRunError)
    assert "there is no folder" in str(said.exception)
    assert said.stdout == ""
