"""The commands that follow the plan of a port, in order."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bench.report.words.ports import Step


def next_steps(steps: Sequence[Step]) -> RenderableType:
    """The commands, each with a description; empty if there are none."""
    if not steps:
        return Group()
    return Group(Text(), Text("Next", "bold"), *map(_step, steps))


def _step(one: Step) -> RenderableType:
    lines = Text(one.command), Padding(Text(one.said, "dim"), (0, 0, 0, 4))
    return Padding(Group(*lines), (0, 0, 0, 2))
