"""A failing schedule as it stands in a terminal."""

import pytest

from bench.correctness.render import cell_text
from bench.model import Step

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
