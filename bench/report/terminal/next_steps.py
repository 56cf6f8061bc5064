"""What to do with the plan of a port: the commands, in their order."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bench.records.ports import Plan
from bench.report.words import ports
from bench.report.words.ports import Step


def next_steps(plans: Sequence[Plan], given: str, path: Path) -> RenderableType:
    """Write the draft, finish it, run it, explore it; nothing where nothing waits."""
    steps = ports.next_steps(plans, given, path)
    if not steps:
        return Group()
    return Group(Text(), Text("Next", "bold"), *map(_step, steps))


def _step(one: Step) -> RenderableType:
    lines = Text(one.command), Padding(Text(one.said, "dim"), (0, 0, 0, 4))
    return Padding(Group(*lines), (0, 0, 0, 2))
