"""A schedule that replays: who goes until when, in words that survive an edit.

Each entry says: let this worker go on until it has done this operation for the n-th
time.  No line numbers and no bytecode: the same file replays on another Python, and
after a change somewhere else in the program.
"""

from bench.correctness.engine.kernel import Kernel, kernel
from bench.correctness.engine.scheduling import default_choice
from bench.correctness.engine.transitions import PointId, Transition, Worker
from bench.correctness.explain.labels import label, path_to
from bench.correctness.instrument.sites import SITES
from bench.correctness.records.schedule import Schedule


def turns(transitions: list[Transition]) -> tuple[tuple[str, str, int], ...]:
    """The turns of a recorded run."""
    counts: dict[tuple[str, str], int] = {}
    made: list[tuple[str, str, int]] = []
    for transition in transitions:
        assert transition.what is not None
        name, what = transition.worker.name, transition.label
        counts[name, what] = count = counts.get((name, what), 0) + 1
        if made and made[-1][0] == name:
            made.pop()
        made.append((name, what, count))
    return tuple(made)


class Replay:
    """Follows the turns of a schedule; beyond its end, whoever can goes on."""

    any_conflict = False

    def __init__(self, schedule: Schedule) -> None:
        self.turns = schedule.turns
        self.at = 0
        self.counts: dict[tuple[str, str], int] = {}
        self.missed = 0  # turns that could not be taken

    def choose(self, kernel: Kernel, enabled: list[Worker]) -> Worker | None:
        by_name = {worker.name: worker for worker in enabled}
        while self.at < len(self.turns):
            name, what, count = self.turns[self.at]
            if self.counts.get((name, what), 0) < count:
                worker = by_name.get(name)
                if worker is not None:
                    return self.take(worker)
                self.missed += 1
            self.at += 1
        return self.take(default_choice(enabled, kernel.running))

    def take(self, worker: Worker) -> Worker:
        key = worker.name, label(worker.what)
        self.counts[key] = self.counts.get(key, 0) + 1
        return worker


def points_in_words(points: set[PointId]) -> tuple[str, ...]:
    """The marks of an exploration, in words."""
    return tuple(sorted(map(point_in_words, points)))


def point_in_words(point: object) -> str:
    """An operation on something is known by the path to it, not by when it was made."""
    if isinstance(point, int):
        return SITES[point].words
    if type(point) is tuple and len(point) == 2:
        name, verb = point
        path = path_to(kernel.primitives.get(name))
        if path is not None:
            return repr((path, verb))
    return repr(point)


class PointsInWords(set[PointId]):
    """The marks that a schedule's words mean, whatever the places are called now."""

    def __init__(self, points: tuple[str, ...]) -> None:
        super().__init__()
        self.words = frozenset(points)
        self.known: dict[PointId, bool] = {}

    def __contains__(self, point: object) -> bool:
        answer = self.known.get(point)
        if answer is None:
            answer = point_in_words(point) in self.words
            self.known[point] = answer
        return bool(answer)
