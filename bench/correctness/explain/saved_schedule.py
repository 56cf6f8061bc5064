"""A schedule as text that can be replayed, even after the program was edited.

The text consists of turns.  A turn consists of a worker, an operation and a count n.
It means: the worker runs until it has made the operation for the n-th time.  There are
no line numbers and no bytecode offsets.  So the same text can be replayed on another
Python version, and after changes elsewhere in the program.
"""

import ast
from collections.abc import Iterable

from bench.correctness.engine.kernel import Kernel, kernel
from bench.correctness.engine.namespaces import behind
from bench.correctness.engine.scheduling import default_choice
from bench.correctness.engine.transitions import PointId, Transition, Worker, Written
from bench.correctness.explain.labels import label, path_to
from bench.correctness.instrument.sites import SITES
from bench.correctness.records.schedule import Schedule


def turns(transitions: list[Transition]) -> tuple[tuple[str, str, int], ...]:
    """Return the turns of a recorded run.

    The transitions that a worker makes in a row are one turn: the worker, its last
    operation, and how often it has made this operation so far in the run.
    """
    counts: dict[tuple[str, str], int] = {}
    found: list[tuple[str, str, int]] = []
    for transition in transitions:
        assert transition.what is not None
        name, what = transition.worker.name, transition.label
        counts[name, what] = count = counts.get((name, what), 0) + 1
        if found and found[-1][0] == name:
            found.pop()
        found.append((name, what, count))
    return tuple(found)


class Replay:
    """A chooser that follows the turns of a schedule.

    After the last turn it makes the default choice, which has no preemptions.
    """

    any_conflict = False

    def __init__(self, schedule: Schedule) -> None:
        self.turns = schedule.turns
        self.at = 0
        self.counts: dict[tuple[str, str], int] = {}
        self.missed = 0  # turns whose worker was not enabled

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

    def not_followed(self) -> int:
        """How many turns were not possible, or were left when the run ended."""
        left = self.turns[self.at :]
        return self.missed + sum(
            self.counts.get((name, what), 0) < count for name, what, count in left
        )

    def take(self, worker: Worker) -> Worker:
        """Count the worker's operation, and return the worker."""
        key = worker.name, label(worker.what)
        self.counts[key] = self.counts.get(key, 0) + 1
        return worker


def points_in_words(points: set[PointId]) -> tuple[str, ...]:
    """Return the ids of scheduling points as text, for a saved schedule."""
    return tuple(sorted(map(point_in_words, points)))


def point_in_words(point: object) -> str:
    """Return the id of a scheduling point as text.

    An operation of a primitive is identified by the path to the primitive, if there is
    one.  The name would be less stable: it contains a count of objects, which an edit
    of the program may change.
    """
    if isinstance(point, int):
        return SITES[point].words
    if type(point) is tuple and len(point) == 2:
        name, verb = point
        path = path_to(behind(kernel.primitives.get(name)))
        if path is not None:
            return repr((path, verb))
    return repr(point)


def written_in(points: Iterable[str]) -> list[Written]:
    """The points of the type `Written` among these points in words."""
    begin, end = repr(Written("")).split("''")
    return [
        Written(ast.literal_eval(words[len(begin) : -len(end)]))
        for words in points
        if words.startswith(begin)
    ]


class PointsInWords(set[PointId]):
    """The set of scheduling points that a saved schedule names.

    An id is in the set if the saved schedule contains the text of the id.  The ids
    themselves cannot be compared, because they may differ from run to run.

    An iteration yields only the ids of the type `Written`, which can be made from their
    texts.  They name the attributes that a run must track.  The run needs them when it
    begins.
    """

    def __init__(self, points: tuple[str, ...]) -> None:
        super().__init__(written_in(points))
        self.words = frozenset(points)
        self.known: dict[PointId, bool] = {}

    def __contains__(self, point: object) -> bool:
        answer = self.known.get(point)
        if answer is None:
            answer = point_in_words(point) in self.words
            self.known[point] = answer
        return bool(answer)
