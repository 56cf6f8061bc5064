"""What happens within transitions, noted for a reader of the trace."""

from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.races import Races
from bench.correctness.engine.transitions import Transition, What, Worker

MOST_NOTES = 5_000  # of a transition: one that spins makes ever more


class Recording(Races):
    """A run that keeps notes when it is recorded."""

    __slots__ = ("describe", "tell")

    def __init__(self) -> None:
        super().__init__()
        self.describe: Callable[[What], str] = str  # an action, in a saved schedule
        self.tell: Callable[[What], str] = str  # an action, for a reader

    def describe_with(
        self,
        describe: Callable[[What], str],
        tell: Callable[[What], str] | None = None,
    ) -> None:
        """How actions are put into words.

        `describe`: the same in each run; `tell`: as the code that is running says it,
        if that is not the same.
        """
        self.describe, self.tell = describe, tell or describe

    def note_begin(self, worker: Worker, transition: Transition) -> None:
        """Note for a reader what a worker is about to do in its transition."""
        transition.notes = []
        transition.what = worker.what
        transition.label = self.describe(worker.what)
        if worker.what[0] not in ("starts", "resumes", "end"):
            told = worker.told or transition.label
            transition.notes.append((told, worker.where, None))
        worker.told = ""

    def annotate_at(self, action: str, where: Any, place: Hashable) -> None:
        """Note for a reader of the trace what happens at a line of the program."""
        self.transition.notes.append((action, where, place))

    def annotate(self, verb: str, thing: Any, place: Hashable = None) -> None:
        """Note for a reader of the trace what happens within a transition.

        An access to a place is shown only if other workers access it too.
        """
        if len(self.transition.notes) >= MOST_NOTES:
            return
        where = self.fibers.where()
        said = self.tell((verb, thing)) if verb else ""
        self.transition.notes.append((said, where, place))
