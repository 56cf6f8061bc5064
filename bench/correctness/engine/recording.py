"""Notes on what happens within transitions, for a reader of the trace."""

from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.races import Races
from bench.correctness.engine.transitions import Transition, What, Worker

MOST_NOTES = 5_000  # the most notes of one transition: a spinning worker makes many


class Recording(Races):
    """A run that stores notes if it is recorded."""

    __slots__ = ("describe", "tell")

    def __init__(self) -> None:
        super().__init__()
        # These two functions put an action into words.
        self.describe: Callable[[What], str] = str  # the words for a saved schedule
        self.tell: Callable[[What], str] = str  # the words for a reader

    def describe_with(
        self,
        describe: Callable[[What], str],
        tell: Callable[[What], str] | None = None,
    ) -> None:
        """Set the functions that put actions into words.

        `describe` gives words that are the same in each run.  `tell` uses the names
        that the running code uses, which may differ from run to run.  If `tell` is
        None, `describe` is used for both.
        """
        self.describe, self.tell = describe, tell or describe

    def note_begin(self, worker: Worker, transition: Transition) -> None:
        """Note for a reader the action with which a worker begins its transition."""
        transition.notes = []
        transition.what = worker.what
        transition.label = self.describe(worker.what)
        if worker.what[0] not in ("starts", "resumes", "end"):
            told = worker.told or transition.label
            transition.notes.append((told, worker.where, None))
        worker.told = ""

    def annotate_at(self, action: str, where: Any, place: Hashable) -> None:
        """Note for a reader an action at a line of the program."""
        self.transition.notes.append((action, where, place))

    def annotate(self, verb: str, thing: Any, place: Hashable = None) -> None:
        """Note for a reader an action within a transition.

        The trace shows an access to a place only if two workers access that place and
        at least one of them writes it.
        """
        if len(self.transition.notes) >= MOST_NOTES:
            return
        where = self.fibers.where()
        said = self.tell((verb, thing)) if verb else ""
        self.transition.notes.append((said, where, place))
