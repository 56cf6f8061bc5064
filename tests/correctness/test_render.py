"""A failing schedule as it stands in a terminal."""

import pytest

from bench.correctness.explain.render import ROWS, cell_text, table
from bench.records.certificates import Outcome, Step

STEP = Step(
    worker="run",
    file="event.py",
    line=18,
    source="self.not_empty.clear()  # must come later",
    action="clears Event 1",
)


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (80, " 18 self.not_empty.clear()  # must come later  (clears Event 1)"),
        (50, " 18 self.not_empty.clear()  (clears Event 1)"),
        (30, " 18 self.not_empty.clear() ..."),
    ],
)
def test_a_comment_gives_way_to_what_a_step_did(width, shown):
    """In a narrow column the code and its effect are read, the comment is not."""
    assert cell_text(STEP, width) == shown


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
