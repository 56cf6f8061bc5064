"""The search strategies, by the names that a user gives."""

from typing import Protocol

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Chooser, Scheduler
from bench.correctness.search.dpor import SourceDpor
from bench.correctness.search.exhaustive import Exhaustive
from bench.correctness.search.pct import PriorityChanges
from bench.correctness.search.random_walk import RandomWalk


class Strategy(Chooser, Protocol):
    """The interface of a search strategy, as `Exploration` uses it.

    any_conflict: whether every operation on something shared is a scheduling point.
    samples: whether it draws schedules, and so has no tree and never ends by itself.
    skipped: whether a bound on preemptions left schedules out, so there is no proof.
    diverged: the choice at which a run differed from an earlier run, or 0.
    shared_prefix: the transitions that the next run has in common with the last run.
    """

    any_conflict: bool
    samples: bool
    skipped: bool
    diverged: int
    shared_prefix: SharedPrefix | None

    def learn(self, kernel: Scheduler) -> bool:
        """After a run: learn from it; return whether there is another schedule."""

    def restart(self) -> None:
        """Begin again, because more operations are scheduling points now."""


def search_named(name: str, *, seed: int, preemptions: int | None) -> Strategy:
    """Return a new search with this name.

    With a bound on preemptions, the name is ignored: the search runs every interleaving
    within the bound.
    """
    if preemptions is not None:
        return Exhaustive(preemptions)
    if name == "brute":
        return Exhaustive()
    if name == "random":
        return RandomWalk(seed)
    if name == "pct":
        return PriorityChanges(seed)
    return SourceDpor()
