"""The search strategies by the names that a user gives them."""

from typing import Protocol

from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.scheduling import Chooser, Scheduler
from bench.correctness.search.dpor import SourceDpor
from bench.correctness.search.exhaustive import Exhaustive
from bench.correctness.search.pct import PriorityChanges
from bench.correctness.search.random_walk import RandomWalk


class Strategy(Chooser, Protocol):
    """Chooses in a run and learns from it; what an `Exploration` asks of a strategy.

    any_conflict: every operation on something shared is a scheduling point.
    samples: it draws schedules, has no tree to begin again, and never ends by itself.
    skipped: a bound on preemptions left schedules out, so that the search is no proof.
    diverged: the choice at which a run differed from an earlier one, or 0.
    shared_prefix: the transitions that the next run has in common with the last one.
    """

    any_conflict: bool
    samples: bool
    skipped: bool
    diverged: int
    shared_prefix: SharedPrefix | None

    def learn(self, kernel: Scheduler) -> bool:
        """Whether there is another schedule, after the run that has just ended."""

    def restart(self) -> None:
        """Begin again: more operations are scheduling points now."""


def search_named(name: str, *, seed: int, preemptions: int | None) -> Strategy:
    """The search a user asks for; a bound on preemptions needs every interleaving."""
    if preemptions is not None:
        return Exhaustive(preemptions)
    if name == "brute":
        return Exhaustive()
    if name == "random":
        return RandomWalk(seed)
    if name == "pct":
        return PriorityChanges(seed)
    return SourceDpor()
