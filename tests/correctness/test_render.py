"""A failing schedule as it stands in a terminal."""

from dataclasses import replace

import pytest

from bench.correctness import explore
from bench.correctness.explain.render import (
    ROWS,
    failure_lines,
    table,
    verdict_text,
)
from bench.correctness.explain.trace_columns import cell_lines
from bench.records.certificates import Failure, Outcome, Step, Waiter
from tests.correctness import scenarios

STEP = Step(
    worker="run",
    file="event.py",
    line=18,
    source="self.not_empty.clear()  # must come later",
    action="clears not_empty",
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, [" 18 self.not_empty.clear()  # must come later  (clears not_empty)"]),
        (50, [" 18 self.not_empty.clear()  (clears not_empty)"]),
        (30, [" 18 self.not_empty.clear()", "    (clears not_empty)"]),
    ],
)
def test_a_comment_gives_way_to_what_a_step_did(width, shown):
    """In a narrow column the code and its effect are read, the comment is not."""
    assert cell_lines(STEP, width) == shown


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_a_trace_never_cuts_what_was_acquired_or_read(width):
    """What a step did is the point of a trace; a narrow terminal only wraps it."""
    done = "reads machine.tray.count, acquires machine.guards['the first of all']"
    steps = [
        Step(worker=worker, action=done, line=7, source="with self.guard: " + "x" * 90)
        for worker in ("vendor", "buyer")
    ]
    waits = "machine.guards['the last of all']"
    failure = Failure(
        symptom="deadlock",
        steps=tuple(steps),
        waiters=(
            Waiter(worker="buyer", waits_for=waits, held_by="vendor since line 12"),
        ),
    )

    lines = failure_lines(failure, width)

    assert all(len(line) <= width for line in lines)
    column = " ".join(line.strip() for line in lines)
    assert column.count(f"({done})") == 2
    assert f"buyer waits for {waits}, held by vendor since line 12" in column


def test_of_many_ends_the_most_frequent_are_shown_and_the_rest_counted():
    """Two thousand lines would push the verdict and the trace out of sight."""
    ends = [
        Outcome(state=f"value={n}", schedules=100 - n, acceptable=n < 90)
        for n in range(93)
    ]
    lines = table(ends)

    assert len(lines) == ROWS + 1 + 3
    assert lines[0].split() == ["100", "ok", "value=0"]
    rest = sum(end.schedules for end in ends[ROWS:90])
    assert lines[ROWS].split()[:4] == [f"{rest:,}", "ok", "78", "other"]
    assert [line.split()[1] for line in lines[-3:]] == ["WRONG"] * 3


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_of_a_verdict_is_longer_than_the_width(width):
    """A terminal breaks a longer one anywhere, and the columns with it."""
    found = explore(f"{scenarios.__file__}:Counter")

    lines = verdict_text(replace(found, scenario="a.py:Counter"), width).splitlines()

    assert max(map(len, lines)) <= width
    assert "".join(lines).replace(" ", "").count("(writesvalue)") == 1
