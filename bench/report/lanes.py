"""A broken schedule as swim lanes: a column a worker, a row a step."""

from dataclasses import dataclass

from markupsafe import Markup

from bench.model import Failure, Step
from bench.report.listing import coloured

MOST_STEPS = 200  # shown; the shortest schedules have about a dozen


@dataclass(frozen=True)
class Lane:
    """One step, in the lane of its worker."""

    number: int
    lane: int  # from 0, in order of first appearance
    worker: str
    action: str
    place: str  # file:line, or nothing
    source: Markup
    switched: bool  # another worker went on than the one before


@dataclass(frozen=True)
class Pool:
    """All lanes of one failure."""

    workers: tuple[str, ...]
    steps: tuple[Lane, ...]
    left_out: int


def pool(failure: Failure) -> Pool:
    """Lay the steps of a failure out in lanes."""
    workers = tuple(dict.fromkeys(step.worker for step in failure.steps))
    steps = failure.steps[:MOST_STEPS]
    previous = [None, *(step.worker for step in steps)]
    return Pool(
        workers=workers,
        steps=tuple(
            Lane(
                number=number,
                lane=workers.index(step.worker),
                worker=step.worker,
                action=step.action,
                place=place(step),
                source=coloured(step.source.strip())[0],
                switched=before is not None and before != step.worker,
            )
            for number, (before, step) in enumerate(
                zip(previous, steps, strict=False), 1
            )
        ),
        left_out=len(failure.steps) - len(steps),
    )


def place(step: Step) -> str:
    """Where a step stands: the file's name and the line, as an editor takes it."""
    return f"{step.file}:{step.line}" if step.file and step.line else step.file
