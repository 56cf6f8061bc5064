"""A failing schedule as swim lanes: a column for each worker, a row for each step."""

from dataclasses import dataclass
from pathlib import PurePath

from markupsafe import Markup

from bench.records.certificates import Failure, Step, Waiter
from bench.report.page.listing import coloured

# the action of a step, between two awaits of a task, without an access to shared state
RESUMES = "resumes"
# the text for what a task awaits, if this has no name; it is left out, because the
# source line shows the await
AWAITED = "an unnamed future"
MOST_STEPS = 200  # the most steps that are shown; the shortest schedules have about 12


@dataclass(frozen=True)
class Lane:
    """One step in the lane of its worker, or a gap for steps that are left out."""

    number: int | None  # the number of the step; None for a gap
    lane: int  # from 0, in order of first appearance
    worker: str
    action: str
    place: str  # "file:line", or empty
    source: Markup
    switched: bool  # whether the step before it was a step of another worker


@dataclass(frozen=True)
class Wait:
    """A worker that waits at the end, with what it waits for and at which line."""

    worker: str
    waits_for: str
    held_by: str | None
    source: Markup
    place: str


@dataclass(frozen=True)
class Pool:
    """The lanes of one failure."""

    workers: tuple[str, ...]
    rows: tuple[Lane, ...]
    steps: int
    waits: tuple[Wait, ...]
    left_out: int


def pool(failure: Failure) -> Pool:
    """Arrange the steps of a failure in lanes."""
    workers = tuple(dict.fromkeys(s.worker for s in failure.steps if s.worker))
    shown = failure.steps[:MOST_STEPS]
    rows: list[Lane] = []
    number, before = 0, None
    for step in shown:
        number += bool(step.worker)
        switched = bool(before and step.worker and step.worker != before)
        rows.append(_lane(step, number, workers, switched=switched))
        before = step.worker or before
    return Pool(
        workers=workers,
        rows=tuple(rows),
        steps=number,
        waits=tuple(_wait(one) for one in failure.waiters),
        left_out=len(failure.steps) - len(shown),
    )


def _lane(step: Step, number: int, workers: tuple[str, ...], *, switched: bool) -> Lane:
    return Lane(
        number=number if step.worker else None,
        lane=workers.index(step.worker) if step.worker else 0,
        worker=step.worker,
        action=step.action or RESUMES,
        place=place(step.file, step.line),
        source=coloured(step.source.strip())[0],
        switched=switched,
    )


def _wait(one: Waiter) -> Wait:
    return Wait(
        worker=one.worker,
        waits_for=one.waits_for.removeprefix("waits for ").replace(AWAITED, ""),
        held_by=one.held_by,
        source=coloured(one.source.strip())[0],
        place=place(one.file, one.line),
    )


def place(file: str, line: int) -> str:
    """The place of a step: the last two parts of the path, and the line."""
    short = "/".join(PurePath(file).parts[-2:]) if file else ""
    return f"{short}:{line}" if short and line else short
