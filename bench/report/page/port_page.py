"""The plan of a port as one page: the file beside its draft, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.records.ports import Plan
from bench.records.shapes import ShapeComparison
from bench.report.page import files
from bench.report.page.html_file import environment, part, policy
from bench.report.words import ports
from bench.report.words.ports import Step


@dataclass(frozen=True)
class PlannedFile:
    """A file's plan, and the file beside its draft."""

    plan: Plan
    shape: ShapeComparison


def write(planned: Sequence[PlannedFile], steps: Sequence[Step], path: Path) -> None:
    """Write the page, completely or not at all; raises CannotRunError on failure.

    `steps` are the commands that follow the plan.
    """
    files.write(Path(path), render(planned, steps))


def render(planned: Sequence[PlannedFile], steps: Sequence[Step]) -> str:
    """The plans of some files as one page that fetches nothing."""
    made = environment()
    style, script = (part(made, name) for name in ("report.css", "report.js"))
    return made.get_template("port.html.j2").render(
        planned=planned,
        steps=steps,
        ports=ports,
        style=style,
        script=script,
        policy=policy(style, script),
    )
